import type { Settings } from '../../app/index.ts';
import { errorMessage } from '../../lib/error-message.ts';
import { modules } from '../../modules/index.ts';
import { type Finding, finder } from './finding.ts';
import { openExisting } from './open-store.ts';

/** Checks what the modules that are on depend on, and opens the store for them only then. Tells of settings of those that are off. */
export async function checkModules(config: Settings): Promise<Finding[]> {
  const isOff = ({ isOn }: (typeof modules)[number]) => isOn?.(config) === false;
  const unused = modules.filter(isOff).flatMap(({ name, whenOff }) => {
    const text = whenOff?.(config) ?? null;
    return text === null ? [] : [finder(name)('ok', text)];
  });
  const examined = modules.filter((each) => each.examine !== undefined && !isOff(each));
  if (examined.length === 0) return unused;
  // The check of the store has told why it cannot be opened.
  const store = await openExisting(config).catch(() => null);
  try {
    const findings: Finding[] = [...unused];
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
