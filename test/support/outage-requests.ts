import assert from 'node:assert/strict';
import { alert, notification } from '../modules/incidents/notifications.ts';
import { eventually, type Program } from './program.ts';

export interface Change {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The hooks that `changes` calls, for HOOKS_DIR. */
export const hookFile = `hooks:
  - { name: deploys, channel: '#ops', verify: { bearer: 'secret of the hook' }, message: { text: 'deployed' } }
  - { name: builds, channel: '#ops', verify: { address: 'a-long-secret-in-the-address' }, message: { text: 'built' } }
`;

/** Routes that change something and do without the store, each with the reason. */
export const withoutStore: Record<string, string> = {
  'POST /ultronex/track/test': 'compares a text with a pattern',
  'POST /ultronex/checks/{name}/run': 'makes the check; its entry in the audit log is logged instead',
  'POST /slack/command': 'answers a person in Slack, with 200',
};

/**
 * Makes what can be changed, and returns a request for each route that changes something: all of them are written to the store.
 * @param round requests of another round change other things
 */
export async function changes({ api }: Program, round: string): Promise<Record<string, Change>> {
  async function made(method: string, path: string, body: unknown, status: number) {
    const answer = await api(method, `/ultronex${path}`, body);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
  const post = (text: string, channel = '#ops') => ({ msg: { channel, text: `${text} ${round}` } });
  const sent = async (text: string) => (await made('POST', '/slack', post(text), 200)).id as string;
  const [edited, withdrawn, failed] = await Promise.all([sent('to edit'), sent('to withdraw'), sent('to retry')]);
  const { id: tracked } = await made('POST', '/track', { pattern: `old ${round}`, user: 'U1' }, 201);
  const scopes = ['post'];
  const { token } = await made('POST', '/tokens', { name: `caller-${round}`, scopes }, 201);
  await made('POST', '/tokens', { name: `old-${round}`, scopes }, 201);
  await made('POST', '/incidents/maintenance', { for: '1h' }, 201);
  const fires = () => notification([alert({ labels: { alertname: `Disk-${round}` } })]);
  await made('POST', '/hooks/alertmanager', fires(), 200);
  const { incidents } = await made('GET', '/incidents', undefined, 200);
  const { number } = incidents[0];
  // One job of a name runs at a time.
  const { jobs } = await made('GET', '/jobs?state=unfinished', undefined, 200);
  for (const { id } of jobs) await api('DELETE', `/ultronex/jobs/${id}`);
  const { id: job } = await made('POST', '/jobs/sleep', {}, 202);
  await eventually('the job runs', async () => (await api('GET', `/ultronex/jobs/${job}`)).body.state === 'running');
  const incident = `/incidents/${number}`;
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

  const all: [route: string, path: string, body?: unknown, headers?: Record<string, string>][] = [
    ['POST /slack', '/slack', post('one')],
    ['POST /slack with a token', '/slack', post('two'), bearer(token)],
    ['POST /slack/{channel}', '/slack/ops', `three ${round}`],
    ['POST /webhook/{channel}', '/webhook/ops', { text: `four ${round}` }],
    ['PATCH /messages/{id}', `/messages/${edited}`, { text: 'edited' }],
    ['DELETE /messages/{id}', `/messages/${withdrawn}`],
    ['POST /messages/{id}/retry', `/messages/${failed}/retry`],
    ['POST /track', '/track', { pattern: `new ${round}`, user: 'U1' }],
    ['DELETE /track/{id}', `/track/${tracked}`],
    ['POST /tokens', '/tokens', { name: `new-${round}`, scopes }],
    ['DELETE /tokens/{name}', `/tokens/old-${round}`],
    ['POST /audit', '/audit', { action: 'deploy', target: round }],
    ['POST /containers/{name}/actions', '/containers/shop/actions', { action: 'restart', confirm: 'shop' }],
    ['POST /hooks/{name}', '/hooks/deploys', {}, bearer('secret of the hook')],
    ['POST /hooks/{name}/{secret}', '/hooks/builds/a-long-secret-in-the-address', {}],
    ['POST /hooks/alertmanager', '/hooks/alertmanager', fires()],
    ['POST /hooks/grafana', '/hooks/grafana', { ...fires(), version: '1', orgId: 1 }],
    ['POST /incidents/maintenance', '/incidents/maintenance', { for: '2h' }],
    ['DELETE /incidents/maintenance', '/incidents/maintenance'],
    ['POST /incidents/{number}/ack', `${incident}/ack`, {}],
    ['POST /incidents/{number}/silence', `${incident}/silence`, { for: '1h' }],
    ['POST /incidents/{number}/stop-reminding', `${incident}/stop-reminding`, {}],
    ['POST /incidents/{number}/resolve', `${incident}/resolve`, {}],
    ['POST /jobs', '/jobs', { target: 'process', file: 'nap.sh' }],
    ['POST /jobs/{name}', '/jobs/nap', {}],
    ['DELETE /jobs/{id}', `/jobs/${job}`],
    ['POST /beat/{name}', '/beat/nightly'],
    ['POST /beat/{name}/{what}', '/beat/nightly/3', 'no space left'],
    ['DELETE /workspaces/{team}', '/workspaces/T2', { confirm: 'T2' }],
    ['POST /workspaces/rekey', '/workspaces/rekey', {}],
  ];
  return Object.fromEntries(
    all.map(([route, path, body, headers]) => [
      route.replace(' /', ' /ultronex/'),
      { method: route.split(' ', 1)[0] as string, path: `/ultronex${path}`, body, headers },
    ]),
  );
}
