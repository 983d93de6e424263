import { after, before, describe } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, noBrowser, type Opened, openPage, type Site, type View } from './browser.ts';
import { containerDetailsTests } from './container-details.ts';
import { containersTests } from './containers.ts';
import { containersWithDockerTests } from './containers-with-docker.ts';
import { guidanceTests } from './guidance.ts';
import { layoutTests } from './layout.ts';
import { ledgerTests } from './ledger.ts';
import { namesTests } from './names.ts';
import { simulatorTests } from './simulator.ts';
import { streamTests } from './stream.ts';
import { trackedTests } from './tracked.ts';
import { typingTests } from './typing.ts';

export interface Bench {
  site: Site;
  /** Opens a page, runs, and fails when the page complained meanwhile. */
  on(path: string, run: (opened: Opened) => Promise<void>, view?: View): Promise<void>;
}

/** Drives the pages in a real browser. `start` starts a program whose simulator is on. */
export function pagesSuite(start: () => Promise<Site>): void {
  if (noBrowser && process.env.CI === 'true') throw new Error(noBrowser);
  describe('pages', { skip: noBrowser ?? false }, () => {
    let browser: Browser;
    const bench = {
      async on(path, run, view) {
        const opened = await openPage(browser, bench.site, path, view);
        try {
          const failure: unknown = await run(opened).catch((error: unknown) => error);
          const complaints = opened.problems.length ? `the page complained: ${opened.problems.join('; ')}` : '';
          // What the page complained of may be why the test failed.
          if (failure && complaints) throw new Error(complaints, { cause: failure });
          if (failure) throw failure;
          if (complaints) throw new Error(complaints);
        } finally {
          await opened.close();
        }
      },
    } as Bench;
    before(async () => {
      [browser, bench.site] = await Promise.all([launch(), start()]);
    });
    after(async () => {
      await browser?.close();
      await bench.site?.stop();
    });

    simulatorTests(bench);
    typingTests(bench);
    streamTests(bench);
    ledgerTests(bench);
    trackedTests(bench);
    containersTests(bench);
    containerDetailsTests(bench);
    containersWithDockerTests(bench);
    namesTests(bench);
    guidanceTests(bench);
    layoutTests(bench);
  });
}
