import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { type FakeSlack, startFakeSlack } from '../fakes/slack/index.ts';
import { jarBrowser } from '../support/browser-jar.ts';
import { clientId, clientSecret, sealKey } from '../support/installations.ts';
import { freePort } from '../support/port.ts';
import type { Site, View } from './browser.ts';
import { eventuallyMatches, fits } from './eventually.ts';
import { call, hostile } from './site.ts';
import { startSite } from './start-site.ts';
import type { Bench } from './suite.ts';

const views = (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => ({ theme, width })));
const longName = 'A-workspace-with-a-name-without-blanks-that-is-as-long-as-can-be-and-longer';

/** Tests the page of workspaces, and those at which they install the bot, with the real program and a fake Slack. */
export function workspacesTests(bench: Bench): void {
  describe('workspaces', () => {
    let slack: FakeSlack;
    let site: Site;
    before(async () => {
      const names: Record<string, string> = { T2: 'Acme', T3: hostile, T4: longName, E1: 'Globex' };
      const teams = ['T1', 'T2', 'T3', 'T4', 'E1'].map((id) => ({ id, name: names[id] }));
      slack = await startFakeSlack({ oauth: { clientId, clientSecret }, teams });
      const PORT = String(await freePort());
      site = await startSite({
        ...{
          PORT,
          PUBLIC_URL: `http://127.0.0.1:${PORT}`,
          SLACK_API_URL: slack.apiUrl,
          SLACK_BOT_TOKEN: 'xoxb-test-1',
        },
        ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: sealKey('k1') },
      });
    });
    after(async () => {
      await site?.stop();
      await slack?.stop();
    });

    const on = (path: string, test: (page: Page) => Promise<void>, view?: View) =>
      bench.on(path, ({ page }) => test(page), { through: site.url, ...view });
    const rowOf = (page: Page, team: string) => page.locator(`[data-testid=workspace][data-team="${team}"]`);
    async function install(page: Page, decision: Parameters<FakeSlack['oauth']['decide']>[0]) {
      slack.oauth.decide(decision);
      await page.goto(`${site.url}/slack/install`);
      await page.getByTestId('install').click();
      await page.getByTestId('install-end').waitFor();
    }

    it('while it is off the page says how to turn it on, and no page links to it', () =>
      bench.on('workspaces', async ({ page }) => {
        const off = page.getByTestId('module-off');
        await off.getByText('SLACK_CLIENT_ID=…').waitFor();
        assert.equal(await page.getByTestId('nav-workspaces').count(), 1, 'on its own page');
        await page.goto(`${bench.site.url}/ultronex/tokens`);
        await page.getByTestId('nav-tokens').waitFor();
        await page.getByTestId('nav-containers').getByText('off').waitFor();
        assert.equal(await page.getByTestId('nav-workspaces').count(), 0);
      }));

    it('an empty list has the address at which workspaces install the bot', () =>
      on('workspaces', async (page) => {
        await page.getByTestId('empty').getByText(`${site.url}/slack/install`).waitFor();
      }));

    it('a person installs the bot, and cancels, and is told so', () =>
      on('workspaces', async (page) => {
        await install(page, { cancel: true });
        await page.getByRole('heading', { name: 'Nothing was installed' }).waitFor();
        await page.getByTestId('again').click();
        slack.oauth.decide({ team: 'T2' });
        await page.getByTestId('install').click();
        await page.getByRole('heading', { name: 'Ultronex is in Acme' }).waitFor();
        await page.reload();
        await page.getByRole('heading', { name: 'Ultronex is installed already' }).waitFor();
        await page.goto(`${site.url}/ultronex/workspaces`);
        await rowOf(page, 'T2').getByText('by U1T2').waitFor();
        await rowOf(page, 'T2').getByText('ok', { exact: true }).waitFor();
      }));

    it('the list shows what is wrong, and names as text', () =>
      on('workspaces', async (page) => {
        await install(page, { team: 'T3', without: ['files:read'] });
        await install(page, { team: 'E1', without: ['files:read', 'files:write'] });
        slack.oauth.rotate(43_200);
        await install(page, { team: 'T4' });
        await page.goto(`${site.url}/ultronex/workspaces`);
        await rowOf(page, 'T3').getByTestId('missing').getByText('files:read. Features that need it do').waitFor();
        await rowOf(page, 'E1').getByTestId('missing').getByText('write. Features that need them do').waitFor();
        await eventuallyMatches(() => rowOf(page, 'T3').innerText(), /<img src=x onerror/);
        assert.equal(await page.evaluate('window.hacked'), undefined);
        await rowOf(page, 'E1').getByText('organisation').waitFor();
        await rowOf(page, 'T4')
          .getByText(/token ends in 1[12] h, and is refreshed before/)
          .waitFor();
        await page.getByTestId('nav-workspaces').waitFor();
      }));

    for (const { theme, width } of views) {
      it(`its pages fit ${width} px and have enough contrast, ${theme}`, () =>
        on(
          'workspaces',
          async (page) => {
            const shot = (name: string) =>
              page.screenshot({ path: `test-output/screenshots/${name}-${theme}-${width}.png`, fullPage: true });
            await rowOf(page, 'T4').getByTestId('erase').click();
            await rowOf(page, 'T4').getByTestId('confirm').waitFor();
            assert.equal(await rowOf(page, 'T4').getByTestId('remove').isVisible(), false, 'beside the question');
            await fits(page, width);
            await shot('workspaces');
            await page.goto(`${site.url}/slack/install`);
            await page.getByTestId('install').waitFor();
            await fits(page, width);
            await shot('workspaces-install');
            await install(page, { team: 'T4', without: ['users:read'] });
            await fits(page, width);
            await shot('workspaces-installed');
          },
          { theme, width },
        ));
    }

    for (const { theme, width } of views.concat([{ theme: 'light', width: 375 }])) {
      it(`the page of tokens tells the workspace of each, ${theme}, ${width} px`, async () => {
        slack.oauth.decide({ team: 'T2' });
        await jarBrowser().open(`${site.url}/slack/install?start=true`);
        const create = (name: string, team?: string) =>
          call(site, 'POST', 'tokens', { name, scopes: ['read'], ...(team && { team }) });
        const [own, acme] = [`own-${theme}-${width}`, `acme-${theme}-${width}`];
        await create(own);
        await create(acme, 'T2');
        const tagOf = (page: Page, name: string) =>
          page.locator(`[data-testid=token][data-name="${name}"]`).getByTestId('workspace').textContent();
        await on(
          'tokens',
          async (page) => {
            assert.equal(await tagOf(page, acme), 'workspace T2');
            assert.equal(await tagOf(page, own), 'all workspaces');
            await fits(page, width);
            await page.screenshot({
              path: `test-output/screenshots/tokens-workspaces-${theme}-${width}.png`,
              fullPage: true,
            });
          },
          { theme, width },
        );
      });
    }

    it('with one workspace the page of tokens tells none', async () => {
      await call(bench.site, 'POST', 'tokens', { name: 'of-one', scopes: ['read'] });
      await bench.on('tokens', async ({ page }) => {
        await page.locator('[data-testid=token][data-name="of-one"]').waitFor();
        assert.equal(await page.getByTestId('workspace').count(), 0);
      });
    });

    for (const { theme, width } of views.concat([{ theme: 'light', width: 375 }])) {
      it(`bots of the Redis hash are told from others, and those that are not served have their reason, ${theme}, ${width} px`, () =>
        on(
          'workspaces',
          async (page) => {
            const { workspaces } = (await call(site, 'GET', 'workspaces')) as { workspaces: object[] };
            const bot = { ...workspaces[0], team: 'T9', name: 'Initech', installedBy: '', trouble: 'token_expired' };
            const json = {
              workspaces: [
                { ...bot, origin: 'hash', namespace: 'blue', missingScopes: ['reactions:read'] },
                { ...bot, team: 'T8', trouble: 'key_missing', key: 'k7', missingScopes: [] },
              ],
              ...{ next: null, total: 2, installs: false, unservedTotal: 22 },
              unserved: [
                { field: 'T7', problem: 'its token is of the workspace T3, not T7. Write the token of T7' },
                { field: longName, problem: hostile },
              ],
            };
            await page.route('**/ultronex/workspaces?*', (route) => route.fulfill({ json }));
            await page.reload();
            const row = rowOf(page, 'T9');
            await row.getByText('from the Redis hash, namespace blue').waitFor();
            await row.getByText('Write a token that works into the Redis hash').waitFor();
            await rowOf(page, 'T8').getByText('trouble', { exact: true }).waitFor();
            await rowOf(page, 'T8').getByText('key_missing. It is not served').waitFor();
            await rowOf(page, 'T8').getByText('Put the key k7 back and restart.').waitFor();
            await row.getByText('reactions:read').waitFor();
            const unserved = page.getByTestId('unserved');
            await unserved.getByText('22 bots of the Redis hash not served').waitFor();
            await unserved.getByText('its token is of the workspace T3, not T7').waitFor();
            await unserved.getByText('and 20 more').waitFor();
            assert.equal(await page.evaluate('window.hacked'), undefined);
            assert.equal(await page.getByText('/slack/install').count(), 0);
            await fits(page, width);
            await page.screenshot({
              path: `test-output/screenshots/workspaces-hash-${theme}-${width}.png`,
              fullPage: true,
            });
          },
          { theme, width },
        ));
    }

    it('a workspace is removed after a confirmation, and another one is erased', () =>
      on(
        'workspaces',
        async (page) => {
          await rowOf(page, 'T2').getByTestId('remove').click();
          await rowOf(page, 'T2').getByRole('button', { name: 'Cancel' }).click();
          await rowOf(page, 'T2').getByTestId('remove').click();
          await rowOf(page, 'T2').getByTestId('confirm').click();
          await page.getByTestId('workspaces-done').getByText('Acme was removed.').waitFor();
          await rowOf(page, 'T2').waitFor({ state: 'detached' });
          assert.equal(slack.team('T2').tokenState, 'account_inactive');
          slack.faults.add({ method: 'apps.uninstall', kind: 'status', status: 500 });
          await rowOf(page, 'E1').getByTestId('erase').click();
          await rowOf(page, 'E1').getByTestId('confirm').click();
          await page.getByRole('alert').getByText('Nothing was removed; try again.').waitFor();
          await rowOf(page, 'E1').getByTestId('erase').click();
          await rowOf(page, 'E1').getByTestId('confirm').click();
          await page
            .getByTestId('workspaces-done')
            .getByText(/Globex was removed\. \d+ rows were erased\./)
            .waitFor();
          const { workspaces } = (await call(site, 'GET', 'workspaces')) as { workspaces: { team: string }[] };
          assert.deepEqual(
            workspaces.map(({ team }) => team),
            ['T3', 'T4'],
          );
        },
        { provokes: /status of 503/ },
      ));
  });
}
