import { mkdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { until } from './browser.ts';
import { eventually, fits } from './eventually.ts';
import type { Bench } from './suite.ts';

const pages = {
  home: '',
  simulator: 'simulator',
  stream: 'stream',
  ledger: 'ledger',
  tracked: 'tracked',
  tokens: 'tokens',
  audit: 'audit',
  runbook: 'runbook',
  guide: 'guide',
};
const ready: Record<keyof typeof pages, string> = {
  home: '[data-testid=parts] li',
  simulator: '[data-testid=composer]',
  stream: '[data-testid=stream-card]',
  ledger: '[data-testid=delivery]',
  tracked: '[data-testid=pattern-input]',
  tokens: '[data-testid=token]',
  audit: '[data-testid=audit-entry]',
  runbook: 'h3',
  guide: '[data-testid=chapter] h2',
};
const screenshots = 'test-output/screenshots';

export function layoutTests(bench: Bench): void {
  describe('layout', () => {
    mkdirSync(screenshots, { recursive: true });
    for (const [name, path] of Object.entries(pages) as [keyof typeof pages, string][]) {
      for (const theme of ['light', 'dark'] as const) {
        for (const width of [1280, 360]) {
          it(`${name} fits ${width} px and has enough contrast, ${theme}`, () =>
            bench.on(
              path,
              async ({ page }) => {
                await page.locator(ready[name]).first().waitFor();
                await page.screenshot({
                  path: `${screenshots}/${name}-${theme}-${width < 700 ? 'phone' : 'wide'}.png`,
                });
                await fits(page, width);
              },
              { theme, width },
            ));
        }
      }
    }

    for (const width of [320, 700, 800, 1000]) {
      it(`the menu shows the current page at ${width} px, without sideways scrolling of the page`, () =>
        bench.on(
          'audit',
          async ({ page }) => {
            const current = page.getByTestId('nav-audit');
            await until('the link is in the window', async () => {
              const { x = -1, width: wide = 0 } = (await current.boundingBox()) ?? {};
              return x >= 0 && x + wide <= width;
            });
            await eventually(() => page.evaluate('probe.sticksOut()'), []);
          },
          { width },
        ));
    }

    it('the link of an alert opens its section of the runbook', () =>
      bench.on('runbook#loglineslost', async ({ page }) => {
        const heading = page.getByRole('heading', { name: 'LogLinesLost' });
        await heading.waitFor();
        await until('it is at the top', async () => {
          const { y = -1 } = (await heading.boundingBox()) ?? {};
          return y >= 0 && y < 200;
        });
        await page.getByRole('link', { name: 'OutOfMemoryKill' }).first().waitFor();
      }));

    it('the chosen theme is kept after a reload', () =>
      bench.on('', async ({ page }) => {
        const background = () => page.evaluate('probe.background()');
        const light = await background();
        await page.getByTestId('theme-toggle').click();
        await until('the background has changed', async () => (await background()) !== light);
        const dark = await background();
        await page.reload();
        await eventually(background, dark);
      }));

    it('the home page shows the state of each part of the program', () =>
      bench.on('', async ({ page }) => {
        const parts = page.getByTestId('parts').getByRole('listitem');
        await parts.first().waitFor();
        const shown = async () => {
          const lines = (await parts.allInnerTexts()).map((text) => text.split(/\s+/).filter(Boolean));
          return lines.map((words) => [words.at(0)?.toLowerCase(), words.at(-1)]);
        };
        const names = ['store', 'simulator', 'outbox', 'watch'];
        await eventually(
          shown,
          names.map((name) => [name, 'ok']),
        );
      }));

    it('the form on the home page opens the simulator with its text', () =>
      bench.on('', async ({ page }) => {
        await page.getByRole('button', { name: 'Chat with the bot' }).click();
        await eventually(() => page.getByTestId('composer').inputValue(), 'help');
      }));
  });
}
