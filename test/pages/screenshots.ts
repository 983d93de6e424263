import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launch, openPage, type Site, until } from './browser.ts';
import { become, row, say } from './in-simulator.ts';
import { call, post, untilState } from './site.ts';
import { startSite } from './start-site.ts';

// Takes the pictures of the README from the real program: `npm run build && node --import tsx test/pages/screenshots.ts`.

const fileOf = (name: string) => fileURLToPath(new URL(`../../docs/screenshots/${name}.png`, import.meta.url));

const log = `10:41:07 checkout[812] POST /payments  order 48213
10:41:37 checkout[812] payment timeout after 30 s, giving up
10:41:37 checkout[812] order 48213 is unpaid
`;

async function simulatorPicture(browser: Browser, site: Site): Promise<void> {
  const { page, close } = await openPage(browser, site, 'simulator');
  const visit = (place: string) => page.getByTestId(`place-${place}`).click();
  const writeAs = async (user: number, place: string, text: string) => {
    await become(page, user);
    await visit(place);
    await say(page, text);
    await row(page, text.slice(0, 12)).last().waitFor();
  };
  await say(page, 'forward payment.*(timeout|failed)');
  await row(page, 'I watch').waitFor();
  await writeAs(1, 'ops', 'Two more of these since lunch. Does anybody know the order?');
  const buffer = Buffer.from(log);
  await page.getByTestId('file-input').first().setInputFiles({ name: 'checkout.log', mimeType: 'text/plain', buffer });
  await say(page, 'Order 48213: payment timeout after 30 s, log attached :warning:');
  await row(page, 'Order 48213').getByTestId('file').waitFor();
  await sayElsewhere(site, 'linus', 'general', 'Order 48219: payment failed too, the card was fine');
  await become(page, 0);
  await visit('ultronex');
  await row(page, 'Order 48219').waitFor();
  await row(page, 'Order 48213').getByTestId('open-thread').click();
  await page.getByTestId('thread').getByTestId('file').waitFor();
  await say(page, 'mute 30m', 'thread-composer');
  await page.getByTestId('thread').getByText('Muted until').waitFor();
  // Messages of other users, so that channels have unread messages.
  await sayElsewhere(site, 'grace', 'random', 'Cake in the kitchen :tada:');
  await sayElsewhere(site, 'linus', 'general', 'The release is out.');
  await sayElsewhere(site, 'grace', 'general', 'Thank you all :raised_hands:');
  await page.locator('.count').nth(1).waitFor();
  await picture(page, 'simulator');
  await close();
}

async function sayElsewhere(site: Site, user: string, channel: string, text: string): Promise<void> {
  const { users, channels } = (await call(site, 'GET', 'simulator/state')) as Record<
    'users' | 'channels',
    { id: string; name: string }[]
  >;
  const idOf = (list: typeof users, name: string) => list.find((each) => each.name === name)?.id;
  const message = { user: idOf(users, user), channel: idOf(channels, channel), text };
  await call(site, 'POST', 'simulator/messages', message);
}

/** Channel and text, oldest first; posted in groups, so that their ages differ. */
const news: [channel: string, text: string][][] = [
  [
    ['#deploys', 'shop 4.12.0 is live in eu-west, 14 min from commit to customers :rocket:'],
    ['#backups', ':x: Backup of db-orders failed: no space left on `/mnt/backup`'],
    ['#alerts', ':warning: Certificate of api.example.com ends in 6 days'],
    ['#reports', '*Daily report*\n> 1,284 orders, 3 refunds, 99.98 % of requests under 200 ms'],
  ],
  [
    ['#alerts', ':warning: Disk of web-3 is 91 % full, it was 84 % yesterday'],
    ['#old-alerts', 'Queue `emails` has 12,000 messages waiting'],
    ['#deploys', 'search 2.7.1 deployed to staging'],
    ['#reports', 'Everybody: the office is closed on Friday'],
  ],
  [
    ['#backups', 'Backup of db-customers finished: 41 GB in 12 min :floppy_disk:'],
    ['#alerts', ':warning: 5 % of logins are slower than 2 s\nSince 10:40, only in eu-west'],
    ['#reports', 'Invoices of October are ready: <https://reports.example.com/2026-10|1,911 files>'],
  ],
  [
    ['#deploys', ':x: shop 4.12.1: smoke test failed, rolled back to 4.12.0'],
    ['#backups', 'Backup of db-orders finished on the second try :white_check_mark:'],
  ],
  [['#deploys', 'shop 4.12.2 is live in eu-west, the smoke test passed']],
];
/** The message with this text is withdrawn after it was posted. */
const withdrawn = 'office is closed';

async function streamPicture(browser: Browser, site: Site): Promise<void> {
  for (const name of ['deploys', 'backups', 'alerts', 'reports']) {
    await call(site, 'POST', 'simulator/channels', { name });
  }
  const { page, close } = await openPage(browser, site, 'stream', { theme: 'dark' });
  await page.getByTestId('connection').getByText('Live').waitFor();
  // Removes the cards of the simulator's picture.
  await page.getByTestId('stream-clear').click();
  for (const [at, group] of news.entries()) {
    if (at > 0) await pause(9_000);
    for (const [channel, text] of group) {
      const id = await post(site, { channel, text });
      await untilState(site, id, channel === '#old-alerts' ? 'failed' : 'sent');
      if (text.includes(withdrawn)) await call(site, 'DELETE', `messages/${id}`);
      await pause(400);
    }
  }
  await until('the last card', async () => (await page.getByText('4.12.2 is live').count()) === 1);
  await picture(page, 'stream');
  await close();
}

async function picture(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: fileOf(name) });
}

const site = await startSite();
const browser = await launch();
try {
  await simulatorPicture(browser, site);
  await streamPicture(browser, site);
} finally {
  await browser.close();
  await site.stop();
}
