/**
 * Three machines of ../shared/tools as a swarm with PostgreSQL on two of them and Valkey on one, set up by ansible/swarm.yml. Under
 * load: Valkey lost, a backup, a rolling update, a version that does not start, the database's primary lost, a machine lost and
 * replaced. Without load: a restore. Prints what was acknowledged, lost (0), acted on twice (0), and how long nothing was
 * acknowledged (less than 30 s). Takes 15 minutes and more on two cores.
 *   node --import tsx test/swarm/main.ts [--work FOLDER] [--keep] [--only PART]…      or: npm run test:swarm
 *     --work   folder for images, keys and logs; machines that an earlier run with --keep left there are used again
 *     --keep   leave the machines and that folder
 *     --only   one of: play, again, valkey, backup, update, broken, primary, machine, replace, restore; default: all, in this order
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type FakeSlack, startFakeSlack } from '../fakes/slack/index.ts';
import { run } from '../stack/command.ts';
import { eventually } from '../support/program.ts';
import { tryBackup, tryRestore } from './backup.ts';
import { startEvents } from './events.ts';
import { type Load, startLoad } from './load.ts';
import { type Machine, type Machines, saveImages, startMachines, versions } from './machines.ts';
import { tryValkey } from './valkey.ts';

const parts = [
  'play',
  'again',
  'valkey',
  'backup',
  'update',
  'broken',
  'primary',
  'machine',
  'replace',
  'restore',
] as const;
const { values } = parseArgs({
  options: {
    work: { type: 'string' },
    keep: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [...parts] },
  },
});
const has = (part: (typeof parts)[number]) => values.only.includes(part);
const mostGapS = 30;
const password = 'only-for-this-test';
const channels = Array.from({ length: 40 }, (_, index) => ({ id: `C${100 + index}`, name: `load-${index}` }));
const problems: string[] = [];

const say = (line: string) => console.log(`${Math.round(performance.now() / 1000)} s  ${line}`);
function expect(holds: boolean, problem: string): void {
  if (holds) return;
  problems.push(problem);
  say(`NOT AS IT SHOULD BE: ${problem}`);
}

/** The machine whose Patroni says that it is the primary. */
async function primaryOf({ all, on }: Machines): Promise<Machine | undefined> {
  for (const machine of all.slice(0, 2)) {
    const line = `curl -s -o /dev/null -w '%{http_code}' --max-time 3 http://${machine.address}:8008/primary`;
    if ((await on(machine, line).catch(() => '')) === '200') return machine;
  }
  return undefined;
}

async function hasStandby({ all, on }: Machines): Promise<boolean> {
  for (const machine of all.slice(0, 2)) {
    const line = `curl -s -o /dev/null -w '%{http_code}' --max-time 3 http://${machine.address}:8008/sync`;
    if ((await on(machine, line).catch(() => '')) === '200') return true;
  }
  return false;
}

/** Runs something under load, then until nothing fails for five seconds; prints how long no POST was acknowledged. */
async function under(load: Load, what: string, work: () => Promise<void>): Promise<void> {
  const phase = load.begin();
  const from = performance.now();
  await work();
  await pause(5_000);
  const { acknowledged, again, longestGapS, failures } = phase.end();
  const tookS = Math.round((performance.now() - from) / 1000);
  const tried = again === 0 ? '' : ` (${failures})`;
  say(
    `${what}: ${tookS} s; ${acknowledged} POSTs acknowledged, ${again} tries failed${tried}; longest without one ${longestGapS} s`,
  );
  expect(longestGapS < mostGapS, `${what}: no POST was acknowledged for ${longestGapS} s`);
}

const work = values.work ?? mkdtempSync(join(tmpdir(), 'ultronex-swarm-'));
mkdirSync(work, { recursive: true });
const archive = join(work, 'images.tar');
let machines: Machines | undefined;
let slack: FakeSlack | undefined;
try {
  if (!existsSync(archive)) {
    say('images into one file');
    await saveImages(archive);
  }
  const host =
    (await run('docker', ['run', '--rm', '--entrypoint', 'ip', 'standin/vps', 'route', 'show', 'default'])).split(
      ' ',
    )[2] ?? '';
  // The machines keep it in their settings, also for the next run.
  const port = 9_400;
  slack = await startFakeSlack({
    ...{ host, port, publicUrl: `http://${host}:${port}`, teams: [{ id: 'T1', channels }] },
    retryDelaysMs: [500, 2_000, 5_000, 10_000, 20_000, 30_000],
  });
  say('three machines');
  machines = await startMachines(work, archive, {
    BASIC_AUTH_PASSWORD: password,
    SLACK_BOT_TOKEN: slack.team().botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl.replace('127.0.0.1', host),
    MERGE: 'off',
    COMPOSE_PROFILES: 'redis',
    REDIS_URL: 'redis://valkey:6379',
  });
  await scenario(machines, slack);
} finally {
  await slack?.stop();
  if (!values.keep) await machines?.remove();
  if (!values.keep) rmSync(work, { recursive: true, force: true });
  else say(`kept: ${work}`);
}
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

async function scenario(machines: Machines, slack: FakeSlack): Promise<void> {
  const { all, on } = machines;
  const [first] = all as [Machine, Machine, Machine];
  const up = (version: string) => on(first, `/opt/ultronex/deploy/swarm/up ${version} --wait 400 2>&1`);
  const services = (from: Machine) => on(from, 'docker service ls --format "{{.Name}} {{.Replicas}} {{.Image}}"');
  const wait = (what: string, look: () => Promise<unknown>, ms = 300_000) =>
    eventually(what, () => look().catch(() => false) as Promise<boolean>, ms);
  const anotherPrimary = (than: Machine) =>
    wait('another primary', async () => {
      const now = await primaryOf(machines);
      return now !== undefined && now !== than;
    });

  if (has('play')) say(`ansible/swarm.yml:\n${await machines.play()}`);
  if (has('again')) {
    const again = await machines.play();
    expect((again.match(/changed=0 /g) ?? []).length === 3, `a second run changes something:\n${again}`);
    say('ansible/swarm.yml again: nothing changed');
  }
  say(`deploy/swarm/status:\n${await on(first, '/opt/ultronex/deploy/swarm/status')}`);

  const login = `ultronex:${password}`;
  // The programs know U1 once they have reached Slack.
  await slack.waitForSockets(2 * all.length, 120_000);
  const tracked = ['-d', '{"user":"U1","pattern":"needle [0-9]+"}', `http://${first.address}:8081/ultronex/track`];
  const headers = ['-H', 'content-type: application/json', '-H', 'x-forwarded-for: 203.0.113.250'];
  await wait('a pattern is tracked', () =>
    run('curl', ['-sS', '--fail-with-body', '-u', login, ...headers, ...tracked]),
  );
  const addresses = all.map(({ address }) => address);
  const names = channels.slice(1).map(({ name }) => `#${name}`);
  const load = startLoad({ addresses, login, channels: names, clients: 4, pauseMs: 500 });
  const events = startEvents(slack);
  await under(load, 'undisturbed', () => pause(15_000));

  const tried = (what: string, work: Promise<string>) =>
    work.then(say, ({ message }: Error) => expect(false, `${what}: ${message}`));
  if (has('valkey')) await under(load, 'kill -9 of Valkey', () => tried('Valkey', tryValkey(machines, events.acked)));

  if (has('backup')) {
    const least = load.acknowledged.size;
    await under(load, 'a backup', () => tried('a backup', tryBackup(machines, login, least)));
  }

  if (has('update')) await under(load, 'a rolling update', async () => void (await up(versions.second)));

  if (has('broken')) {
    const before = /ultronex_ultronex \S+ (\S+)/.exec(await services(first))?.[1] ?? '';
    await under(load, 'a version that does not start', async () => {
      const refused = await up(versions.broken).then(
        () => '',
        (error: Error) => error.message,
      );
      expect(/went back/.test(refused), `the broken version was not taken back:\n${refused}`);
      expect(/non-zero exit \(3\)/.test(refused), `the reason is not told:\n${refused}`);
      say(refused.split('\n').slice(1, 12).join('\n'));
    });
    await wait('the version before runs', async () =>
      (await services(first)).includes(`ultronex_ultronex 3/3 ${before}`),
    );
  }

  if (has('primary')) {
    const primary = await primaryOf(machines);
    if (primary === undefined) throw new Error('there is no primary');
    await under(load, `the database's primary lost (kill -9 on ${primary.name})`, async () => {
      await on(
        primary,
        'systemctl mask --quiet --runtime patroni; systemctl kill -s KILL patroni; pkill -KILL -u postgres || true',
      );
      await anotherPrimary(primary);
    });
    await on(
      primary,
      'systemctl unmask --quiet --runtime patroni; systemctl reset-failed patroni; systemctl start patroni',
    );
    await wait('the former primary is the standby', () => hasStandby(machines));
  }

  if (has('machine')) {
    const lost = (await primaryOf(machines)) ?? first;
    const other = all.find((each) => each !== lost) as Machine;
    await under(load, `a machine lost (${lost.name}, with the primary)`, async () => {
      await machines.lose(lost);
      await anotherPrimary(lost);
      await wait('its replicas run elsewhere', async () => (await services(other)).includes('ultronex_ultronex 3/3'));
    });
    if (has('replace')) {
      await under(load, 'a new machine in its place', async () => {
        await machines.replace(lost);
        say(`ansible/swarm.yml:\n${await machines.play()}`);
        await wait('a standby', () => hasStandby(machines));
      });
    }
    say(`deploy/swarm/status:\n${await on(other, '/opt/ultronex/deploy/swarm/status || true')}`);
  }

  await load.stop();
  await events.stop();
  const judge = (wanted: ReadonlySet<string>) => {
    const posts = slack.botPosts.map(({ text, blocks, attachments }) => JSON.stringify([text, blocks, attachments]));
    // The text ends there: `post 1-2` is no part of `post 1-20`.
    const counts = [...wanted].map((text) => posts.filter((post) => new RegExp(`${text}(?![0-9])`).test(post)).length);
    const times = (count: (times: number) => boolean) => counts.filter(count).length;
    return { of: wanted.size, lost: times((count) => count === 0), twice: times((count) => count > 1) };
  };
  const allSent = async () => judge(load.acknowledged).lost === 0 && judge(events.acked).lost === 0;
  await wait('all is sent', allSent, 180_000).catch(() => undefined);
  for (const [what, wanted] of Object.entries({ POSTs: load.acknowledged, events: events.acked })) {
    const { of, lost, twice } = judge(wanted);
    say(`${what}: ${of} acknowledged, ${lost} lost, ${twice} acted on twice`);
    expect(lost === 0 && twice === 0, `${what}: ${lost} lost, ${twice} twice`);
  }
  if (has('restore')) await tried('a restore', tryRestore(machines));
}
