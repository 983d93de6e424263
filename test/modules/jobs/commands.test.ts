import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WrongState } from '../../../src/domain/errors.ts';
import { fakeTools } from '../../commands/fake-tools.ts';
import { openJobs } from './slack-support.ts';

test('run starts a job with a message in the channel, committed together, and the audit log has it', async (t) => {
  const { say, newest, messages, audit } = await openJobs(t);
  const { reply, isPosted } = await say('run greet NAME=“Daniela K” TIMES=2');
  const job = await newest();
  assert.deepEqual(
    [job.name, job.arguments, job.by],
    ['greet', { NAME: 'Daniela K', TIMES: '2' }, { kind: 'slack', name: 'U1' }],
  );
  assert.match(reply, new RegExp(`^Started \`greet NAME="Daniela K" TIMES=2\`, run \`${job.id.slice(0, 8)}\`\\.`));
  assert.equal(isPosted, true);
  const [card, ...others] = await messages();
  assert.deepEqual([card?.id, card?.destination, others], [job.card, { kind: 'slack', address: 'C1' }, []]);
  assert.match(card?.text ?? '', /^:arrow_forward: Running `greet NAME="Daniela K" TIMES=2`… · ada · `[0-9a-f]{8}`$/);
  assert.deepEqual(card?.buttons, [{ label: 'Stop', command: `stop job ${job.id}`, style: 'danger' }]);
  assert.deepEqual(await audit(), [['job start', 'greet', 'done']]);
});

test('a definition alone is explained when it has arguments, and run when it has none', async (t) => {
  const { say, newest, store } = await openJobs(t);
  const explained = await say('run greet');
  assert.equal(
    explained.reply,
    [
      '`run greet [NAME=…] [TIMES=…]` says hello',
      '• `NAME` text · default `World` · matches `[\\p{L} ]{1,40}` · Who is greeted.',
      '• `TIMES` a whole number',
      'Example: `run greet NAME=World`',
      '`run greet --` runs it with the defaults.',
    ].join('\n'),
  );
  assert.match(
    (await say('run deploy')).reply,
    /^`run deploy TO=… \[DRY=…\] \[API_KEY=…\]`.*\n• `TO` one of `staging`, `production`/,
  );
  assert.deepEqual((await store.jobs({ team: 'T1' }, null, 9)).items, []);
  await say('run wipe', { role: 'admin' });
  assert.equal((await newest()).name, 'wipe');
});

test('what cannot be run is answered with the remedy', async (t) => {
  const { say, store } = await openJobs(t);
  const replies: [said: string, reply: RegExp][] = [
    ['run', /^These jobs can be run:\n• `run greet/],
    ['run gret', /^There is no job `gret`\. Did you mean `greet`\?/],
    ['run <@U1>', /^There is no job `&lt;@U1&gt;`\. `jobs` lists them/],
    ['run greet Daniela', /^"Daniela" is not of the form.*Example: `run greet NAME=World`/],
    ['run greet NAEM=x', /^greet has no argument NAEM\. Example/],
    ['run greet NAME=&lt;!channel&gt;', /^NAME "&lt;!channel&gt;" does not match/],
    ['run deploy DRY=true', /^deploy needs TO\. Example: `run deploy TO=staging`/],
    ['stop job 00000000', /^There is no run 00000000\. `jobs` lists/],
    ['run again 00000000', /^There is no run 00000000/],
    ['stop job 00000000-0000-4000-8000-000000000000', /^There is no job with the id/],
  ];
  for (const [said, reply] of replies) assert.match((await say(said)).reply, reply, said);
  assert.deepEqual((await store.jobs({ team: 'T1' }, null, 9)).items, []);
});

test('guests run nothing, members what viewers may, and refusals are in the audit log', async (t) => {
  const { say, audit, newest } = await openJobs(t);
  const guest = { role: null, isMember: async () => false };
  for (const said of ['run greet NAME=x', 'run', 'jobs', 'stop job 00000000', 'run again 00000000']) {
    assert.match((await say(said, guest)).reply, /not guests/, said);
  }
  assert.match((await say('run greet NAME=x', { role: null })).reply, /^Started/);
  const { id } = await newest();
  assert.match((await say('run wipe')).reply, /needs the role admin; yours is operator/);
  assert.match((await say(`stop job ${id}`, { role: null })).reply, /needs the role operator; yours is viewer/);
  assert.deepEqual((await audit()).slice(-4), [
    ['job start', '00000000', 'refused'],
    ['job start', 'greet', 'done'],
    ['job start', 'wipe', 'refused'],
    ['job stop', id, 'refused'],
  ]);
});

test('a run is stopped by its id or the beginning of it, once', async (t) => {
  const { say, newest, audit, store, clock } = await openJobs(t);
  await say('run greet NAME=x');
  const { id } = await newest();
  assert.equal((await say(`stop job ${id.slice(0, 8)}`)).reply, 'Stopping `greet NAME=x`.');
  assert.deepEqual((await newest()).stopAsked, { by: { kind: 'slack', name: 'U1' }, at: clock.now() });
  assert.match((await say(`stop job ${id.slice(0, 13)}`)).reply, /is being stopped already/);
  await store.accept({ jobs: [{ ...(await newest()), state: 'cancelled', endedAt: clock.now() }] });
  assert.match((await say(`Stop job ${id.toUpperCase()}`)).reply, /has ended: cancelled/);
  assert.match((await say(`stop job ${id.slice(0, 8)}`)).reply, /has ended: cancelled/);
  assert.deepEqual(await audit(), [
    ['job start', 'greet', 'done'],
    ['job stop', id, 'done'],
  ]);
});

test('"stop job" with words that are no id still ends a pattern', async (t) => {
  const { say } = await openJobs(t);
  assert.match((await say('stop job failed')).reply, /^You hold no pattern/);
});

test('a run is repeated with the same arguments, also one without a definition', async (t) => {
  const { say, newest, store } = await openJobs(t);
  await say('run deploy TO=staging API_KEY=hunter2');
  const first = await newest();
  assert.match((await say(`run again ${first.id}`)).reply, /^Started `deploy TO=staging API_KEY=\*\*\*`/);
  const second = await newest();
  assert.notEqual(second.id, first.id);
  assert.deepEqual(second.arguments, first.arguments);
  const free = { ...first, id: '11111111-1111-4111-8111-111111111111', name: null, revision: 0, card: null };
  await store.accept({ jobs: [{ ...free, timeoutMs: 5_000 }] });
  await say('run again 11111111');
  const third = await newest();
  assert.deepEqual([third.name, third.place, third.timeoutMs], [null, first.place, 5_000]);
});

test('jobs lists the last ten runs without secrets, and the definitions', async (t) => {
  const { say, newest, store, clock } = await openJobs(t);
  assert.match((await say('jobs')).reply, /^These jobs can be run:\n• `run greet/);
  for (let count = 0; count < 11; count += 1) await say(`run greet TIMES=${count}`);
  await say('run deploy TO=staging API_KEY=hunter2');
  const last = await newest();
  const times = { startedAt: clock.now() - 12_000, endedAt: clock.now() };
  await store.accept({ jobs: [{ ...last, state: 'failed', exitCode: 3, ...times }] });
  const lines = (await say('jobs')).reply.split('\n');
  assert.match(
    lines[0] ?? '',
    /^• :x: `deploy TO=staging API_KEY=\*\*\*` failed after 12s · exit code 3 · <!date.* · ada · `[0-9a-f]{8}`$/,
  );
  assert.match(lines[1] ?? '', /^• :hourglass_flowing_sand: `greet TIMES=10` waits · <!date/);
  assert.equal(lines[10], 'These jobs can be run:');
});

test('several runs of one message are started together; one run cannot be stopped twice in it', async (t) => {
  const { say, newest, store, messages } = await openJobs(t);
  await say('run greet NAME=a\nrun greet NAME=b');
  assert.equal((await store.jobs({ team: 'T1' }, null, 9)).items.length, 2);
  assert.equal((await messages()).length, 2);
  const { id } = await newest();
  const { reply, isPosted } = await say(`stop job ${id}\nstop job ${id}`);
  assert.match(reply, /^Stopping `greet NAME=b`\.\n`stop job .*` was left out: a message can change it once/);
  assert.equal(isPosted, undefined);
});

test('a definition alone has a form of its arguments, and a button that opens it', async (t) => {
  const { say } = await openJobs(t);
  const { form, buttons } = await say('run deploy');
  const field = { hint: '', default: null, required: false, choices: [], longest: 3_000 };
  assert.deepEqual(form, {
    ...{ title: 'Run deploy', about: 'does deploy', command: 'run deploy' },
    fields: [
      { ...field, name: 'TO', label: 'TO', type: 'choice', required: true, choices: ['staging', 'production'] },
      { ...field, name: 'DRY', label: 'DRY', type: 'yes-no', default: 'false', hint: 'Left empty, it is false.' },
      { ...field, name: 'API_KEY', label: 'API_KEY', type: 'text' },
    ],
  });
  assert.deepEqual(buttons, [{ label: 'Fill in…', command: 'run deploy' }]);
  const greet = (await say('run greet')).form?.fields ?? [];
  assert.deepEqual(
    greet.map(({ type, label, hint }) => [type, label, hint]),
    [
      ['text', 'NAME: Who is greeted.', 'It has to match [\\p{L} ]{1,40}. Left empty, it is World.'],
      ['number', 'TIMES', ''],
    ],
  );
});

test('who may not run a job gets no form; what is wrong names the field', async (t) => {
  const { say, newest, audit } = await openJobs(t);
  const { form, wrong } = await say('run deploy', { role: 'viewer' });
  assert.deepEqual([form, wrong], [undefined, { '': 'The job deploy needs the role operator; yours is viewer.' }]);
  assert.deepEqual(await audit(), [['job start', 'deploy', 'refused']]);
  assert.deepEqual(Object.keys((await say('run greet NAME=&lt;')).wrong ?? {}), ['NAME']);
  assert.deepEqual(Object.keys((await say('run deploy --')).wrong ?? {}), ['TO']);
  assert.equal((await say('run greet --')).wrong, undefined);
  assert.deepEqual((await newest()).arguments, {});
  assert.match((await say('run greet —')).reply, /^Started/);
});

test('with two persons one asks for a run and another one starts it, once, within 5 minutes', async (t) => {
  const { say, newest, messages, audit, clock, store } = await openJobs(t);
  const none = async () => (await store.jobs({ team: 'T1' }, null, 9)).items.length;
  assert.match((await say('run proposed wipe', { role: 'admin' })).reply, /^Nobody has asked for `wipe`/);
  assert.match((await say('propose wipe')).reply, /needs the role admin/);
  assert.equal((await say('propose wipe', { role: 'admin' })).isPosted, true);
  const [asking] = await messages();
  assert.match(asking?.text ?? '', /^ada asks for a run of `wipe`\. Somebody else can confirm/);
  assert.deepEqual(asking?.buttons, [{ label: 'Run wipe', command: 'run proposed wipe', style: 'danger' }]);
  assert.match((await say('propose wipe', { role: 'admin', user: 'U2' })).reply, /^ada has asked for it already/);
  assert.match((await say('run proposed wipe', { role: 'admin' })).reply, /^You asked for it/);
  assert.match((await say('run proposed wipe', { user: 'U2' })).reply, /needs the role admin; yours is operator/);
  assert.equal(await none(), 0);
  assert.match((await say('run proposed wipe', { role: 'admin', user: 'U2' })).reply, /^Started `wipe`/);
  const { id, by } = await newest();
  assert.deepEqual(by, { kind: 'slack', name: 'U2' });
  assert.match((await say('run proposed wipe', { role: 'admin', user: 'U3' })).reply, /^Nobody has asked/);
  assert.equal(await none(), 1);
  const [done] = (await store.auditEntries({}, null, 1)).items;
  assert.deepEqual(
    [done?.action, done?.target, done?.outcome, done?.detail],
    ['job start', 'wipe', 'done', `${id}, asked for by U1, too`],
  );
  assert.equal((await audit()).length, 4);
  await say('propose wipe', { role: 'admin' });
  clock.skip(300_000);
  assert.match((await say('run proposed wipe', { role: 'admin', user: 'U2' })).reply, /^Nobody has asked/);
});

test('of two people who confirm at the same moment one starts the run', async (t) => {
  const { say, commands, store } = await openJobs(t);
  await say('propose wipe', { role: 'admin' });
  const confirm = (user: string) =>
    commands.run(
      'run proposed wipe',
      { team: 'T1', user, channel: 'C1', role: 'admin', isMember: async () => true, now: 1_700_000_000_000 },
      fakeTools(),
    );
  const [one, other] = await Promise.all([confirm('U2'), confirm('U3')]);
  await store.accept({ jobs: one.jobs, state: one.state });
  await assert.rejects(store.accept({ jobs: other.jobs, state: other.state }), WrongState);
  assert.equal((await store.jobs({ team: 'T1' }, null, 9)).items.length, 1);
});

test('what cannot be proposed is answered with the remedy, and guests propose nothing', async (t) => {
  const { say, messages } = await openJobs(t);
  assert.match((await say('propose')).reply, /^Say which one: `propose restart-worker`/);
  assert.match((await say('propose deploy')).reply, /^deploy needs TO/);
  assert.match((await say('propose wipe', { role: null, isMember: async () => false })).reply, /not guests/);
  assert.deepEqual(await messages(), []);
});
