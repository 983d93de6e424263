import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from './browser.ts';
import { eventually } from './eventually.ts';
import { onContainers } from './on-containers.ts';
import { hostile } from './site.ts';
import type { Bench } from './suite.ts';

const haproxy = 'containers?name=ultronex-haproxy-1';
const focus = (page: Page) => page.evaluate('probe.focus()') as Promise<{ id?: string }>;
const typeInShell = async (page: Page, text: string) => {
  await page.getByTestId('shell-state').getByText('Connected').waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
};

export function containerDetailsTests(bench: Bench): void {
  const on = onContainers(bench);

  describe('the page of a container', () => {
    it('the log is followed, and a lost connection repeats no line', () =>
      on(
        haproxy,
        async ({ page }, fake) => {
          const lines = page.getByTestId('log-line');
          await page.getByTestId('connection').getByText('Live').waitFor();
          fake.log('\x1b[1;38;5;196mGET\x1b[0m \x1b]8;;http://a.b\x07/one\x1b]8;;\x07\x1b(B 200\r');
          fake.log(`GET /${hostile}`, 'stderr');
          await lines.filter({ hasText: /GET \/one 200$/ }).waitFor();
          await lines.filter({ hasText: hostile }).filter({ hasText: 'err' }).waitFor();
          fake.cutLogs();
          await page.getByTestId('connection').getByText('Reconnecting').waitFor();
          fake.log('GET /two 200');
          fake.mendLogs();
          await lines.filter({ hasText: 'GET /two' }).waitFor();
          await eventually(() => lines.count(), 3);
          assert.equal(await page.locator('#main :is(img, script)').count(), 0);
          assert.equal(await page.evaluate("'hacked' in window"), false);
        },
        { provokes: /net::ERR_/ },
      ));

    it('the page shows that a log has ended, and follows it again when the container runs again', () =>
      on(haproxy, async ({ page }, fake) => {
        await page.getByTestId('connection').getByText('Live').waitFor();
        fake.log('the last words');
        fake.endLogs('The container no longer runs.');
        await page.getByTestId('log-ended').getByText('no longer runs').waitFor();
        Object.assign(fake.list.containers[1] ?? {}, { startedAt: new Date().toISOString() });
        await page.getByTestId('log-ended').waitFor({ state: 'detached' });
        fake.log('the first words');
        await page.getByText('the first words').waitFor();
        assert.equal(await page.getByText('the last words').count(), 1);
      }));

    it('the log can be searched, stepped through by match, paused and scrolled to its end', () =>
      on(haproxy, async ({ page }, fake) => {
        const lines = page.getByTestId('log-line');
        await page.getByTestId('connection').getByText('Live').waitFor();
        for (let at = 0; at < 400; at++) fake.log(at % 100 === 7 ? `line ${at} has a Needle, a needle` : `line ${at}`);
        await lines.filter({ hasText: 'line 399' }).waitFor();
        await page.getByTestId('log-search').fill('NEEDLE');
        await page.getByTestId('log-hits').getByText('4 lines').waitFor();
        await eventually(() => page.locator('mark').count(), 8);
        await page.getByTestId('log-search').press('Enter');
        await page.getByTestId('log-hits').getByText('4 of 4').waitFor();
        await page.getByTestId('log-search').press('Enter');
        await page.getByTestId('log-hits').getByText('1 of 4').waitFor();
        await until('line 7 in sight', () => lines.filter({ hasText: 'line 7 has' }).isVisible());
        await page.getByTestId('log-only').click();
        await eventually(() => lines.count(), 4);
        await page.getByTestId('log-search').fill('');
        await page.getByTestId('log-pause').click();
        fake.log('while paused');
        await page.getByTestId('log-pause').getByText('(1 new)').waitFor();
        assert.equal(await lines.filter({ hasText: 'while paused' }).count(), 0);
        await page.getByTestId('log-pause').click();
        await lines.filter({ hasText: 'while paused' }).waitFor();
        await page.getByRole('region', { name: 'Log of' }).evaluate(scrollUp);
        await page.getByTestId('log-end').click();
        await page.getByTestId('log-end').waitFor({ state: 'detached' });
      }));

    it('the server searches lines that are older than those on the page', () =>
      on(haproxy, async ({ page }, fake) => {
        const lines = page.getByTestId('log-line');
        fake.log('an old needle');
        for (let at = 0; at < 1_100; at++) fake.log(`line ${at}`);
        await page.reload();
        await lines.filter({ hasText: 'line 1099' }).waitFor();
        await page.getByTestId('log-search').fill('needle');
        await page.getByTestId('log-hits').getByText('0 lines').waitFor();
        await page.getByTestId('log-deep').click();
        await lines.filter({ hasText: 'an old needle' }).waitFor();
        await eventually(() => lines.count(), 1);
        await eventually(() => fake.logs.at(-1), '?tail=1000&search=needle&follow=true');
        await page.getByTestId('log-search').fill('');
        await lines.filter({ hasText: 'line 1099' }).waitFor();
        await eventually(() => fake.logs.at(-1), '?tail=1000&follow=true');
        await eventually(() => fake.followers(), 1);
      }));

    it('the page keeps 5,000 lines of a fast log, and a search in them takes less than 3 s of CPU time', () =>
      on(haproxy, async ({ page }, fake) => {
        await page.getByTestId('connection').getByText('Live').waitFor();
        for (let at = 0; at < 8_000; at++) fake.log(`flood ${at}`);
        await page.getByText('flood 7999').waitFor();
        await eventually(() => page.getByTestId('log-line').count(), 5_000);
        const cpuMs = await cpuTime(page);
        const before = await cpuMs();
        await page.getByTestId('log-search').fill('flood 79');
        await page.getByTestId('log-hits').getByText('100 lines').waitFor();
        const searchMs = (await cpuMs()) - before;
        assert.ok(searchMs > 0 && searchMs < 3_000, `${searchMs} ms to search`);
      }));

    it('an action needs a confirmation, and the page shows its outcome', () =>
      on(haproxy, async ({ page }, fake) => {
        await page.getByTestId('act-stop').click();
        await page.getByTestId('ask').getByText('Stop ultronex-haproxy-1?').waitFor();
        // A second press of the same key must not confirm.
        await page.keyboard.press('Enter');
        await page.getByTestId('ask').waitFor({ state: 'detached' });
        assert.deepEqual(fake.actions, []);
        await eventually(async () => (await focus(page)).id, 'act-stop');
        await page.getByTestId('act-restart').click();
        await page.getByTestId('confirm').getByText('Restart ultronex-haproxy-1').click();
        await page.getByTestId('answer').getByText('Done.').waitFor();
        await eventually(async () => (await focus(page)).id, 'act-restart');
        const body = { action: 'restart', confirm: 'ultronex-haproxy-1' };
        assert.deepEqual(fake.actions, [{ path: '/ultronex/containers/ultronex-haproxy-1/actions', body }]);
        fake.answer = { status: 409, msg: 'It is being restarted already.' };
        await page.getByTestId('act-pause').click();
        await page.getByTestId('confirm').click();
        await page.getByRole('alert').getByText('It is being restarted already.').waitFor();
      }));

    it('the page offers only the actions that are possible in the state of the container', () =>
      on('containers?name=ultronex-certbot-1', async ({ page }) => {
        const buttons = page.getByRole('group', { name: 'Actions' }).getByRole('button');
        await buttons.first().waitFor();
        await eventually(() => buttons.allInnerTexts(), ['Unpause', 'Stop']);
        await eventually(() => page.getByTestId('act-stop').isDisabled(), true);
        await page.getByTestId('refused').getByText('certificates').waitFor();
      }));

    it('a shell opens after a confirmation, takes keys and the size, and shows why it ended', () =>
      on(haproxy, async ({ page }, fake) => {
        await page.getByRole('tab', { name: 'Shell' }).click();
        await page.getByTestId('shell-ask').click();
        assert.deepEqual(fake.shell.addresses, []);
        await page.getByTestId('confirm').click();
        await typeInShell(page, 'echo ü');
        await eventually(() => fake.shell.typed, 'echo ü\r');
        await page.locator('.xterm-rows').getByText('/ # echo ü').waitFor();
        const [address = ''] = fake.shell.addresses;
        assert.match(address, /\/ultronex-haproxy-1\/shell\?confirm=ultronex-haproxy-1&columns=\d+&rows=\d+$/);
        await page.setViewportSize({ width: 900, height: 700 });
        const sizes = () =>
          fake.shell.texts.map((text) => JSON.parse(text).resize as { columns: number; rows: number });
        await until('the new size', async () => (sizes().at(-1)?.columns ?? 0) < (sizes()[0]?.columns ?? 0));
        // A shell writes into the last row, so that row must be visible.
        const bottomOf = async (selector: string) => {
          const box = await page.locator(selector).boundingBox();
          return (box?.y ?? 0) + (box?.height ?? 0);
        };
        const isCutOff = async () => (await bottomOf('.xterm-rows')) > (await bottomOf('.host'));
        await until('the last row is visible', async () => !(await isCutOff()));
        await page.getByRole('tab', { name: 'Logs' }).click();
        await page.getByRole('tab', { name: 'Shell' }).click();
        await page.locator('.xterm-rows').getByText('/ # echo ü').waitFor();
        await page.keyboard.press('a');
        await until('what is typed after coming back', async () => fake.shell.typed.endsWith('a'));
        await page.keyboard.press('Shift+Escape');
        await eventually(async () => (await focus(page)).id, 'shell-close');
        fake.endShell('The shell has ended.');
        await page.getByTestId('shell-state').getByText('The shell has ended.').waitFor();
        assert.equal(fake.shell.addresses.length, 1);
        await page.getByTestId('shell-ask').click();
        await page.getByTestId('confirm').click();
        await page.getByTestId('shell-state').getByText('Connected').waitFor();
        await eventually(() => fake.openShells(), 1);
        // The browser asks before it closes a tab with a shell: Ctrl+W deletes a word in a terminal.
        const mayLeave = () => page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))");
        await eventually(mayLeave, false);
        await page.getByTestId('shell-close').click();
        await page.locator('.xterm').waitFor({ state: 'detached' });
        await until('no shell', async () => fake.openShells() === 0);
        await eventually(mayLeave, true);
        await eventually(async () => (await focus(page)).id, 'shell-ask');
      }));

    it('the terminal is loaded only for a shell, and leaving the page closes the log and the shell', () =>
      on(haproxy, async ({ page }, fake) => {
        const fetched: string[] = [];
        page.on('request', (request) => fetched.push(request.url()));
        await page.getByTestId('connection').getByText('Live').waitFor();
        await page.getByRole('tab', { name: 'Shell' }).click();
        await until('no log', async () => fake.followers() === 0);
        await page.getByTestId('shell-ask').click();
        const isTerminal = (url: string) => /\/assets\/terminal-.*\.js$/.test(url);
        assert.equal(fetched.some(isTerminal), false);
        assert.equal(await page.locator('link[href*="/terminal-"]').count(), 0);
        await page.getByTestId('confirm').click();
        await page.getByTestId('shell-state').getByText('Connected').waitFor();
        await eventually(() => fetched.some(isTerminal), true);
        await page.getByTestId('back').click();
        await until('no shell', async () => fake.openShells() === 0);
        await eventually(() => fake.followers(), 0);
      }));
  });
}

/** The CPU time of the page's main thread, in ms. Unlike the time of the clock, it leaves out what other programs use. */
async function cpuTime(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
}

/** Runs in the page. */
function scrollUp(box: unknown): void {
  (box as { scrollTo(x: number, y: number): void }).scrollTo(0, 0);
}
