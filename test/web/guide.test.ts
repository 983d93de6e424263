import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chapterHtml, toHtml } from '../../scripts/vite-markdown.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const files = [
  'README.md',
  ...[
    'configuration',
    'api',
    'access',
    'workspaces',
    'hooks',
    'events',
    'incidents',
    'watch',
    'heroku',
    'jobs',
    'job-files',
    'destinations',
    'stack',
    'server',
    'scaling',
    'limits',
  ].map((name) => `docs/${name}.md`),
];
const nameOf = (file: string) => file.replace(/.*\/|\.md$/g, '');
const guide = files.map((file) => chapterHtml(read(file), nameOf(file)));
const idsOf = (html: string) => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);
const ids = new Set(guide.flatMap(idsOf));
const runbook = new Set(['alerts', 'runbook'].flatMap((name) => idsOf(toHtml(read(`docs/${name}.md`)))));

test('every link of the guide has a target', () => {
  const links = guide.flatMap((html) => [...html.matchAll(/ href="([^"]+)"/g)].map(([, href = '']) => href));
  assert.ok(links.length > 20);
  for (const link of links) {
    const [page = '', id] = link.split('#');
    if (page === '') assert.ok(ids.has(id ?? ''), link);
    else if (page === '/ultronex/runbook') assert.ok(id === undefined || runbook.has(id), link);
    else assert.match(link, /^https?:\/\//, link);
  }
});

test('a link of the runbook to a chapter of the guide has a target', () => {
  const html = ['alerts', 'runbook'].map((name) => toHtml(read(`docs/${name}.md`))).join('');
  const links = [...html.matchAll(/ href="\/ultronex\/guide#([^"]+)"/g)].map(([, id = '']) => id);
  assert.ok(links.includes('incidents') && links.includes('server/daily-operation'), links.join());
  for (const id of links) assert.ok(ids.has(id), id);
});

test('every reference to a section of the guide names an existing one', () => {
  const sources = ['src', 'haproxy'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && !each.name.endsWith('.svg'))
      .map((each) => readFileSync(`${each.parentPath}/${each.name}`, 'utf8')),
  );
  // As an address, or as the field `guide` of a feature.
  const named = sources.flatMap((text) => [...text.matchAll(/guide(?:#|: ')([\w/-]+)/g)].map(([, id = '']) => id));
  assert.ok(named.includes('jobs'), named.join());
  for (const id of named) assert.ok(ids.has(id), `guide#${id}`);
});

test('two chapters of the guide have no id in common', () => {
  const all = guide.flatMap(idsOf);
  assert.equal(new Set(all).size, all.length);
});

test('the guide has the chapters that the page imports', () => {
  const page = read('src/web/pages/guide/GuidePage.vue');
  const imported = [...page.matchAll(/([\w-]+)\.md\?chapter/g)].map(([, name = '']) => name).sort();
  assert.deepEqual(imported, files.map(nameOf).sort());
});
