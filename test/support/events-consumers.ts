import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { tempDir } from './temp.ts';

export type ConsumerKind = 'list' | 'group';
export const kinds = ['list', 'group'] as const;
type Line = [id: string, channel: string, text: string];

/**
 * Two consumers of events as processes of their own: one takes from the list `relax` as the clients of Relax do (BLPOP), one is on a
 * group of the stream.
 */
export function startConsumers(t: TestContext, redisUrl: string) {
  const folder = tempDir(t);
  const fileOf = (kind: ConsumerKind) => join(folder, `${kind}.jsonl`);
  const consumers = new Map<ConsumerKind, ChildProcess>();
  function start(kind: ConsumerKind): void {
    const script = join(import.meta.dirname, 'events-consumer.mjs');
    const key = kind === 'list' ? 'relax' : 'ultronex:events';
    consumers.set(kind, spawn(process.execPath, [script, kind, redisUrl, key, fileOf(kind)], { stdio: 'ignore' }));
  }
  async function end(kind: ConsumerKind): Promise<void> {
    const child = consumers.get(kind);
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  t.after(() => Promise.all(kinds.map(end)));
  for (const kind of kinds) {
    writeFileSync(fileOf(kind), '');
    start(kind);
  }

  const linesOf = (kind: ConsumerKind) =>
    readFileSync(fileOf(kind), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  return {
    linesOf,
    /** kill -9, and another one in its place. */
    async replace(kind: ConsumerKind): Promise<void> {
      await end(kind);
      start(kind);
    },
    /** The texts of events that a consumer has not got. */
    missing(kind: ConsumerKind, accepted: readonly string[]): string[] {
      const had = new Set(linesOf(kind).map(([, , text]) => text));
      return accepted.filter((text) => !had.has(text));
    },
    /** Asserts that an event came again only with its id, and those of a channel first in order. Returns how many came again. */
    assertOrder(kind: ConsumerKind): number {
      const lines = linesOf(kind);
      const ids = new Map<string, string>();
      const first = new Map<string, string[]>();
      for (const [id, channel, text] of lines) {
        assert.equal(ids.get(id) ?? text, text, 'an id is of one event');
        if (!ids.has(id)) first.set(channel, [...(first.get(channel) ?? []), text]);
        ids.set(id, text);
      }
      assert.equal(new Set(ids.values()).size, ids.size, 'an event has one id');
      for (const texts of first.values()) assert.deepEqual(texts, [...texts].sort());
      return lines.length - ids.size;
    },
  };
}
