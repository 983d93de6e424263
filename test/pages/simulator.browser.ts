import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually, eventuallyMatches } from './eventually.ts';
import { become, row, say } from './in-simulator.ts';
import { hostile } from './site.ts';
import type { Bench } from './suite.ts';

const log = (page: Page) => page.getByTestId('messages').first();
/** Pretends that files were dropped or pasted. */
const give = (page: Page, kind: 'drop' | 'paste', name: string) =>
  page.evaluate(`probe.give('composer', '${kind}', '${name}')`);

export function simulatorTests(bench: Bench): void {
  describe('simulator', () => {
    it('the bot replies in the direct message to typed texts and clicked suggestions', () =>
      bench.on('simulator', async ({ page }) => {
        await say(page, 'help');
        await row(page, 'forward').filter({ hasText: 'ultronex' }).last().waitFor();
        await page.getByTestId('suggestion').filter({ hasText: 'quote' }).click();
        await page.locator('[data-testid=message]:last-of-type [data-testid=text]').waitFor();
      }));

    it('the composer starts with the text from the address', () =>
      bench.on('simulator?say=help', async ({ page }) => {
        await eventually(() => page.getByTestId('composer').inputValue(), 'help');
        await eventually(() => new URL(page.url()).search, '');
      }));

    it('a matching message is forwarded to the direct message of the user who tracks the pattern', () =>
      bench.on('simulator', async ({ page }) => {
        await say(page, 'forward stark');
        await row(page, 'stark').nth(1).waitFor();
        await become(page, 1);
        await page.getByTestId('place-general').click();
        await say(page, 'tony stark');
        await row(page, 'tony stark').waitFor();
        await become(page, 0);
        await page.getByTestId('place-ultronex').click();
        await row(page, 'tony stark').last().getByRole('link').click();
        await page.getByTestId('channel-title').getByText('#general').waitFor();
        await page.locator('.linked').getByText('tony stark').waitFor();
        await page.getByTestId('place-ultronex').click();
        await say(page, 'stop stark');
        await row(page, 'stop stark').waitFor();
      }));

    it('a forwarded message has buttons, and only the user who pressed one sees the reply', () =>
      bench.on('simulator', async ({ page }) => {
        await say(page, 'forward widow');
        await row(page, 'widow').nth(1).waitFor();
        await become(page, 1);
        await page.getByTestId('place-general').click();
        await say(page, 'black widow');
        await become(page, 0);
        await page.getByTestId('place-ultronex').click();
        const forwarded = row(page, 'black widow').last();
        await forwarded.getByRole('button', { name: 'Mute for 1 h' }).click();
        const answer = row(page, 'Muted until').last();
        await answer.getByText('Only visible to you').waitFor();
        const textOf = () => answer.getByTestId('text').innerText();
        await eventuallyMatches(textOf, /^Muted until (today|tomorrow) \d\d:\d\d \(1h\)/);
        await say(page, 'talk');
        await row(page, 'talk').last().waitFor();
        await forwarded.getByRole('button', { name: 'Stop this pattern' }).click();
        await row(page, 'widow').filter({ hasText: 'Only visible to you' }).waitFor();
        await page.reload();
        await row(page, 'black widow').last().waitFor();
        await eventually(() => page.getByText('Only visible to you').count(), 2);
        await become(page, 1);
        await page.getByTestId('place-ultronex').click();
        await page.getByText('Only visible to you').waitFor({ state: 'detached' });
      }));

    it('the bot replies to a message with a trigger word', () =>
      bench.on('simulator', async ({ page }) => {
        await page.getByTestId('place-random').click();
        await say(page, 'I love this');
        await page.locator('[data-testid=message][data-user=ultronex]').last().waitFor();
        await eventuallyMatches(() => row(page, 'I love this').last().locator('+ *').innerText(), /love/i);
      }));

    it('a permalink opens its channel and marks its message', () =>
      bench.on('simulator', async ({ page }) => {
        await page.getByTestId('place-random').click();
        await say(page, 'look here');
        const ts = await row(page, 'look here').last().getAttribute('data-ts');
        const state = await page.evaluate<{ channels: { id: string; name: string }[] }>(
          "fetch('/ultronex/simulator/state').then((answer) => answer.json())",
        );
        const room = state.channels.find((channel) => channel.name === 'random');
        await page.goto(`${bench.site.url}/ultronex/simulator?again#${room?.id}/${ts}`);
        await page.getByTestId('channel-title').getByText('#random').waitFor();
        await page.locator(`.linked[data-ts="${ts}"]`).waitFor();
      }));

    it('typed names are sent as mentions and shown as names', () =>
      bench.on('simulator', async ({ page }) => {
        await page.getByTestId('place-general').click();
        const sent = page.waitForRequest((request) => request.url().endsWith('/simulator/messages'));
        await say(page, 'see @ultronex in #general, a<b');
        assert.match((await sent).postData() ?? '', /see <@U\w+> in <#C\w+\|general>, a&lt;b/);
        await row(page, 'see @ultronex in #general, a<b').waitFor();
      }));

    it('a message shows markup as text', () =>
      bench.on('simulator', async ({ page }) => {
        await page.getByTestId('place-general').click();
        await say(page, hostile);
        await row(page, hostile).waitFor();
        assert.equal(await log(page).locator('.mrkdwn :is(img, script)').count(), 0);
        assert.equal(await page.evaluate("'hacked' in window"), false);
      }));

    it('a reply appears in its thread, not in the channel', () =>
      bench.on('simulator', async ({ page }) => {
        await page.getByTestId('place-general').click();
        await say(page, 'who takes the release?');
        await row(page, 'who takes the release?').last().hover();
        await row(page, 'who takes the release?').last().getByTestId('reply').click();
        await say(page, 'I do', 'thread-composer');
        await page.getByTestId('thread').getByText('I do').waitFor();
        await page.getByTestId('close-thread').click();
        await row(page, 'who takes the release?').last().getByText('1 reply').click();
        await page.getByTestId('thread').getByText('I do').waitFor();
        assert.equal(await log(page).getByText('I do', { exact: true }).count(), 0);
      }));

    it('files are attached with the button, by drop and by paste', () =>
      bench.on('simulator', async ({ page }) => {
        await page.getByTestId('place-general').click();
        const buffer = Buffer.from('one line of a log');
        await page.getByTestId('file-input').setInputFiles({ name: 'app.log', mimeType: 'text/plain', buffer });
        await give(page, 'drop', 'dropped.txt');
        await give(page, 'paste', 'pasted.txt');
        await eventually(() => page.getByTestId('attached').count(), 3);
        await page.getByLabel('Remove pasted.txt').click();
        await say(page, 'two files');
        const files = row(page, 'two files').last().getByTestId('file');
        await files.nth(1).waitFor();
        await eventuallyMatches(() => files.first().textContent(), /app\.log/);
        const text = await page.evaluate(
          `fetch('${await files.first().getAttribute('href')}').then((answer) => answer.text())`,
        );
        assert.equal(text, 'one line of a log');
        await eventually(() => page.getByTestId('attached').count(), 0);
      }));

    it('only the user of a slash command sees the reply', () =>
      bench.on('simulator', async ({ page }) => {
        await page.getByTestId('place-general').click();
        await say(page, '/ultronex track');
        await page.getByText('Only visible to you').last().waitFor();
        await become(page, 1);
        await page.getByText('Only visible to you').waitFor({ state: 'detached' });
      }));

    it('a user and a channel can be added', () =>
      bench.on('simulator', async ({ page }) => {
        const name = `z${Date.now() % 100_000}`;
        await page.getByTestId('add-user').click();
        await page.getByTestId('new-user').fill(name);
        await page.getByTestId('new-user').press('Enter');
        await page.locator(`[data-testid="user-${name}"] input:checked`).waitFor({ state: 'attached' });
        await page.getByTestId('add-channel').click();
        await page.getByTestId('new-channel').fill(`room-${name}`);
        await page.getByTestId('new-channel').press('Enter');
        await page
          .getByRole('heading', { name: `#room-${name}` })
          .first()
          .waitFor();
        await say(page, 'first!');
        await row(page, 'first!').filter({ hasText: name }).waitFor();
      }));
  });
}
