import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { apiTypes, documentOfRoutes } from '../scripts/docs/api-types.ts';

const kept = () => readFileSync(join(import.meta.dirname, '../src/api/paths.ts'), 'utf8');
type Schema = { properties: Record<string, object>; required: string[] };

describe('the types of the clients', () => {
  let document: Awaited<ReturnType<typeof documentOfRoutes>>;
  before(async () => {
    document = await documentOfRoutes();
  });

  it('are those of the OpenAPI document', async () => {
    assert.equal(await apiTypes(document), kept(), 'src/api/paths.ts is stale: npm run docs');
  });

  it('cover every route: each has one tag, and each tag of the document has a route', () => {
    const used = Object.values(document.paths ?? {}).flatMap((operations) =>
      Object.values(operations as Record<string, { tags?: string[] }>).map(({ tags = [] }) => tags),
    );
    assert.ok(used.length > 20, `${used.length} operations`);
    const declared = (document.tags as { name: string; description: string }[]).map(({ name }) => name);
    const untagged = Object.entries(document.paths ?? {}).filter(([path, operations]) =>
      path.startsWith('/ultronex/')
        ? Object.values(operations as Record<string, { tags?: string[] }>).some(({ tags }) => tags?.length !== 1)
        : false,
    );
    assert.deepEqual(
      untagged.map(([path]) => path),
      [],
    );
    assert.deepEqual(new Set(declared), new Set(used.flat()));
  });

  it('are stale as soon as a field of an answer has another type, is new or is gone', async () => {
    const changes: ((schema: Schema) => void)[] = [
      ({ properties }) => Object.assign(properties, { attempts: { type: 'string' } }),
      ({ properties }) => Object.assign(properties, { added: { type: 'boolean' } }),
      ({ properties }) => delete properties.trace,
      ({ required }) => required.pop(),
    ];
    for (const change of changes) {
      const changed = structuredClone(document);
      change(answerOf(changed, '/ultronex/messages/{id}', 'get'));
      assert.notEqual(await apiTypes(changed), kept(), String(change));
    }
  });

  it('are stale as soon as a route is new or is gone', async () => {
    const more = structuredClone(document);
    Object.assign(more.paths ?? {}, { '/ultronex/new': { get: { responses: { 200: { description: 'x' } } } } });
    assert.notEqual(await apiTypes(more), kept());
    const fewer = structuredClone(document);
    delete fewer.paths?.['/ultronex/track'];
    assert.notEqual(await apiTypes(fewer), kept());
  });
});

function answerOf(document: object, path: string, method: string): Schema {
  const { paths } = document as { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };
  const answer = paths[path]?.[method]?.responses['200'] as { content: { 'application/json': { schema: Schema } } };
  return answer.content['application/json'].schema;
}
