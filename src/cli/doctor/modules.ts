import type { Settings } from '../../app/index.ts';
import { errorMessage } from '../../lib/error-message.ts';
import { modules } from '../../modules/index.ts';
import { type Finding, finder } from './finding.ts';
import { openExisting } from './open-store.ts';

/** Checks what the modules that are on depend on, and opens the store for them only then. */
export async function checkModules(config: Settings): Promise<Finding[]> {
  const examined = modules.filter(({ examine, isOn }) => examine !== undefined && isOn?.(config) !== false);
  if (examined.length === 0) return [];
  // The check of the store has told why it cannot be opened.
  const store = await openExisting(config).catch(() => null);
  try {
    const findings: Finding[] = [];
    for (const { name, examine } of examined) {
      const find = finder(name);
      try {
        const found = (await examine?.(config, store)) ?? [];
        findings.push(...found.map(({ level, text }) => find(level, text)));
      } catch (error) {
        findings.push(find('fail', errorMessage(error)));
      }
    }
    return findings;
  } finally {
    await store?.close();
  }
}
