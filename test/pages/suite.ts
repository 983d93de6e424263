import { after, before, describe } from 'node:test';
import type { Browser } from 'playwright-core';
import { auditTests } from './audit.browser.ts';
import { launch, noBrowser, type Opened, openPage, type Site, type View } from './browser.ts';
import { containerDetailsTests } from './container-details.browser.ts';
import { containersTests } from './containers.browser.ts';
import { containersWithDockerTests } from './containers-with-docker.browser.ts';
import { guidanceTests } from './guidance.browser.ts';
import { incidentsTests } from './incidents.browser.ts';
import { incidentsWithRoutesTests } from './incidents-with-routes.browser.ts';
import { jobsTests } from './jobs.browser.ts';
import { layoutTests } from './layout.browser.ts';
import { ledgerTests } from './ledger.browser.ts';
import { namesTests } from './names.browser.ts';
import { simulatorTests } from './simulator.browser.ts';
import { streamTests } from './stream.browser.ts';
import { tokensTests } from './tokens.browser.ts';
import { trackedTests } from './tracked.browser.ts';
import { typingTests } from './typing.browser.ts';
import { watchTests } from './watch.browser.ts';
import { workspacesTests } from './workspaces.browser.ts';

export interface Bench {
  site: Site;
  /** Opens a page and calls `run`. Fails if the page has problems. */
  on(path: string, run: (opened: Opened) => Promise<void>, view?: View): Promise<void>;
}

/** Tests the pages in a real browser. `start` starts a program with the simulator. */
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
          // A problem of the page may have caused the test's failure, so it comes first.
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
    tokensTests(bench);
    auditTests(bench);
    incidentsTests(bench);
    incidentsWithRoutesTests(bench);
    watchTests(bench);
    jobsTests(bench);
    workspacesTests(bench);
    namesTests(bench);
    guidanceTests(bench);
    layoutTests(bench);
  });
}
