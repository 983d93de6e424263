import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { IncomingFile } from '../../src/domain/event.ts';
import { createFiles, maxFileBytes } from '../../src/slack/files.ts';
import { slackUrl } from '../../src/slack/hosts.ts';
import { defaultTimings } from '../../src/slack/options.ts';
import { makeRig, type Rig } from './support.ts';

describe('files of the workspace', () => {
  let rig: Rig;
  before(async () => {
    rig = await makeRig({ start: false, slack: { timings: { callMs: 2_000 } } });
  });
  after(() => rig.stop());

  const shared = (name: string, content: string) => {
    const [file] = rig.fake.uploadFile({ channel: 'C1', name, content }).files;
    assert.ok(file);
    const url = `${rig.fake.url}/files-pri/T1-${file.id}/${name}`;
    return { id: file.id, url, name, mimetype: file.mimetype, size: file.size };
  };

  it('are fetched with the bot token', async () => {
    const fetched = await rig.slack.files.fetch('T1', shared('app.log', 'panic: at the disco'));
    assert.ok(fetched.kind === 'fetched');
    assert.equal(new TextDecoder().decode(fetched.bytes), 'panic: at the disco');
    assert.equal(rig.fake.callsOf('download').at(-1)?.token, rig.fake.team().botToken);
  });

  it('that are HTML themselves are no login page', async () => {
    const fetched = await rig.slack.files.fetch('T1', shared('report.html', '<h1>all red</h1>'));
    assert.equal(fetched.kind, 'fetched');
  });

  it('without files:read come as a login page, which is refused', async () => {
    const file = shared('app.log', 'x');
    const team = rig.fake.team();
    team.scopes = team.scopes.filter((scope) => scope !== 'files:read');
    assert.deepEqual(await rig.slack.files.fetch('T1', file), {
      kind: 'refused',
      reason: 'not allowed to read files (files:read missing?)',
    });
    team.scopes.push('files:read');
  });

  it('are asked for again after a fault, not after a refusal', async () => {
    const file = shared('app.log', 'x');
    const reasons: [Parameters<typeof rig.fake.faults.add>[0], string][] = [
      [{ kind: 'status', status: 503 }, 'HTTP 503'],
      [{ kind: 'status', status: 429, retryAfterS: 1 }, 'HTTP 429'],
      [{ kind: 'drop' }, 'network'],
      [{ kind: 'timeout-after' }, 'timeout'],
    ];
    for (const [fault, reason] of reasons) {
      rig.fake.faults.add({ method: 'download', ...fault });
      assert.deepEqual(await rig.slack.files.fetch('T1', file), { kind: 'retry', reason });
    }
    rig.fake.faults.add({ method: 'download', kind: 'status', status: 410 });
    assert.deepEqual(await rig.slack.files.fetch('T1', file), { kind: 'refused', reason: 'deleted (HTTP 410)' });
  });

  it('larger than the cap are not even asked for', async () => {
    const before = rig.fake.callsOf('download').length;
    const file = { ...shared('app.log', 'x'), size: maxFileBytes + 1 };
    assert.deepEqual(await rig.slack.files.fetch('T1', file), { kind: 'refused', reason: 'larger than 5 MiB' });
    assert.equal(rig.fake.callsOf('download').length, before);
  });
});

describe('files of which the event has only the id', () => {
  let rig: Rig;
  before(async () => {
    rig = await makeRig({ start: false });
  });
  after(() => rig.stop());
  const unknown = (id: string): IncomingFile => ({ id, name: id, mimetype: '', size: 0, url: '' });
  const connected = (name: string, content: string) => {
    const [file] = rig.fake.say({ channel: 'C1', files: [{ name, content, shown: 'check_file_info' }] }).files;
    assert.ok(file);
    return file;
  };

  it('are asked for with files.info, and come with their name', async () => {
    const got = await rig.slack.files.fetch('T1', unknown(connected('app.log', 'disk full').id));
    assert.ok(got.kind === 'fetched');
    assert.equal(got.name, 'app.log');
    assert.equal(Buffer.from(got.bytes).toString(), 'disk full');
  });

  it('say why they cannot be had', async () => {
    const file = connected('a.log', 'x');
    const info = (error: string) => rig.fake.faults.add({ method: 'files.info', kind: 'error', error });
    const cases = [
      ['file_not_found', { kind: 'refused', reason: 'deleted, or not shared with me' }],
      ['file_deleted', { kind: 'refused', reason: 'deleted' }],
      ['access_denied', { kind: 'refused', reason: 'not allowed by the workspace that it belongs to' }],
      ['missing_scope', { kind: 'refused', reason: 'not allowed to read files (files:read missing?)' }],
      ['a_code_of_next_year', { kind: 'refused', reason: 'Slack answered a_code_of_next_year' }],
      ['internal_error', { kind: 'retry', reason: 'internal_error' }],
    ] as const;
    for (const [error, expected] of cases) {
      info(error);
      assert.deepEqual(await rig.slack.files.fetch('T1', unknown(file.id)), expected, error);
    }
    file.size = maxFileBytes + 1;
    const large = await rig.slack.files.fetch('T1', unknown(file.id));
    assert.deepEqual(large, { name: 'a.log', kind: 'refused', reason: 'larger than 5 MiB' });
  });

  it('that are known to be unreadable are not asked for', async () => {
    const before = rig.fake.calls.length;
    const got = await rig.slack.files.fetch('T1', { ...unknown('F9'), unread: 'deleted' });
    assert.deepEqual(got, { kind: 'refused', reason: 'deleted' });
    assert.equal(rig.fake.calls.length, before);
  });
});

describe('file servers that are not what they seem', () => {
  const seen: { host: string; url: string; authorization: string | undefined }[] = [];
  const servers: Server[] = [];
  let serve: (url: string, res: ServerResponse) => void = () => {};
  let home = '';
  let elsewhere = '';

  before(async () => {
    [home, elsewhere] = (await Promise.all([listen('home'), listen('elsewhere')])) as [string, string];
  });
  after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listen(host: string): Promise<string> {
    const server = createServer((req, res) => {
      seen.push({ host, url: req.url ?? '', authorization: req.headers.authorization });
      serve(req.url ?? '', res);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const errors: string[] = [];
  const fetchFrom = (url: string, callMs = 10_000) => {
    seen.length = 0;
    const files = createFiles(
      {
        token: () => 'xoxb-secret',
        apiUrl: new URL(`${home}/api/`),
        timings: { ...defaultTimings, callMs },
        onError: (text) => void errors.push(text),
      },
      { call: () => assert.fail('nothing is asked for') },
    );
    return files.fetch('T1', { id: 'F1', url, name: 'a.log', mimetype: 'text/plain', size: 1 });
  };
  const notSlack = { kind: 'refused', reason: "the file is not on one of Slack's servers" };

  it('a foreign address is never called', async () => {
    const foreign = [
      `${elsewhere}/a`,
      'http://files.slack.com/a',
      'https://files.slack.com.evil.example/a',
      'https://evilslack.com/a',
      'https://user:pass@files.slack.com/a',
      'https://files.slack.com:8443/a',
      'file:///etc/passwd',
      'http://169.254.169.254/latest/meta-data',
      'not an address',
    ];
    for (const url of foreign) assert.deepEqual(await fetchFrom(url), notSlack, url);
    assert.deepEqual(seen, []);
  });

  it("Slack's own hosts are called", () => {
    const api = new URL('https://slack.com/api/');
    for (const url of ['https://files.slack.com/a', 'https://acme.slack.com/a', 'https://a.slack-edge.com/a']) {
      assert.equal(slackUrl(url, api)?.href, url);
    }
    assert.equal(slackUrl('https://files.slack-gov.com/a', new URL('https://slack-gov.com/api/'))?.protocol, 'https:');
  });

  it('a redirect is followed on the same host, and the token never leaves it', async () => {
    serve = (url, res) => {
      if (url === '/a') res.writeHead(302, { location: '/b' }).end();
      else res.writeHead(200, { 'content-type': 'text/plain' }).end('there');
    };
    assert.equal((await fetchFrom(`${home}/a`)).kind, 'fetched');
    assert.deepEqual(
      seen.map(({ url, authorization }) => [url, authorization]),
      [
        ['/a', 'Bearer xoxb-secret'],
        ['/b', 'Bearer xoxb-secret'],
      ],
    );

    serve = (_url, res) => res.writeHead(302, { location: `${elsewhere}/steal` }).end();
    assert.deepEqual(await fetchFrom(`${home}/a`), notSlack);
    assert.deepEqual(
      seen.map((one) => one.host),
      ['home'],
    );

    serve = (_url, res) => res.writeHead(302, { location: '/a' }).end();
    assert.deepEqual(await fetchFrom(`${home}/a`), { kind: 'refused', reason: 'too many redirects' });
    assert.equal(seen.length, 4);
  });

  it('a redirect to another origin that is Slack’s too is followed without the token', async (t) => {
    const asked: { url: string; authorization: string | null }[] = [];
    t.mock.method(globalThis, 'fetch', async (url: URL, init: RequestInit) => {
      asked.push({ url: url.href, authorization: new Headers(init.headers).get('authorization') });
      if (asked.length > 1) return new Response('there', { headers: { 'content-type': 'text/plain' } });
      return new Response(null, { status: 302, headers: { location: 'https://a.slack-edge.com/signed' } });
    });
    assert.equal((await fetchFrom('https://files.slack.com/a')).kind, 'fetched');
    assert.deepEqual(asked, [
      { url: 'https://files.slack.com/a', authorization: 'Bearer xoxb-secret' },
      { url: 'https://a.slack-edge.com/signed', authorization: null },
    ]);
  });

  it('a redirect to http is refused', async (t) => {
    const mocked = t.mock.method(globalThis, 'fetch', async () => {
      return new Response(null, { status: 302, headers: { location: 'http://files.slack.com/a' } });
    });
    assert.deepEqual(await fetchFrom('https://files.slack.com/a'), notSlack);
    assert.equal(mocked.mock.callCount(), 1);
  });

  it('a file that is larger than announced is cut off', async () => {
    let sent = 0;
    serve = (_url, res) => {
      sent = 0;
      res.writeHead(200, { 'content-type': 'text/plain' });
      const more = () => {
        while (!res.destroyed && sent < 64 * 1024 * 1024) {
          sent += 65_536;
          if (!res.write(Buffer.alloc(65_536, 'x'))) return void res.once('drain', more);
        }
        res.end();
      };
      more();
    };
    assert.deepEqual(await fetchFrom(`${home}/a`), { kind: 'refused', reason: 'larger than 5 MiB' });
    assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes were sent`);

    serve = (_url, res) => {
      res.writeHead(200, { 'content-type': 'text/plain', 'content-length': String(maxFileBytes + 1) });
      res.write('x');
    };
    assert.deepEqual(await fetchFrom(`${home}/a`), { kind: 'refused', reason: 'larger than 5 MiB' });
  });

  it('a body that drips is given up after the time-out as a whole', async () => {
    serve = (_url, res) => {
      res.writeHead(200, { 'content-type': 'text/plain' });
      const drip = setInterval(() => res.write('x'), 20);
      res.once('close', () => clearInterval(drip));
    };
    assert.deepEqual(await fetchFrom(`${home}/a`, 300), { kind: 'retry', reason: 'timeout' });
    assert.equal(errors.at(-1), 'Slack error : file timeout');
  });
});
