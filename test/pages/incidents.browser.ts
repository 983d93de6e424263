import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { View } from './browser.ts';
import { eventually, eventuallyMatches, fits } from './eventually.ts';
import { ago, entry, fakeIncidents, incident, person, resolved, serve } from './fake-incidents.ts';
import { call, hostile } from './site.ts';
import type { Bench } from './suite.ts';

const views = (['light', 'dark'] as const).flatMap((theme) => [1280, 360, 320].map((width) => ({ theme, width })));
const rowOf = (page: Page, number: number) => page.locator(`[data-testid=incident][data-number="${number}"]`);
const slack = (name: string) => ({ kind: 'slack', name });
const lines = Array.from(
  { length: 12 },
  (_, at) => `14:02:${String(at + 10)} payment timeout after 30 s, order 482${at}`,
);

/** One incident of each kind. */
const some = () => [
  incident(12, 'Disk of web-3 is 91 % full', { acknowledged: { by: slack('U1'), at: ago(60) }, state: 'acknowledged' }),
  incident(13, 'Checkout fails for every second customer', {
    severity: 'critical',
    about: '*5 %* of payments fail in `eu-west`. See <https://example.com/runbook|the runbook>.',
    alerts: ['*HighErrorRate* on web-1 since 14:02', '*HighErrorRate* on web-2 since 14:03'],
    more: 8,
    links: [
      { name: 'Dashboard', url: 'https://grafana.example.com/d/checkout' },
      { name: 'Runbook', url: 'https://example.com/runbook' },
    ],
    labels: { service: 'checkout', severity: 'critical', cluster: 'eu-west' },
  }),
  incident(14, 'Certificate of api.example.com ends in 6 days', {
    ...{ severity: 'info', source: 'signal', state: 'silenced' },
    silenced: { by: person('grace'), at: ago(30), until: null },
  }),
  incident(15, 'Queue “emails” grows and shrinks', { severity: 'error', state: 'flapping', flappingSince: ago(20) }),
  incident(9, 'Backup of db-orders failed', resolved(100)),
  incident(10, 'Login page was slow', resolved(20, person('ada'))),
];
const told = () => [
  entry(24 * 60 + 130, 'opened', undefined, '2 firing'),
  entry(
    128,
    'context',
    undefined,
    `Log lines:\n\`\`\`\n${lines.join('\n')}\n\`\`\`\nLast change: deploy v1.4.0, 14 min before, by ada`,
  ),
  entry(120, 'reminded'),
  entry(90, 'acknowledged', slack('U1')),
  entry(60, 'silenced', { kind: 'token', name: 'night-shift' }, 'for 1h'),
  entry(0, 'unsilenced', person('grace')),
];

/** Tests the page of incidents. */
export function incidentsTests(bench: Bench): void {
  type Fake = ReturnType<typeof fakeIncidents>;
  /** Opens a page that talks to the fake. */
  function on(path: string, fake: Fake, run: (page: Page) => Promise<void>, view?: View) {
    return bench.on(
      'incidents',
      async ({ page }) => {
        await serve(page, fake);
        await page.goto(`${bench.site.url}/ultronex/${path}`);
        await run(page);
      },
      view,
    );
  }
  const numbers = (page: Page) => () =>
    page.getByTestId('incident').evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-number'))));

  describe('incidents', () => {
    it('the command of an empty page opens an incident', () =>
      on('incidents', fakeIncidents([]), async (page) => {
        const text = await page.getByTestId('empty').locator('pre').innerText();
        const body = JSON.parse(/-d '(.*)'$/s.exec(text)?.[1] ?? '') as Record<string, unknown>;
        assert.match(text, /\/ultronex\/hooks\/grafana /);
        const { id } = await call(bench.site, 'POST', 'hooks/grafana', body);
        assert.notEqual(id, null);
      }));

    it('the page lists open incidents, the worst first, with who is on each', () =>
      on('incidents', fakeIncidents(some()), async (page) => {
        await rowOf(page, 13).waitFor();
        await eventually(numbers(page), [13, 15, 12, 14]);
        const [critical, acknowledged, silenced] = [13, 12, 14].map((number) => rowOf(page, number));
        await critical?.getByText('critical', { exact: true }).waitFor();
        await critical?.getByText('nobody is on it').waitFor();
        await critical?.getByText('2h 10m').waitFor();
        await acknowledged?.getByText('@ada is on it').waitFor();
        await silenced?.getByText('silenced by grace until it is resolved').waitFor();
        await rowOf(page, 15).getByText('flapping', { exact: true }).waitFor();
        await page
          .getByTestId('summary')
          .getByText('1 critical, 1 error, 1 warning, 1 info open; nobody is on 2 of them')
          .waitFor();
        await eventually(() => page.getByTestId('open-count').innerText(), '4');
        await eventuallyMatches(() => page.title(), /^\(4\) Incidents/);
      }));

    it('the summary says of which incidents it is, when there are more', () =>
      on('incidents', fakeIncidents(Array.from({ length: 101 }, (_, at) => incident(at + 1, 'Disk'))), async (page) => {
        await page.getByTestId('summary').getByText('Of the newest 100: 100 warning open; nobody is on 100').waitFor();
        await eventually(() => page.getByTestId('open-count').innerText(), '100+');
      }));

    it('tab and search are in the address, and stay when an incident was opened', () =>
      on('incidents', fakeIncidents(some()), async (page) => {
        await page.getByTestId('tab-resolved').click();
        await rowOf(page, 9).getByText('recovered').waitFor();
        await rowOf(page, 10).getByText('resolved by ada').waitFor();
        await rowOf(page, 10).getByText('took 1h 50m').waitFor();
        await eventually(numbers(page), [10, 9]);
        await page.getByTestId('incident-search').fill('BACKUP');
        await rowOf(page, 10).waitFor({ state: 'detached' });
        await eventually(() => new URL(page.url()).search, '?state=resolved&search=BACKUP');
        await rowOf(page, 9).click();
        await page.getByRole('heading', { name: '#9 Backup' }).waitFor();
        await eventually(() => new URL(page.url()).pathname, '/ultronex/incidents/9');
        assert.equal(await page.getByTestId('actions').count(), 0, 'a resolved incident has no actions');
        await page.getByTestId('back').click();
        await rowOf(page, 9).waitFor();
        await eventually(() => new URL(page.url()).search, '?state=resolved&search=BACKUP');
        await page.goBack();
        await page.getByRole('heading', { name: '#9 Backup' }).waitFor();
        await page.goForward();
        await page.getByTestId('incident-search').fill('nothing like it');
        await page.getByTestId('clear-search').click();
        await rowOf(page, 10).waitFor();
      }));

    it('a new incident appears without a reload, a resolved one goes', async () => {
      const fake = fakeIncidents(some());
      await on('incidents', fake, async (page) => {
        await rowOf(page, 13).waitFor();
        fake.incidents = [...fake.incidents.filter(({ number }) => number !== 12), incident(16, 'New')];
        await rowOf(page, 16).waitFor();
        await eventually(() => rowOf(page, 12).count(), 0);
      });
    });

    it('more incidents than a page holds are fetched by a button', async () => {
      const many = Array.from({ length: 230 }, (_, at) => incident(at + 1, `Incident ${at + 1}`));
      await on('incidents', fakeIncidents(many), async (page) => {
        await rowOf(page, 230).waitFor();
        await eventually(() => page.getByTestId('open-count').innerText(), '100+');
        await page.getByTestId('older').click();
        await rowOf(page, 31).waitFor();
        await page.getByTestId('older').click();
        await rowOf(page, 1).waitFor();
        await page.getByTestId('older').waitFor({ state: 'detached' });
        await eventually(() => page.getByTestId('incident').count(), 230);
        await eventually(() => page.getByTestId('open-count').innerText(), '230');
      });
    });

    it('an incident tells what is wrong, its links, its card and its history', () =>
      on('incidents/13', fakeIncidents(some(), { history: told() }), async (page) => {
        const text = page.getByTestId('incident-text');
        await text.locator('strong').getByText('5 %').waitFor();
        await eventually(() => page.getByTestId('alert').count(), 2);
        await text.getByText('and 8 more').waitFor();
        const link = text.getByRole('link', { name: 'Dashboard' });
        assert.equal(await link.getAttribute('href'), 'https://grafana.example.com/d/checkout');
        await text.getByText('cluster=eu-west').waitFor();
        await page.locator('[data-fact="On it"]').getByText('Nobody').waitFor();
        const card = page.getByTestId('card-fact');
        assert.match((await card.getByText('Open in Slack').getAttribute('href')) ?? '', /^https:\/\/example\.slack/);
        assert.match(
          (await card.getByText('Open in the ledger').getAttribute('href')) ?? '',
          /^\/ultronex\/ledger\?id=/,
        );
        const entries = page.getByTestId('entry');
        await eventually(() => entries.count(), 6);
        await entries.first().getByText('Opened').waitFor();
        await entries.nth(3).getByText('Acknowledged by @ada').waitFor();
        await entries.nth(4).getByText('by night-shift (token)').waitFor();
        await entries.last().getByText('Silence ended by grace').waitFor();
        await page.getByText('Yesterday').waitFor();
        await page.getByText('order 48211').waitFor({ state: 'hidden' });
        await entries.nth(1).locator('summary').click();
        await page.getByText('order 48211').waitFor();
        await eventuallyMatches(() => page.title(), /^#13 Checkout/);
      }));

    it('the buttons acknowledge, silence, stop reminding and resolve, the last one after a question', async () => {
      const fake = fakeIncidents(some());
      await on('incidents/13', fake, async (page) => {
        await page.getByTestId('acknowledge').click();
        await page.getByTestId('done').getByText('Incident 13: done.').waitFor();
        await page.locator('[data-fact="On it"]').getByText('ada, since').waitFor();
        await page.getByTestId('acknowledge').getByText('Take over').waitFor();
        await page.getByTestId('silence-1h').click();
        await page.locator('[data-fact=Silence]').getByText('Silenced by ada until').waitFor();
        await page.getByTestId('silence-until-solved').click();
        await page.getByText('until it is resolved').waitFor();
        await page.getByTestId('silence-off').click();
        await page.locator('[data-fact=Silence]').waitFor({ state: 'detached' });
        await page.getByTestId('stop-reminding').click();
        await page.locator('[data-fact=Reminders]').getByText('Stopped').waitFor();
        await page.getByTestId('resolve').click();
        await page.keyboard.press('Escape');
        await page.getByTestId('resolve').click();
        await page.keyboard.type('restarted it');
        await page.keyboard.press('Enter');
        await page.locator('[data-testid=incident-detail][data-state=resolved]').waitFor();
        await page.locator('[data-fact="Resolved by"]').getByText('ada').waitFor();
        assert.deepEqual(fake.asked, [
          'POST 13/ack {}',
          'POST 13/silence {"for":"1h"}',
          'POST 13/silence {"for":"until solved"}',
          'POST 13/silence {"for":"off"}',
          'POST 13/stop-reminding {}',
          'POST 13/resolve {"note":"restarted it"}',
        ]);
      });
    });

    it('a refused action says why: the missing role, or what somebody else did first', async () => {
      const role = { msg: '"linus" is viewer; this needs the role operator.' };
      const fake = fakeIncidents(some(), { refusal: { status: 403, json: role } });
      await on(
        'incidents/13',
        fake,
        async (page) => {
          await page.getByTestId('acknowledge').click();
          await page.getByTestId('refusal').getByText(role.msg).waitFor();
          const late = { msg: 'Incident 13 is resolved already.' };
          fake.refusal = { status: 409, json: late };
          Object.assign(fake.incidents.find(({ number }) => number === 13) ?? {}, resolved(0, person('grace')));
          await page.getByTestId('silence-8h').click();
          await page.getByTestId('refusal').getByText(late.msg).waitFor();
          await page.locator('[data-fact="Resolved by"]').getByText('grace').waitFor();
        },
        { provokes: /status of 403/ },
      );
    });

    it('while Slack is away an incident can be acknowledged, and the page says that its card waits', async () => {
      const fake = fakeIncidents(some());
      Object.assign(fake.delivery, { pending: 'update', error: 'ECONNREFUSED', updatedAt: ago(1) });
      await on('incidents/13', fake, async (page) => {
        await page.getByTestId('card-fact').getByText('Slack does not have the last change yet').waitFor();
        await page.getByTestId('card-fact').getByText('ECONNREFUSED').waitFor();
        await page.getByTestId('acknowledge').click();
        await page.getByTestId('done').waitFor();
        Object.assign(fake.delivery, { pending: null, error: 'channel_not_found', state: 'failed' });
        Object.assign(fake.incidents[1] ?? {}, { card: { id: '0199aaaa-1', state: 'failed', permalink: null } });
        await page.getByTestId('card-fact').getByText('Invite the bot').waitFor();
        Object.assign(fake.incidents[1] ?? {}, { card: null });
        await page.getByTestId('card-fact').getByText('because of maintenance').waitFor();
      });
    });

    it('maintenance is shown with its end, and can be ended', async () => {
      const window = { from: ago(10), until: ago(-50), reason: 'new disks', by: person('ada') };
      const fake = fakeIncidents(some(), { maintenance: [window] });
      await on('incidents', fake, async (page) => {
        const notice = page.getByTestId('maintenance');
        await notice.getByText('new disks').waitFor();
        await page.getByTestId('end-maintenance').click();
        await page.getByTestId('confirm').click();
        await notice.waitFor({ state: 'detached' });
        assert.deepEqual(fake.asked, ['DELETE maintenance {}']);
      });
    });

    it('an unknown number, and a list that cannot be read, say so', async () => {
      const fake = fakeIncidents(some());
      await on(
        'incidents/99',
        fake,
        async (page) => {
          await page.getByRole('alert').getByText('There is no incident 99.').waitFor();
          await page.route('**/ultronex/incidents?*', (route) =>
            route.fulfill({ status: 503, json: { msg: 'The store is not available.' } }),
          );
          await page.getByTestId('back').click();
          await page.getByRole('alert').getByText('The store is not available.').waitFor();
        },
        { provokes: /status of (404|503)/ },
      );
    });

    it('markup in titles, notes and links is shown as text', async () => {
      const more = { about: hostile, alerts: [hostile], links: [{ name: 'bad', url: 'javascript:alert(1)' }] };
      const fake = fakeIncidents([incident(1, hostile, more)], {
        history: [entry(1, 'note', person(hostile), hostile)],
      });
      await on('incidents', fake, async (page) => {
        await rowOf(page, 1).getByText('<script>').waitFor();
        await rowOf(page, 1).click();
        await page.getByTestId('entry').getByText('<script>').first().waitFor();
        assert.equal(await page.evaluate('window.hacked'), undefined);
        assert.equal(await page.locator('[href^="javascript"]').count(), 0);
      });
    });

    it('the keyboard opens an incident and goes back', () =>
      on('incidents', fakeIncidents(some()), async (page) => {
        await rowOf(page, 13).waitFor();
        await page.getByTestId('incident-search').focus();
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        const focused = async () => ((await page.evaluate('probe.focus()')) as { id?: string }).id;
        await eventually(focused, 'incident-title');
        await page.keyboard.press('Shift+Tab');
        await eventually(focused, 'back');
        await page.keyboard.press('Enter');
        await rowOf(page, 13).waitFor();
      }));

    for (const { theme, width } of views) {
      it(`the pages of incidents fit ${width} px with long texts and have enough contrast, ${theme}`, async () => {
        const picture = (page: Page, name: string) =>
          page.screenshot({ path: `test-output/screenshots/incidents-${name}-${theme}-${width}.png`, fullPage: true });
        const view = { theme, width };
        const long = incident(99, 'a-title-without-a-space-'.repeat(8), {
          ...{ severity: 'error', channel: `#${'long-channel-name-'.repeat(5)}`, labels: { pod: 'x'.repeat(200) } },
          links: [{ name: 'y'.repeat(200), url: 'https://example.com/' }],
        });
        const maintenance = [{ from: ago(10), until: ago(-50), reason: 'z'.repeat(150), by: person('ada') }];
        const fake = fakeIncidents([...some(), long], { history: told(), maintenance });
        await on(
          'incidents',
          fake,
          async (page) => {
            await rowOf(page, 99).waitFor();
            await fits(page, width);
            await page.getByTestId('end-maintenance').click();
            await fits(page, width);
            await rowOf(page, 99).click();
            await page.getByTestId('resolve').click();
            await fits(page, width);
          },
          view,
        );
        fake.incidents = some();
        fake.maintenance = [{ ...maintenance[0], reason: 'new disks' }];
        await on(
          'incidents',
          fake,
          async (page) => {
            await rowOf(page, 13).getByText('nobody').waitFor();
            await picture(page, 'list');
            await page.getByTestId('tab-all').click();
            await rowOf(page, 9).waitFor();
            await fits(page, width);
            await picture(page, 'all');
            await rowOf(page, 13).click();
            await page.getByTestId('incident-text').waitFor();
            await picture(page, 'detail');
            await page.getByTestId('acknowledge').click();
            await page.getByTestId('silence-1h').click();
            await page.getByTestId('silence-off').waitFor();
            await page.getByTestId('resolve').click();
            await page.locator('summary').click();
            await fits(page, width);
            await picture(page, 'detail-actions');
          },
          view,
        );
        await on(
          'incidents',
          fakeIncidents([]),
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
