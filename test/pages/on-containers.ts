import type { Opened, View } from './browser.ts';
import { type FakeContainers, fakeContainers } from './fake-containers.ts';
import type { Bench } from './suite.ts';

/** Opens a page of the program with the module turned on. */
export function onContainers(bench: Bench) {
  return async (path: string, run: (opened: Opened, fake: FakeContainers) => Promise<void>, view?: View) => {
    const fake = await fakeContainers(bench.site.url);
    const through = { ...view, through: fake.url };
    await bench.on(path, (opened) => run(opened, fake), through).finally(() => fake.close());
  };
}
