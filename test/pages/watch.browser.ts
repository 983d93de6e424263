import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { tempDir } from '../support/temp.ts';
import { until, type View } from './browser.ts';
import { eventually, eventuallyMatches, fits } from './eventually.ts';
import { beat, check, failed, fakeWatch, serveWatch } from './fake-watch.ts';
import { call, hostile } from './site.ts';
import { startSite } from './start-site.ts';
import type { Bench } from './suite.ts';

const views = (['light', 'dark'] as const).flatMap((theme) => [1280, 360, 320].map((width) => ({ theme, width })));
const rowOf = (page: Page, name: string) => page.locator(`[data-testid=check][data-name="${name}"]`);
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

const none = Array.from({ length: 90 }, () => null);
const nothing = { day: null, week: null, days30: null, days90: null };
const some = () => [
  check('api'),
  check('cache', { kind: 'docker', target: 'valkey', state: 'failing', last: failed('It is unhealthy.') }),
  check('db', { kind: 'tcp', target: 'db.internal:5432', state: 'maintenance', last: failed('Connection refused.') }),
  check('new', {
    state: 'pending',
    since: null,
    last: null,
    uptime: nothing,
    latency: { p50: null, p95: null },
    days: none,
    hours: none.slice(0, 24),
  }),
  check('shop', { state: 'down', last: failed('Connection refused by 203.0.113.7:443.') }),
];
const beats = () => [
  beat('backup'),
  beat('import', {
    state: 'failed',
    problem: 'The last run ended with exit code 3.',
    exitCode: 3,
    log: 'no space left',
  }),
  beat('report', { state: 'waiting', lastAt: null, dueAt: null, lastRunMs: null, exitCode: null }),
];
const windows = () => [
  { name: 'deploy night', from: inMinutes(-30), until: inMinutes(90), of: ['db'] },
  { name: 'backups', from: inMinutes(3_000), until: inMinutes(3_060), of: null },
];

/** Tests the page of checks and beats, and the public page. */
export function watchTests(bench: Bench): void {
  type Fake = ReturnType<typeof fakeWatch>;
  /** Opens a page that talks to the fake. */
  function on(path: string, fake: Fake, run: (page: Page) => Promise<void>, view?: View) {
    return bench.on(
      'watch',
      async ({ page }) => {
        await serveWatch(page, fake);
        await page.goto(`${bench.site.url}/ultronex/${path}`);
        await run(page);
      },
      view,
    );
  }
  const namesOf = (page: Page) =>
    page.getByTestId('check').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-name')));

  describe('watch', () => {
    it('an empty page says how to begin', () =>
      on('watch', fakeWatch([]), async (page) => {
        await page.getByTestId('empty').getByText('Nothing is watched yet.').waitFor();
        await eventuallyMatches(
          () => page.getByTestId('empty').locator('pre').innerText(),
          /^channel: '#ops'\nchecks:\n/,
        );
        assert.equal(await page.getByTestId('check-search').count(), 0);
      }));

    it('what is down is first, with its reason; each day of a bar has its date and uptime', () =>
      on('watch', fakeWatch(some(), { beats: beats() }), async (page) => {
        await rowOf(page, 'shop').waitFor();
        await eventually(() => namesOf(page), ['shop', 'cache', 'db', 'api', 'new']);
        await rowOf(page, 'shop').getByText('Connection refused by 203.0.113.7:443.').waitFor();
        await rowOf(page, 'api').getByText('99.80 %').waitFor();
        await rowOf(page, 'api').getByText('p50 80 ms · p95 240 ms').waitFor();
        await rowOf(page, 'new').getByText('not checked yet').waitFor();
        await rowOf(page, 'new').getByText('no data').waitFor();
        await page.getByTestId('summary').getByText('1 down, 1 failing, 1 beat late or failed').waitFor();
        await eventuallyMatches(() => page.title(), /^\(1\) Watch/);
        const bars = rowOf(page, 'api').getByTestId('bars');
        await bars
          .getByRole('img', { name: /^Uptime of the last 90 days: 99\.80 %, 70 days with data, 2 of them/ })
          .waitFor();
        const titleAt = (day: number) => async () => {
          const { width = 0 } = (await bars.boundingBox()) ?? {};
          await bars.hover({ position: { x: (width * (day + 0.5)) / 90, y: 10 } });
          return bars.getAttribute('title');
        };
        await eventuallyMatches(titleAt(75), / \(UTC\): 60 %$/);
        await eventuallyMatches(titleAt(3), /: no data$/);
        await eventuallyMatches(titleAt(89), /, today \(UTC\): 100 %$/);
      }));

    it('beats have their state; one that never pinged waits for its first ping', () =>
      on('watch', fakeWatch([], { beats: beats() }), async (page) => {
        const row = (name: string) => page.locator(`[data-testid=beat][data-name=${name}]`);
        await row('backup').getByText('last ping 2 h ago, took 42.0 s').waitFor();
        await row('report').getByText('It waits for its first ping').waitFor();
        await row('import').getByText('The last run ended with exit code 3.').waitFor();
        await row('import').getByText('no space left').waitFor({ state: 'hidden' });
        await row('import').locator('summary').click();
        await row('import').getByText('no space left').waitFor();
        await page.getByText('Nothing is checked yet; there are only beats.').waitFor();
      }));

    it('maintenance is shown while it is open, and before', () =>
      on('watch', fakeWatch(some(), { maintenance: windows() }), async (page) => {
        await page
          .getByTestId('planned')
          .getByText(/Maintenance until .*: deploy night/)
          .waitFor();
        await page
          .getByTestId('planned')
          .getByText(/Planned maintenance .*: backups of everything/)
          .waitFor();
      }));

    it('state and search are in the address, and stay when a check was opened', () =>
      on('watch', fakeWatch(some()), async (page) => {
        await page.getByTestId('tab-down').click();
        await rowOf(page, 'api').waitFor({ state: 'detached' });
        await eventually(() => namesOf(page), ['shop']);
        await page.getByTestId('check-search').fill('SHO');
        await eventually(() => new URL(page.url()).search, '?state=down&search=SHO');
        await rowOf(page, 'shop').getByRole('link').click();
        await page.getByRole('heading', { name: 'shop' }).waitFor();
        await eventually(() => new URL(page.url()).pathname, '/ultronex/checks/shop');
        await page.goBack();
        await rowOf(page, 'shop').waitFor();
        await page.getByTestId('check-search').fill('nothing like it');
        await page.getByTestId('clear-filter').click();
        await rowOf(page, 'api').waitFor();
      }));

    it('of more checks than a page holds, those that are down are shown first, and the others by a button', async () => {
      const many = Array.from({ length: 450 }, (_, at) => check(`c${String(at).padStart(3, '0')}`));
      Object.assign(many[440] ?? {}, { state: 'down', last: failed('Connection refused.') });
      await on('watch', fakeWatch(many), async (page) => {
        await rowOf(page, 'c440').waitFor();
        await eventually(async () => (await namesOf(page))[0], 'c440');
        await page.getByTestId('more').getByText('More checks (249)').click();
        await rowOf(page, 'c399').waitFor();
        await page.getByTestId('more').click();
        await rowOf(page, 'c449').waitFor();
        await page.getByTestId('more').waitFor({ state: 'detached' });
        await eventually(() => page.getByTestId('check').count(), 450);
      });
    });

    it('a check has its facts, incidents, and "Check now", whose result or refusal is told', async () => {
      const fake = fakeWatch(some());
      await on('checks/shop', fake, async (page) => {
        await page.locator('[data-fact="30 days"]').getByText('99.93 %').waitFor();
        await page.locator('[data-fact="Last result"]').getByText('Connection refused by').waitFor();
        await page.locator('[data-fact=File]').getByText('watch/my.yaml').waitFor();
        const link = page.getByTestId('check-incident').first().getByRole('link');
        assert.equal(await link.getAttribute('href'), '/ultronex/incidents/12');
        await page.getByRole('img', { name: /^p95 of the response times/ }).waitFor();
        await page.getByTestId('check-now').click();
        await page.getByRole('alert').or(page.getByTestId('answer')).getByText('shop is fine').waitFor();
        fake.refusal = { status: 409, json: { msg: 'Another program on this store runs the checks.' } };
        await page.getByTestId('check-now').click();
        await page.getByTestId('refusal').getByText('Another program').waitFor();
        assert.deepEqual(fake.asked, ['POST checks/shop/run', 'POST checks/shop/run']);
      });
    });

    it('an unknown check, and a list that cannot be read, say so', async () => {
      await on(
        'checks/nope',
        fakeWatch(some()),
        async (page) => {
          await page.getByRole('alert').getByText('There is no check nope.').waitFor();
          await page.route('**/ultronex/checks?*', (route) =>
            route.fulfill({ status: 503, json: { msg: 'The store is not available.' } }),
          );
          await page.getByTestId('back').click();
          await page.getByRole('alert').getByText('The store is not available.').waitFor();
        },
        { provokes: /status of (404|503)/ },
      );
    });

    it('markup in results and logs is shown as text', async () => {
      const fake = fakeWatch([check('shop', { state: 'down', target: hostile, last: failed(hostile) })], {
        beats: [beat('backup', { state: 'failed', problem: hostile, log: hostile })],
      });
      await on('watch', fake, async (page) => {
        await rowOf(page, 'shop').getByText('<script>').first().waitFor();
        await rowOf(page, 'shop').getByRole('link').click();
        await page.locator('[data-fact="Last result"]').getByText('<script>').waitFor();
        assert.equal(await page.evaluate('window.hacked'), undefined);
      });
    });

    it('the keyboard opens a check and goes back', () =>
      on('watch', fakeWatch(some()), async (page) => {
        await rowOf(page, 'shop').waitFor();
        await page.getByTestId('check-search').focus();
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        const focused = async () => ((await page.evaluate('probe.focus()')) as { id?: string }).id;
        await eventually(focused, 'check-title');
        await page.keyboard.press('Shift+Tab');
        await eventually(focused, 'back');
        await page.keyboard.press('Enter');
        await rowOf(page, 'shop').waitFor();
      }));

    it('a file of WATCH_DIR becomes checks on the page, on the public page, and "Check now" works', async (t) => {
      const dir = join(tempDir(t), 'watch');
      await mkdir(dir);
      await writeFile(join(dir, 'my.yaml'), "checks:\n  - { name: shop, http: 'http://127.0.0.1:1/' }\n");
      const site = await startSite({ WATCH_DIR: dir, PUBLIC_STATUS: 'true' });
      t.after(() => site.stop());
      await bench.on(
        'watch',
        async ({ page }) => {
          await rowOf(page, 'shop').getByRole('link').click();
          await page.getByTestId('check-now').click();
          await page.getByTestId('answer').getByText('Connection refused by 127.0.0.1:1.').waitFor();
          // A busy machine may need more than the five seconds for a second press; the next one is refused then.
          const refusal = page.getByTestId('refusal').getByText('within the last 5 s');
          await until('a press soon after another one is refused', async () => {
            await page.getByTestId('check-now').click();
            await call(site, 'POST', 'checks/shop/run').catch(() => {});
            await page.getByTestId('check-now').click();
            await page.locator('[data-testid=check-now]:enabled').waitFor();
            return (await refusal.count()) > 0;
          });
        },
        { through: site.url, provokes: /status of 429/ },
      );
      for (const width of [1280, 360]) {
        await bench.on(
          'up',
          async ({ page }) => {
            await page.getByRole('heading', { name: 'shop' }).waitFor();
            await eventually(() => page.locator('rect').count(), 90);
            await fits(page, width);
            await page.screenshot({ path: `test-output/screenshots/up-${width}.png` });
          },
          { through: site.url, width },
        );
      }
    });

    for (const { theme, width } of views) {
      it(`the pages of checks fit ${width} px with long texts and have enough contrast, ${theme}`, async () => {
        const picture = (page: Page, name: string) =>
          page.screenshot({ path: `test-output/screenshots/watch-${name}-${theme}-${width}.png`, fullPage: true });
        const view = { theme, width };
        const long = check('a'.repeat(63), {
          ...{ target: `https://example.com/${'path/'.repeat(40)}`, state: 'down', last: failed('x'.repeat(500)) },
        });
        const longBeat = beat('b'.repeat(63), { state: 'late', problem: 'y'.repeat(300), log: 'z'.repeat(2_000) });
        const fake = fakeWatch([...some(), long], { beats: [...beats(), longBeat], maintenance: windows() });
        await on(
          'watch',
          fake,
          async (page) => {
            await rowOf(page, 'a'.repeat(63)).waitFor();
            await fits(page, width);
            await rowOf(page, 'a'.repeat(63)).getByRole('link').click();
            await page.getByTestId('check-now').click();
            await page.getByTestId('answer').waitFor();
            await fits(page, width);
          },
          view,
        );
        Object.assign(fake, { checks: some(), beats: beats() });
        await on(
          'watch',
          fake,
          async (page) => {
            await rowOf(page, 'shop').waitFor();
            await picture(page, 'list');
            await rowOf(page, 'shop').getByRole('link').click();
            await page.getByTestId('check-incident').first().waitFor();
            await fits(page, width);
            await picture(page, 'detail');
          },
          view,
        );
        await on(
          'watch',
          fakeWatch([]),
          async (page) => {
            await page.getByTestId('empty').waitFor();
            await fits(page, width);
            await picture(page, 'empty');
          },
          view,
        );
      });
    }
  });
}
