import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { type Site, until, type View } from './browser.ts';
import { eventually, eventuallyMatches, fits } from './eventually.ts';
import { event, type JobsSite, line, serveLog, startJobsSite, viewer } from './jobs-site.ts';
import { openLine } from './line.ts';
import { call, hostile } from './site.ts';
import type { Bench } from './suite.ts';

const run = async (site: Site, name: string, given: object = {}) =>
  (await call(site, 'POST', `jobs/${name}?wait=60s`, given)) as { id: string };
const key = { API_KEY: 'k-1' };

/** Tests the page of jobs with the real program, whose jobs are processes. */
export function jobsTests(bench: Bench): void {
  describe('jobs', () => {
    let site: JobsSite;
    before(async () => {
      site = await startJobsSite();
    });
    after(() => site?.stop());

    const on = (path: string, test: (page: Page) => Promise<void>, view?: View) =>
      bench.on(path, ({ page }) => test(page), { through: site.url, ...view });
    const focused = (page: Page) => async () => ((await page.evaluate('probe.focus()')) as { id?: string }).id;
    /** Evaluates an expression about the box of the output. */
    const ofBox = (page: Page, expression: string) =>
      page.evaluate(`(() => { const box = document.querySelector('[data-testid=log-box]'); return ${expression}; })()`);
    /** The output. The page shows the state of a run before it has read the whole output. */
    const text = (page: Page) => async () => (await page.getByTestId('log-box').innerText()).trim();
    const pathOf = (page: Page) => () => new URL(page.url()).pathname;

    it('without jobs the page has the lines that make the first one', async (t) => {
      const empty = await startJobsSite({ isEmpty: true });
      t.after(() => empty.stop());
      await bench.on(
        'jobs',
        async ({ page }) => {
          await page.getByTestId('empty').getByText('There is no job yet.').waitFor();
          await page.getByTestId('empty').locator('pre').nth(2).waitFor();
          const [script, file, curl] = await page.getByTestId('empty').locator('pre').allInnerTexts();
          assert.match(script ?? '', /> hello\.sh\nchmod \+x hello\.sh$/);
          assert.match(file ?? '', /^jobs:\n {2}- name: hello\n.*\n {4}target: process\n/);
          assert.ok(curl?.startsWith(`curl '${empty.url}/ultronex/jobs/hello?wait=30s' `), curl);
          assert.equal(await page.getByTestId('job-filter').count(), 0);
        },
        { through: empty.url },
      );
    });

    it('a job is filled in, refused at its field, corrected and run; its output and result are shown', () =>
      on('jobs', async (page) => {
        await page.getByTestId('run-job').click();
        await page.getByTestId('run-which').selectOption('greet');
        await page.getByTestId('argument-NAME').fill("D'Arcy");
        await page.getByTestId('argument-LANGUAGE').selectOption('de');
        await page.getByTestId('argument-API_KEY').fill('k-1');
        await page.getByTestId('run-start').click();
        await page.getByTestId('problem-NAME').getByText(`NAME is "D'Arcy", but it has to be`).waitFor();
        await eventually(() => page.getByTestId('argument-NAME').getAttribute('aria-invalid'), 'true');
        const curl = await page.getByTestId('curl').locator('pre').innerText();
        assert.ok(curl.endsWith(`-d '{"NAME":"D'\\''Arcy","LANGUAGE":"de","API_KEY":"k-1"}'`), curl);
        assert.ok(curl.includes('"Authorization: Bearer $TOKEN"'), curl);
        await page.getByTestId('argument-NAME').fill('Daniela');
        await page.getByTestId('problem-NAME').waitFor({ state: 'detached' });
        await page.getByTestId('run-start').click();
        await page.getByTestId('job-state').getByText('succeeded').waitFor();
        await eventuallyMatches(text(page), /^Hello Daniela!\n::result /);
        await eventuallyMatches(() => page.getByTestId('result').innerText(), /"greeted": "Daniela"/);
        await eventually(() => page.locator('[data-argument=API_KEY] dd').innerText(), '***');
        await page.locator('[data-fact="Exit code"]').getByText('0').waitFor();
        await eventuallyMatches(pathOf(page), /^\/ultronex\/jobs\/[0-9a-f-]{36}$/);
      }));

    it('"Run again" asks for the values that are not shown; without such values it runs at once', async () => {
      const { id } = await run(site, 'greet', { NAME: 'Tom', ...key });
      await on(`jobs/${id}`, async (page) => {
        await page.getByTestId('run-again').click();
        await page.getByTestId('run-unknown').getByText('API_KEY').waitFor();
        await eventually(() => page.getByTestId('argument-NAME').inputValue(), 'Tom');
        await eventually(() => page.getByTestId('argument-API_KEY').inputValue(), '');
        await eventually(focused(page), 'argument-API_KEY');
        await page.keyboard.type('k-2');
        await page.keyboard.press('Control+Enter');
        await until('the next run is open', async () => !page.url().includes(id) && /[0-9a-f-]{36}$/.test(page.url()));
        await page.getByTestId('job-state').getByText('succeeded').waitFor();
      });
    });

    it('a job that is described has rows of arguments, which are added and removed', () =>
      on('jobs?run=', async (page) => {
        await page.getByTestId('run-which').selectOption('');
        await page.getByTestId('field-file').fill('nothing.sh');
        await page.getByTestId('row-name').fill('TEXT');
        await page.getByTestId('row-value').fill(`it's "two"\nlines & $HOME`);
        for (const name of ['GONE', 'TEXT']) {
          await page.getByTestId('row-add').click();
          await page.keyboard.type(name);
        }
        await page.getByTestId('row-remove').nth(1).click();
        await page.getByTestId('run-start').click();
        await page.getByTestId('row-problem').getByText('TEXT stands twice.').waitFor();
        await page.getByTestId('row-name').nth(1).fill('OTHER');
        await page.getByTestId('row-value').nth(1).fill('<b>bold</b>');
        await page.getByTestId('run-start').click();
        await page.getByTestId('problem-file').getByText('nothing.sh').waitFor();
        await page.getByTestId('field-file').fill('show.sh');
        await page.getByTestId('run-start').click();
        await page.getByTestId('job-state').getByText('succeeded').waitFor();
        await eventually(text(page), `<it's "two"\nlines & $HOME>\n<<b>bold</b>>`);
        const path = pathOf(page)();
        await page.getByTestId('run-again').click();
        await until('the next run is open', async () => pathOf(page)() !== path);
        await page.getByTestId('job-state').getByText('succeeded').waitFor();
      }));

    it('a running job is stopped after a confirmation', async () => {
      const { id } = (await call(site, 'POST', 'jobs/wait', {})) as { id: string };
      await on(`jobs/${id}`, async (page) => {
        await page.getByTestId('log-box').getByText('begun').waitFor();
        await page.getByTestId('connection').getByText('Live').waitFor();
        await page.getByTestId('stop').click();
        await page.getByTestId('confirm').click();
        await page.getByTestId('job-state').getByText('cancelled').waitFor();
        await page.getByTestId('stop').waitFor({ state: 'detached' });
        await page.getByTestId('back').click();
        await page.locator(`[data-testid=job][data-id="${id}"][data-state=cancelled]`).waitFor();
      });
    });

    it('state and job are in the address, and stay when a run was opened; the keyboard opens it and goes back', () =>
      on('jobs', async (page) => {
        await page.getByTestId('tab-cancelled').click();
        await page.locator('[data-testid=job][data-state=succeeded]').first().waitFor({ state: 'detached' });
        await page.getByTestId('job-filter').selectOption('wait');
        await eventually(() => new URL(page.url()).search, '?state=cancelled&job=wait');
        // The list of the filter, whose first row the keyboard opens, not the one before.
        await eventually(() => page.locator('[data-testid=job]:not([data-state=cancelled])').count(), 0);
        await page.getByTestId('job').first().waitFor();
        await page.getByTestId('job-filter').focus();
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await eventually(focused(page), 'job-title');
        await page.keyboard.press('Shift+Tab');
        await eventually(focused(page), 'back');
        await page.keyboard.press('Enter');
        await page.locator('[data-testid=job][data-state=cancelled]').first().waitFor();
        await eventually(() => page.getByTestId('job-filter').inputValue(), 'wait');
        await page.getByTestId('tab-lost').click();
        await page.getByTestId('clear-filter').click();
        await page.locator('[data-testid=job][data-state=succeeded]').first().waitFor();
      }));

    it('a viewer sees runs, and is offered what the role may do', async () => {
      const { id } = (await call(site, 'POST', 'jobs/wait', {})) as { id: string };
      await on('jobs', async (page) => {
        const login = Buffer.from(`${viewer.name}:${viewer.password}`).toString('base64');
        await page.setExtraHTTPHeaders({ authorization: `Basic ${login}` });
        await page.reload();
        await page.getByTestId('job').first().getByRole('link').click();
        await page.getByTestId('log-box').getByText('begun').waitFor();
        assert.equal(await page.getByTestId('actions').count(), 0);
        await page.getByTestId('back').click();
        await page.getByTestId('run-job').click();
        await eventually(() => page.getByTestId('run-which').locator('option').allInnerTexts(), ['tick']);
        await page.getByTestId('run-start').click();
        await page.getByTestId('log-box').getByText('tick 1').first().waitFor();
        await page.getByTestId('stop').click();
        await page.getByTestId('confirm').click();
        await page.getByTestId('job-state').getByText('cancelled').waitFor();
      });
      await call(site, 'DELETE', `jobs/${id}`);
    });

    it('of a long log the newest lines are on the page, what is left out is told, and markup is text', async () => {
      const { id } = await run(site, 'greet', key);
      const job = await call(site, 'GET', `jobs/${id}`);
      const many = Array.from({ length: 20_000 }, (_, at) => line(1 + at, `row ${1 + at}`)).join('');
      const cut = event('cut', { from: 20_001, to: 21_000, bytes: 1_500_000 }, '21000');
      await on('jobs', async (page) => {
        await serveLog(page, `${many}${cut}${line(21_001, hostile)}${event('end', job)}`);
        await page.goto(`${site.url}/ultronex/jobs/${id}`);
        const box = page.getByTestId('log-box');
        await box.getByText('<script>').waitFor();
        await page.getByTestId('line-count').getByText('21,001 lines').waitFor();
        await page.getByTestId('log-cut').getByText('Lines 20,001 to 21,000 were not kept (1.5 MB)').waitFor();
        await page.getByTestId('log-trimmed').waitFor();
        assert.equal(await page.evaluate('window.hacked'), undefined);
        const kept = (await text(page)()).split('\n').length;
        assert.ok(kept > 4_400 && kept <= 5_010, String(kept));
        const isAtEnd = () => ofBox(page, 'box.scrollHeight - box.scrollTop - box.clientHeight < 24');
        await eventually(isAtEnd, true);
        await ofBox(page, 'box.scrollTo(0, 100)');
        await page.getByTestId('log-end').click();
        await eventually(isAtEnd, true);
      });
    });

    it('a log that breaks goes on after its last line; a reader who scrolled up stays there', async () => {
      const { id } = (await call(site, 'POST', 'jobs/tick', {})) as { id: string };
      const through = await openLine(site.url);
      const view = { through: through.url, provokes: /net::ERR_/ };
      const test = async (page: Page) => {
        const box = page.getByTestId('log-box');
        await box.getByText('tick 40').waitFor();
        through.cut();
        await page.getByTestId('connection').getByText('Reconnecting').waitFor();
        await ofBox(page, 'box.scrollTo(0, 60)');
        await page.getByTestId('log-end').waitFor();
        through.mend();
        await site.letTickEnd();
        await page.getByTestId('job-state').getByText('succeeded').waitFor();
        const all = Array.from({ length: 150 }, (_, at) => `tick ${at + 1}`);
        await eventually(async () => (await text(page)()).split('\n'), all);
        assert.equal(await ofBox(page, 'box.scrollTop'), 60);
      };
      await on(`jobs/${id}`, test, view).finally(() => through.close());
    });

    it('an unknown run, and a list that cannot be read, say so', () =>
      on(
        'jobs/0199aaaa-0000-4000-8000-000000000000',
        async (page) => {
          await page.getByTestId('job-problem').getByText('There is no job with the id "0199aaaa').waitFor();
          await page.route('**/ultronex/jobs?*', (route) =>
            route.fulfill({ status: 503, json: { msg: 'The store is not available.' } }),
          );
          await page.getByTestId('back').click();
          await page.getByTestId('jobs-problem').getByText('The store is not available.').waitFor();
        },
        { provokes: /status of (404|503)/ },
      ));

    it('while jobs are off, the page says how to turn them on', () =>
      bench.on(
        'jobs',
        async ({ page }) => {
          await page.getByTestId('module-off').getByText('JOBS_BIN=./bin').waitFor();
        },
        { provokes: /status of 403/ },
      ));

    for (const [theme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      it(`list, form and run fit ${width} px with long texts and have enough contrast, ${theme}`, async () => {
        const name = 'n'.repeat(200);
        const body = {
          target: 'process',
          file: 'show.sh',
          env: { TEXT: 'x'.repeat(2_000), [name.slice(0, 60)]: name },
        };
        const { id } = (await call(site, 'POST', 'jobs?wait=60s', body)) as { id: string };
        await on(
          'jobs?run=greet',
          async (page) => {
            const picture = (part: string) =>
              page.screenshot({ path: `test-output/screenshots/jobs-${part}-${theme}-${width}.png`, fullPage: true });
            await page.getByTestId('argument-NAME').fill('y'.repeat(300));
            await page.getByTestId('run-start').hover();
            await fits(page, width);
            await page.getByTestId('run-start').click();
            await page.getByTestId('problem-NAME').waitFor();
            await fits(page, width);
            await picture('form');
            await page.getByTestId('run-which').selectOption('');
            await page.getByTestId('row-add').click();
            await fits(page, width);
            await page.getByTestId('run-close').click();
            await page.getByTestId('job').first().waitFor();
            await page.getByTestId('run-job').hover();
            await fits(page, width);
            await picture('list');
            await page.goto(`${site.url}/ultronex/jobs/${id}`);
            await page.getByTestId('log-box').getByText('xxxx').waitFor();
            await fits(page, width);
            await picture('run');
          },
          { theme, width },
        );
      });
    }
  });
}
