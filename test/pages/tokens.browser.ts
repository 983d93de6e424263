import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually, eventuallyMatches, fits } from './eventually.ts';
import { call } from './site.ts';
import type { Bench } from './suite.ts';

const views = (['light', 'dark'] as const).flatMap((theme) => [1280, 360, 320].map((width) => ({ theme, width })));
const focused = (page: Page) => async () => ((await page.evaluate('probe.focus()')) as { id?: string }).id;
const tokenOf = (page: Page, name: string) => page.locator(`[data-testid=token][data-name="${name}"]`);

/** Presses Tab until the element with the test id has the focus. */
async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    const focus = (await page.evaluate('probe.focus()')) as { id?: string; outline: string };
    if (focus.id === id) return assert.notEqual(focus.outline, 'none', `${id} shows the focus`);
    await page.keyboard.press('Tab');
  }
  throw new Error(`${id}: not reached by 80 presses of Tab`);
}

/** Tests the page of tokens. */
export function tokensTests(bench: Bench): void {
  const create = (name: string, scopes: string[], expires?: string) =>
    call(bench.site, 'POST', 'tokens', { name, scopes, ...(expires !== undefined && { expires }) });

  describe('tokens', () => {
    it('the keyboard alone creates a token; its secret works and is shown once', () =>
      bench.on('tokens', async ({ page }) => {
        await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
        await page.getByTestId('token-name').waitFor();
        await tabTo(page, 'token-name');
        await page.keyboard.type('by-keyboard');
        await tabTo(page, 'scope-post');
        await page.keyboard.press('Space');
        await tabTo(page, 'limit-post');
        await page.keyboard.type('#general, #random');
        await tabTo(page, 'token-expires');
        await page.keyboard.press('End');
        await tabTo(page, 'token-expires-other');
        await page.keyboard.type('3d');
        await page.keyboard.press('Enter');

        const box = page.getByTestId('secret');
        await box.getByText('it is not shown again').waitFor();
        await eventually(focused(page), 'secret');
        await tabTo(page, 'secret');
        await page.keyboard.press('Tab');
        // The word is shown for two seconds, so the wait begins before the key is pressed.
        const copied = box.getByText('Copied', { exact: true }).waitFor();
        await page.keyboard.press('Enter');
        await copied;
        const secret = String(await page.evaluate('navigator.clipboard.readText()'));
        assert.match(secret, /^ux_[0-9A-Za-z]{36}$/);
        const example = await page.getByTestId('secret-example').locator('pre').innerText();
        assert.ok(example.startsWith(`curl -H 'Authorization: Bearer ${secret}'`), example);
        assert.ok(example.includes(`${bench.site.url}/ultronex/slack/general`), example);

        const headers = { authorization: `Bearer ${secret}` };
        const posted = await fetch(`${bench.site.url}/ultronex/slack/general`, { method: 'POST', headers, body: 'hi' });
        assert.equal(posted.status, 200);
        const elsewhere = await fetch(`${bench.site.url}/ultronex/messages`, { headers });
        assert.equal(elsewhere.status, 403);

        const row = tokenOf(page, 'by-keyboard');
        await row.getByText('post:#random').waitFor();
        await row.getByText('by ultron').waitFor();
        await row.getByTestId('expires-soon').waitFor();
        // The form is empty again.
        await eventually(() => page.getByTestId('token-name').inputValue(), '');
        await tabTo(page, 'secret-done');
        await page.keyboard.press('Enter');
        await box.waitFor({ state: 'detached' });
        await page.reload();
        await row.getByText('last used').waitFor();
        assert.ok(!(await page.content()).includes(secret));
      }));

    it('the form shows a refusal at the field that it is about', async () => {
      await create('taken', ['read']);
      await bench.on('tokens', async ({ page }) => {
        const send = () => page.getByTestId('token-create').click();
        await page.getByTestId('token-name').fill('two words');
        await send();
        await page
          .getByTestId('scopes-problem')
          .or(page.getByTestId('name-problem'))
          .filter({ hasText: 'must' })
          .waitFor();

        await page.getByTestId('scope-read').check();
        await send();
        await page.getByTestId('name-problem').getByText('name has letters, digits').waitFor();
        await eventually(() => page.getByTestId('token-name').getAttribute('aria-invalid'), 'true');
        await eventually(focused(page), 'token-name');

        await page.getByTestId('token-name').fill('taken');
        // An edit removes the refusal.
        await eventually(() => page.getByTestId('name-problem').textContent(), '');
        await send();
        await page.getByTestId('name-problem').getByText('Revoke it first').waitFor();

        await page.getByTestId('token-name').fill('free');
        await page.getByTestId('token-expires').selectOption('other');
        await page.getByTestId('token-expires-other').fill('tomorrow');
        await send();
        await page.getByTestId('expires-problem').getByText('tomorrow').waitFor();
        await eventually(focused(page), 'token-expires-other');

        await page.getByTestId('token-expires').selectOption('');
        await page.getByTestId('scope-read').uncheck();
        await send();
        await page.getByTestId('scopes-problem').getByText('must not have fewer').waitFor();
        assert.equal(await tokenOf(page, 'free').count(), 0);
      });
    });

    it('a token is revoked after a confirmation, and moves below the active ones', async () => {
      const { token } = await create('to-revoke', ['read', 'beat:backup']);
      await create('stays', ['read']);
      await bench.on('tokens', async ({ page }) => {
        const row = tokenOf(page, 'to-revoke');
        await row.getByTestId('revoke').click();
        await row.getByRole('button', { name: 'Cancel' }).click();
        await eventually(() => row.getAttribute('data-state'), 'active');
        await row.getByTestId('revoke').click();
        await row.getByTestId('confirm').click();
        await row.getByText('revoked just now').waitFor();
        await eventually(() => row.getByTestId('revoke').count(), 0);
        const states = () =>
          page
            .getByTestId('token')
            .evaluateAll((rows) => rows.map((each) => each.getAttribute('data-state')).join(' '));
        await eventuallyMatches(states, /^(active )+(revoked ?)+$/);
        const headers = { authorization: `Bearer ${token}` };
        assert.equal((await fetch(`${bench.site.url}/ultronex/messages`, { headers })).status, 401);
      });
    });

    it('both pages show the refusal of a caller without the scope', async () => {
      const json = { msg: 'You are a viewer; this needs the role admin.' };
      for (const path of ['tokens', 'audit']) {
        await bench.on(
          '',
          async ({ page }) => {
            const { username, password } = bench.site;
            const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
            await page.setExtraHTTPHeaders({ authorization });
            await page.route(`**/ultronex/${path}`, (route) =>
              route.request().resourceType() === 'fetch' ? route.fulfill({ status: 403, json }) : route.continue(),
            );
            await page.route(`**/ultronex/${path}?*`, (route) => route.fulfill({ status: 403, json }));
            await page.goto(`${bench.site.url}/ultronex/${path}`);
            await page.getByRole('alert').getByText(json.msg).waitFor();
            assert.equal(await page.getByTestId('token-name').count(), 0);
            assert.equal(await page.getByTestId('audit-empty').count(), 0);
          },
          { provokes: /status of 403/ },
        );
      }
    });

    for (const { theme, width } of views) {
      it(`the page of tokens fits ${width} px with long names and has enough contrast, ${theme}`, async () => {
        const name = `a-token-with-a-name-as-long-as-can-be-${theme}-${width}`.padEnd(64, '-');
        await create(name, ['read', `post:#${'a-long-channel-name'.repeat(4)}`, 'jobs', 'hook:alertmanager'], '5d');
        await bench.on(
          'tokens',
          async ({ page }) => {
            await tokenOf(page, name).waitFor();
            await tokenOf(page, name).getByTestId('revoke').click();
            await page.getByTestId('token-name').fill(`${theme}-${width}`);
            for (const scope of ['post', 'beat', 'hook']) await page.getByTestId(`scope-${scope}`).check();
            await fits(page, width);
            await page.screenshot({
              path: `test-output/screenshots/tokens-form-${theme}-${width}.png`,
              fullPage: true,
            });
            await page.getByTestId('token-create').click();
            await page.getByTestId('secret').waitFor();
            await fits(page, width);
            await page.screenshot({ path: `test-output/screenshots/tokens-new-${theme}-${width}.png`, fullPage: true });
          },
          { theme, width },
        );
      });
    }
  });
}
