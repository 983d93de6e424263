import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually, eventuallyMatches, fits } from './eventually.ts';
import { onContainers } from './on-containers.ts';
import { hostile } from './site.ts';
import type { Bench } from './suite.ts';

const screenshots = 'test-output/screenshots';
const row = (page: Page, service: string) => page.locator(`[data-testid=container][data-name="ultronex-${service}-1"]`);
const names = (page: Page) =>
  page.getByTestId('container').evaluateAll((rows) => rows.map((each) => each.getAttribute('data-name')));
export function containersTests(bench: Bench): void {
  const on = onContainers(bench);

  describe('containers', () => {
    mkdirSync(screenshots, { recursive: true });

    it('the list has every container, those with problems first, and shows markup as text', () =>
      on('containers', async ({ page }) => {
        await row(page, 'loki').getByText('unhealthy').waitFor();
        await eventually(async () => (await names(page))[0], 'ultronex-loki-1');
        await eventuallyMatches(
          () => page.getByTestId('summary').innerText(),
          /12 on this machine, 1 in trouble, 2 not ready, 1 not/,
        );
        await eventuallyMatches(() => row(page, 'prometheus').innerText(), /178 MiB of 192 MiB/);
        // A container without a Compose service shows its name only once.
        await eventuallyMatches(
          () => page.locator('[data-name=by-hand]').innerText(),
          /^by-hand\s+Up 5 days\s+running/,
        );
        await page.locator('[data-name=evil-1]').getByText(hostile).first().waitFor();
        assert.equal(await page.locator('#main :is(img, script)').count(), 0);
        assert.equal(await page.evaluate("'hacked' in window"), false);
      }));

    it('a click on a column sorts by it, and a second click reverses the order', () =>
      on('containers', async ({ page }) => {
        await page.getByTestId('sort-cpu').click();
        await eventually(async () => (await names(page)).slice(0, 2), ['ultronex-loki-1', 'ultronex-haproxy-1']);
        await eventually(() => page.locator('th.cpu').getAttribute('aria-sort'), 'descending');
        await page.getByTestId('sort-name').click();
        await page.getByTestId('sort-name').click();
        await eventually(async () => (await names(page))[0], 'ultronex-ultronex-1');
      }));

    it('the list is polled and shows changes', () =>
      on('containers', async ({ page }, fake) => {
        await row(page, 'haproxy').getByText('healthy').waitFor();
        Object.assign(fake.list.containers[1] ?? {}, { state: 'exited', status: 'Exited (1) 2 s ago', health: 'none' });
        await row(page, 'haproxy').getByText('exited', { exact: true }).waitFor();
      }));

    it('the map shows traffic and networks, and its nodes can be used with the keyboard', () =>
      on('containers', async ({ page }) => {
        const edges = page.getByTestId('edge');
        await edges.filter({ hasText: '212 req/s, 1.4 MiB/s' }).waitFor();
        await eventually(() => edges.count(), 4);
        const words = page.getByTestId('traffic-list');
        await eventually(() => words.getByText(/^haproxy.*ultronex$/).count(), 1);
        const networks = ['app', 'bridge', 'edge', 'observe', 'socket'];
        await eventually(() => words.locator('dt').allTextContents(), networks);
        const node = page.getByRole('link', { name: 'loki: unhealthy, on observe' });
        await node.focus();
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'loki' }).waitFor();
        await page.goBack();
        await row(page, 'loki').waitFor();
      }));

    it('a protected container shows why no action on it is allowed', () =>
      on('containers?name=ultronex-ultronex-1', async ({ page }) => {
        await page.getByTestId('refusal').getByText('which cannot stop or restart itself').waitFor();
        assert.equal(await page.getByTestId('act-stop').count(), 0);
        await page.getByRole('tab', { name: 'Shell' }).click();
        await page.getByText('There is no shell here.').waitFor();
      }));

    it('without control the pages are read-only and say how to turn it on', () =>
      on('stream', async ({ page }, fake) => {
        Object.assign(fake.list, { control: false, controlHint: 'Start the stack with --profile control.' });
        await page.getByRole('link', { name: 'Containers' }).click();
        await page.getByTestId('control-hint').getByText('--profile control').waitFor();
        await row(page, 'haproxy').click();
        await page.getByTestId('refusal').getByText('--profile control').waitFor();
        assert.equal(await page.getByRole('group', { name: 'Actions' }).count(), 0);
      }));

    it('while the module is off, the menu links the page, which says how to turn it on', () =>
      bench.on(
        'containers',
        async ({ page }) => {
          await page.getByTestId('module-off').getByText('DOCKER_READ_URL').first().waitFor();
          assert.match(
            (await page.getByRole('link', { name: 'in the guide' }).getAttribute('href')) ?? '',
            /guide#stack\/containers$/,
          );
          await page.goto(`${bench.site.url}/ultronex/`);
          await page.getByTestId('nav-containers').getByText('off').waitFor();
        },
        { provokes: /status of 403/ },
      ));

    it('the audit log shows each action with its user, time and outcome', () =>
      on('containers', async ({ page }, fake) => {
        const entries = page.getByTestId('audit-entry');
        await entries.first().waitFor();
        const shown = async (at: number) => (await entries.nth(at).innerText()).split(/\s+/).join(' ');
        await eventuallyMatches(() => shown(0), /(now|ago) ultron 10\.0\.0\.7 shell ultronex-haproxy-1 begun$/);
        await eventuallyMatches(
          () => shown(1),
          /^\d+ min ago U024BE7LH Slack, C061EG9SL restart ultronex-loki-1 done$/,
        );
        await entries.nth(2).getByText('This is Ultronex itself.').waitFor();
        await entries.nth(3).getByText(hostile).waitFor();
        assert.equal(await page.locator('#main :is(img, script)').count(), 0);
        await eventually(() => entries.count(), 10);
        await page.getByTestId('audit-all').click();
        await eventually(() => entries.count(), 14);
        Object.assign(fake.audit[0] ?? {}, { outcome: 'done' });
        await entries.nth(0).getByText('done').waitFor();
      }));

    it('the home page links the list when the module is on', () =>
      on('', async ({ page }) => {
        await page.getByRole('navigation', { name: 'Everything here' }).getByText('Containers').waitFor();
      }));

    it('the page of a container that does not exist links the list', () =>
      on('containers?name=none', async ({ page }) => {
        await page.getByTestId('gone').getByRole('button').click();
        await row(page, 'haproxy').waitFor();
      }));

    it('a container opens with the keyboard, and the way back focuses its row', () =>
      on('containers', async ({ page }) => {
        await row(page, 'loki').getByRole('link').focus();
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'loki' }).waitFor();
        await eventually(() => page.title(), 'ultronex-loki-1 · Containers · Ultronex');
        await eventually(() => page.evaluate('document.activeElement.tagName'), 'H1');
        await page.getByRole('tab', { name: 'Logs' }).focus();
        await page.keyboard.press('ArrowLeft');
        await page.getByRole('tab', { name: 'Audit log', selected: true }).waitFor();
        await page.getByTestId('audit-entry').first().waitFor();
        await eventually(() => page.getByTestId('audit-entry').filter({ hasNotText: 'ultronex-loki-1' }).count(), 0);
        await page.getByTestId('back').press('Enter');
        await eventually(() => page.evaluate('document.activeElement.id'), 'row-ultronex-loki-1');
      }));

    for (const theme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        const size = width < 700 ? 'phone' : 'wide';
        const look = async (page: Page, name: string) => {
          await page.screenshot({ path: `${screenshots}/${name}-${theme}-${size}.png`, fullPage: true });
          await fits(page, width);
        };

        it(`the pages of the module fit ${width} px and have enough contrast, ${theme}`, () =>
          on(
            'containers',
            async ({ page }, fake) => {
              await row(page, 'haproxy').waitFor();
              await page.getByTestId('audit').waitFor();
              await look(page, 'containers');
              await row(page, 'haproxy').getByRole('link').click();
              for (let at = 0; at < 40; at++)
                fake.log(`10.0.0.${at} GET /ultronex/status 200 ${at * 7} ms`, at % 9 ? 'stdout' : 'stderr');
              await page.getByText('10.0.0.39').waitFor();
              await page.getByTestId('log-search').fill('status 200 2');
              await page.getByTestId('act-restart').click();
              await look(page, 'containers-details');
              await page.keyboard.press('Escape');
              await page.getByRole('tab', { name: 'Shell' }).click();
              await page.getByTestId('shell-ask').click();
              await page.getByTestId('confirm').click();
              await page.locator('.xterm-rows').getByText('/ #').waitFor();
              await look(page, 'containers-shell');
              Object.assign(fake.list, { control: false, controlHint: 'Put `COMPOSE_PROFILES=control` into .env.' });
              await page.getByTestId('refusal').waitFor();
              await look(page, 'containers-read-only');
            },
            { theme, width },
          ));

        it(`the page of the module that is off fits ${width} px and has enough contrast, ${theme}`, () =>
          bench.on(
            'containers',
            async ({ page }) => {
              await page.getByTestId('module-off').waitFor();
              await look(page, 'containers-off');
            },
            { theme, width, provokes: /status of 403/ },
          ));
      }
    }
  });
}
