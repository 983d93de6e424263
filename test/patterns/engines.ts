import { re2jsEngine } from '../../src/patterns/engine-re2js.ts';
import type { Engine } from '../../src/patterns/index.ts';
import { loadRe2 } from '../../src/patterns/index.ts';

/** The engines to test: re2js always, native re2 where it is installed; ULTRONEX_RE2=required makes it a must. */
export async function installedEngines(): Promise<Engine[]> {
  const native = await loadRe2();
  if (native.engine !== null) return [re2jsEngine, native.engine];
  if (process.env.ULTRONEX_RE2 === 'required') throw new Error(`ULTRONEX_RE2=required, but: ${native.reason}`);
  return [re2jsEngine];
}
