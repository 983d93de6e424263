import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify, { type RouteOptions } from 'fastify';
import { openAllModules } from '../../scripts/docs/modules.ts';
import { createCommands, createCommandsOfOthers } from '../../src/commands/index.ts';
import { escapeMrkdwn } from '../../src/domain/text.ts';
import { modules } from '../../src/modules/index.ts';
import { askShell } from '../modules/containers/shells.ts';
import { alert, notification } from '../modules/incidents/notifications.ts';
import { startTeams } from '../support/teams.ts';
import { everyModule } from '../support/whole-program.ts';

type Parameters = { parameters?: { name: string; in: string }[]; security?: unknown[] };

const ofTheOperator = 'The token is of the workspace T2, and this is for the operator of the program only.';
const ofAnother = 'The token is of the workspace T2, not of T3.';
/** Things that are there, so that no route is closed for want of them. */
const things: Record<string, string> = { number: '1', app: 'shop', team: 'T3' };
const named: [path: RegExp, name: string][] = [
  [/\/containers\//, 'web'],
  [/\/hooks\//, 'ci'],
  [/\/beats?\//, 'backup'],
  [/\/jobs\//, 'greet'],
];
const nameAt = (path: string) => named.find(([of]) => of.test(path))?.[1] ?? 'x';
const filled = (path: string) => path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => things[name] ?? nameAt(path));

/** Routes of modules that check a signature, or are for everybody. A hook without a signature needs the login. */
const withoutLogin = [
  'GET /health',
  'POST /ultronex/hooks/heroku',
  'POST /ultronex/hooks/{name}',
  'POST /ultronex/hooks/{name}/{secret}',
  'POST /ultronex/hooks/grafana',
  'GET /slack/install',
  'GET /slack/oauth_redirect',
];

/** Every route of every module, the hidden ones too, as `GET /ultronex/containers/{name}`, and whether it needs the login. */
async function routesOfModules() {
  const found = new Map<string, boolean>();
  for (const { routes = [] } of await openAllModules()) {
    for (const { plugin, prefix, requireLogin } of routes) {
      const app = Fastify();
      app.addHook('onRoute', ({ method, url }: RouteOptions) => {
        for (const each of [method].flat()) {
          if (each !== 'HEAD') found.set(`${each} ${url.replaceAll(/:(\w+)/g, '{$1}')}`, requireLogin);
        }
      });
      await app.register(plugin, { prefix });
      await app.close();
    }
  }
  return found;
}

test('every route, command, button and modal of the operator is closed to other workspaces, each for that reason', async (t) => {
  const { docker, heroku, env } = await everyModule(t, 'U1,U1T2');
  const { slack, program, tokenOf } = await startTeams(t, { ...env, ALERT_CHANNEL: '#general' });
  const { body: status } = await program.api('GET', '/ultronex/status');
  const off = status.off.map(({ name }: { name: string }) => name);
  for (const { name } of modules) assert.ok(!off.includes(name), `the module ${name} is on`);
  const given = notification([alert({ labels: { alertname: 'Leak' } })]);
  assert.equal((await program.api('POST', '/ultronex/hooks/alertmanager', given)).status, 200);
  const headers = await tokenOf('T2');

  await t.test('routes', async () => {
    const { body: document } = await program.api('GET', '/ultronex/openapi.json');
    const routes = await routesOfModules();
    const open = [...routes].flatMap(([route, needsLogin]) => (needsLogin ? [] : [route]));
    assert.deepEqual(open.sort(), [...withoutLogin].sort());
    const closed = new Set<string>([...routes].filter(([, needsLogin]) => needsLogin).map(([route]) => route));
    const ofTeams: string[] = [];
    for (const [path, methods] of Object.entries(document.paths as Record<string, Record<string, Parameters>>)) {
      for (const [method, { parameters = [], security }] of Object.entries(methods)) {
        const route = `${method.toUpperCase()} ${path}`;
        if (security?.length === 0 || !path.startsWith('/ultronex/')) continue;
        if (parameters.some((each) => each.name === 'team' && each.in === 'query')) ofTeams.push(route);
        else closed.add(route);
      }
    }
    const ask = async (route: string, query: string) => {
      const [method = '', path = ''] = route.split(' ');
      const body = ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined;
      const answer = await program.api(method, filled(path) + query, body, headers);
      return [answer.status, answer.body.msg ?? answer.body.replace('action_prohibited: ', '')];
    };
    for (const route of closed) assert.deepEqual(await ask(route, ''), [403, ofTheOperator], route);
    for (const route of ofTeams) assert.deepEqual(await ask(route, '?team=T3'), [403, ofAnother], route);
    assert.ok(closed.size > 40 && ofTeams.length > 10, `${closed.size} closed, ${ofTeams.length} of one workspace`);
  });

  await t.test('the shell of a container', async () => {
    const shell = await askShell({ base: `${program.url}/ultronex` }, 'web/shell?confirm=web', headers);
    assert.deepEqual(shell, { status: 403, body: { msg: ofTheOperator } });
  });

  const all = createCommands((await openAllModules()).flatMap(({ commands = [] }) => commands)).list;
  const others = createCommandsOfOthers().list.map(({ name }) => name);
  const closed = all.filter(({ name }) => !others.includes(name));
  const lines = closed.flatMap(({ name }) =>
    ['', ' 1', ' web', ' greet', ' shop', ' backup'].map((args) => name + args),
  );
  const where = { team: 'T2', channel: 'C1T2', user: 'U1T2' };
  /** `stop job 1` is their own `stop` with the pattern `job 1`. */
  const isRefused = (line: string, text = '') =>
    assert.match(
      text,
      others.includes(line.split(' ')[0] ?? '') ? /You hold no pattern/ : /I do not know/,
      `${line}: ${text}`,
    );

  await t.test('commands', async () => {
    const help = async (team: string, tail = '') =>
      JSON.stringify(await slack.slashCommand({ team, channel: `C1${tail}`, user: `U1${tail}`, text: 'help' }));
    const [home, away] = [await help('T1'), await help('T2', 'T2')];
    for (const { usage } of closed) {
      assert.ok(home.includes(escapeMrkdwn(usage)), `${usage} is on`);
      assert.ok(!away.includes(escapeMrkdwn(usage)), `${usage} is not theirs`);
    }
    for (const line of lines) isRefused(line, (await slack.slashCommand({ ...where, text: line })).text);
  });

  await t.test('buttons', async () => {
    const { ts } = slack.say({ ...where, text: 'a message' });
    for (const line of lines) {
      const reply = await slack.pressButton({ ...where, ts, action_id: `command:${line}`, value: line });
      assert.ok(reply.acked, line);
      await slack.until(() => reply.responses.length > 0, 5_000, line);
      isRefused(line, String(reply.responses[0]?.body.text));
    }
  });

  await t.test('modals', async () => {
    await slack.slashCommand({ text: 'run greet' });
    const [form] = slack.views;
    assert.ok(form !== undefined);
    const said = () => slack.ephemerals.filter(({ team }) => team === 'T2');
    for (const line of ['run greet NAME=x', ...lines]) {
      const before = said().length;
      const private_metadata = JSON.stringify({ command: line, channel: 'C1T2' });
      const view = { ...form, id: `V ${line}`, team: 'T2', user: 'U1T2', view: { ...form.view, private_metadata } };
      slack.views.push(view);
      await slack.submitView({ id: view.id, values: { NAME: 'x' } });
      await slack.until(() => said().length > before, 5_000, line);
      isRefused(line, said().at(-1)?.text);
    }
  });

  assert.deepEqual([docker.acts, docker.execs, [...heroku.runs.envs]], [[], [], []]);
  assert.deepEqual((await program.api('GET', '/ultronex/jobs')).body.jobs, []);
  const { body } = await program.api('GET', '/ultronex/incidents/1');
  assert.deepEqual([body.state, body.acknowledged, body.silenced], ['firing', null, null]);
});
