import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { parse } from 'yaml';
import { allMetrics } from '../scripts/docs/metrics.ts';
import { openAllModules } from '../scripts/docs/modules.ts';
import { serverForDocs } from '../scripts/docs/routes.ts';
import { generate } from '../scripts/generate-docs.ts';
import { settingSchemas } from '../src/app/index.ts';
import { commands } from '../src/cli/commands/index.ts';
import { passedOn } from '../src/http/message.ts';
import { deliveryView } from '../src/http/views.ts';
import type { Module, ModuleEntry } from '../src/modules/index.ts';
import { stackSettings } from '../src/stack-setup/settings.ts';

const root = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((file) => ({ file, text: read(file) }));

describe('docs', () => {
  it('generated parts are as the generator makes them', async () => {
    for (const [file, content] of Object.entries(await generate())) {
      assert.equal(read(file), content, `${file} is stale: npm run docs`);
    }
  });

  it('list metrics in the order of the registry, whichever module is read first', async () => {
    const opened: string[] = [];
    const entry = (name: string, ms: number): ModuleEntry => ({
      name,
      settings: {},
      load: async () => {
        await setTimeout(ms);
        return { open: () => void opened.push(name) as unknown as Module };
      },
    });
    await openAllModules(undefined, [entry('slow', 20), entry('fast', 0)]);
    assert.deepEqual(opened, ['slow', 'fast']);
  });

  it('print a line of the ledger with all its fields, and explain those of Slack', () => {
    const section = /^## The state of a message$(.*?)^## /ms.exec(read('docs/api.md'))?.[1] ?? '';
    const printed = JSON.parse(/^\{"id".*\}$/m.exec(section)?.[0] ?? '{}') as object;
    const { preview: _, to: __, ...always } = deliveryView([]).properties;
    assert.deepEqual(Object.keys(printed), Object.keys(always));
    for (const name of ['blocks', 'slackFields', 'preview', 'to', ...passedOn, 'username']) {
      assert.ok(section.includes(`\`${name}\``), `${name} is explained`);
    }
  });

  it('every error code has a meaning', () => {
    const codes: string[] = read('docs/api.md').match(/^\| `ERR_\w+`.*$/gm) ?? [];
    const bare = codes.filter((row) => /\|\s*\|$/.test(row));
    assert.ok(codes.length > 15, `${codes.length} error codes are listed`);
    assert.deepEqual(bare, [], 'write a line of JSDoc above the class');
  });

  it('name only commands of ultronex that exist', () => {
    const firstWords = new Set(commands.map(({ name }) => name.split(' ')[0]));
    const names = new Set(commands.map(({ name }) => name));
    // On the server `ultronex` knows these too; it hands every other word to the program.
    for (const name of readdirSync(join(root, 'deploy/bin'))) firstWords.add(name);
    // `ultronex track add`, `dist/cli/main.js doctor`, `docker run … ultronex manifest`; after `docker exec` it is a container.
    unknown(
      /(?<!docker (?:compose )?exec )\b(?:ultronex|cli\/main\.js) ([a-z][a-z-]*(?: [a-z]+)?)/gm,
      onlyCode,
      ([, words = '']) => {
        const [first = ''] = words.split(' ');
        return names.has(words) || names.has(first) || firstWords.has(first) ? null : `command ultronex ${words}`;
      },
    );
  });

  it('name only scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    unknown(/npm (?:run )?(?:--silent )?([a-z]+(?::[a-z]+)?)\b/g, onlyCode, ([whole, name = '']) =>
      name in scripts || ['ci', 'install', 'test', 'start'].includes(name) ? null : `script ${whole}`,
    );
  });

  it('name only settings, error codes and metrics that exist', async () => {
    const settings = Object.entries(settingSchemas).flatMap(([own, { secret, alsoNamed = [] }]) =>
      [own, ...alsoNamed].flatMap((name) => (secret ? [name, `${name}_FILE`] : [name])),
    );
    settings.push(...Object.keys(stackSettings));
    // Variables of Node, glibc, Hetzner's tools and valkey-cli, and placeholders.
    const others = new Set([
      'NAME_FILE',
      'NODE_ENV',
      'NODE_OPTIONS',
      'NODE_EXTRA_CA_CERTS',
      'MALLOC_ARENA_MAX',
      'ERR_ULTRONEX',
      'HCLOUD_TOKEN',
      'REDISCLI_AUTH',
      // Variables of a job.
      'API_KEY',
      'DB_PASSWORD',
    ]);
    const codes: string[] = read('docs/api.md').match(/ERR_[A-Z_]+/g) ?? [];
    const metrics: string[] = (await allMetrics()).map(({ name }) => name);
    // Variables of the roles have the name of their role before them.
    metrics.push(...(read('ansible/roles/ultronex/defaults/main.yml').match(/^ultronex_\w+/gm) ?? []));
    // The program's service in a swarm.
    metrics.push('ultronex_ultronex');
    unknown(
      /`(?:[^`]*[^`\w])?([A-Z]+(?:_[A-Z]+)+)\b/g,
      (text) => text,
      ([, name = '']) =>
        settings.includes(name) || others.has(name) || codes.includes(name) ? null : `setting ${name}`,
    );
    unknown(
      /\bultronex_[a-z_]+/g,
      (text) => text,
      ([name]) =>
        metrics.includes(name.replace(/_(bucket|sum|count)$/, '')) || name === 'ultronex_' ? null : `metric ${name}`,
    );
  });

  it('link only to files that exist, and name only such', () => {
    unknown(
      /\]\(([^)#\s]+)(?:#[^)]*)?\)/g,
      (text) => text,
      ([, link = ''], file) =>
        /^[a-z]+:/.test(link) || existsSync(join(root, dirname(file), link)) ? null : `link ${link}`,
    );
    const folders = 'src|test|docs|scripts|replies|bench';
    unknown(
      new RegExp(`\`((?:${folders})/[\\w./-]*)\``, 'g'),
      (text) => text,
      ([, path = '']) => (existsSync(join(root, path)) ? null : `file ${path}`),
    );
  });

  it('have a section for every alert, where its rule says, and the rule has a case', () => {
    const headings = new Set(read('docs/alerts.md').match(/(?<=^### )\w+$/gm));
    const alerts = readdirSync(join(root, 'deploy/prometheus/rules')).flatMap((file) => {
      const cases = read(`deploy/prometheus/tests/${file}`);
      const { groups } = parse(read(`deploy/prometheus/rules/${file}`)) as { groups: { rules: Rule[] }[] };
      return groups
        .flatMap(({ rules }) => rules)
        .map(({ alert, annotations }) => {
          assert.equal(annotations.runbook_url, `/ultronex/runbook#${alert.toLowerCase()}`);
          assert.ok(
            cases.includes(`alertname="${alert}", alertstate="firing"`),
            `${alert} has no case in deploy/prometheus/tests/${file}`,
          );
          return alert;
        });
    });
    assert.ok(alerts.length > 15, `${alerts.length}`);
    assert.deepEqual(headings, new Set(alerts));
  });

  describe('routes', () => {
    let server: FastifyInstance;
    before(async () => {
      server = await serverForDocs();
    });
    after(() => server.close());

    it('name only routes that exist', () => {
      unknown(
        /\b(GET|POST|PUT|PATCH|DELETE) (\/[\w/{}.-]*)/g,
        (text) => text,
        ([, method = '', path = '']) => (hasRoute(server, method, path) ? null : `route ${method} ${path}`),
      );
      unknown(/https?:\/\/[\w.:-]+(\/ultronex[\w/.-]*)/g, onlyCode, ([, path = '']) =>
        ['GET', 'POST', 'DELETE'].some((method) => hasRoute(server, method, path)) ? null : `route ${path}`,
      );
    });
  });
});

interface Rule {
  alert: string;
  annotations: { runbook_url: string };
}

/** Fails with every find of `pattern` that `judge` has something to say against. */
function unknown(
  pattern: RegExp,
  part: (text: string) => string,
  judge: (found: RegExpExecArray, file: string) => string | null,
): void {
  const all = pages.flatMap(({ file, text }) => [...part(text).matchAll(pattern)].map((found) => ({ file, found })));
  assert.ok(all.length > 0, `${pattern} finds nothing, so this test could not fail`);
  const wrong = all.flatMap(({ file, found }) => {
    const problem = judge(found, file);
    return problem === null ? [] : [`${file}: there is no ${problem}`];
  });
  assert.equal(wrong.length, 0, `\n${wrong.join('\n')}\n`);
}

/** Code blocks and inline code; prose may say "ultronex" as it likes. */
function onlyCode(text: string): string {
  return (text.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).filter((code) => !code.startsWith('```mermaid')).join('\n');
}

/** `{id}` of the docs is `:id` of the router; a written channel or id stands for either. */
function hasRoute(server: FastifyInstance, method: string, path: string): boolean {
  if (path === '/' || path.endsWith('.')) return true;
  const url = path.replace(/\{(\w+)\}/g, ':$1');
  return server.findRoute({ method: method as 'GET', url }) !== null || matchesParameter(server, method, url);
}

function matchesParameter(server: FastifyInstance, method: string, url: string): boolean {
  const templates = [
    '/ultronex/messages/:id',
    '/ultronex/slack/:channel',
    '/ultronex/track/:id',
    '/ultronex/webhook/:channel',
  ];
  return templates.some(
    (template) =>
      new RegExp(`^${template.replace(/:\w+/, '[^/]+')}$`).test(url) &&
      server.findRoute({ method: method as 'GET', url: template }) !== null,
  );
}
