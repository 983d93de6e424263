import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerStats } from '../../../src/docker/index.ts';
import { blockBytes, cpuPercent, cpuReading, memoryOf } from '../../../src/modules/containers/stats.ts';
import { cgroup1, cgroup2 } from '../../fakes/docker/world.ts';

const at = (read: string, stats: Record<string, unknown>) => ({ read, ...stats }) as unknown as ContainerStats;
const noon = '2026-01-02T12:00:00.000000000Z';

test('memory in use excludes inactive page cache, with cgroup v1 and v2', () => {
  assert.deepEqual(memoryOf(at(noon, cgroup1(0, 100_000_000, 40_000_000))), {
    usage: 100_000_000,
    workingSet: 60_000_000,
    rss: 30_000_000,
  });
  assert.deepEqual(memoryOf(at(noon, cgroup2(0, 90_000_000, 10_000_000))), {
    usage: 90_000_000,
    workingSet: 80_000_000,
    rss: 20_000_000,
  });
  assert.equal(memoryOf(at(noon, cgroup2(0, 5, 10))).workingSet, 5, 'never below nothing');
  assert.deepEqual(memoryOf({ memory_stats: {} } as ContainerStats), { usage: 0, workingSet: 0, rss: 0 });
});

test('the CPU use between two readings is 100 for one core', () => {
  const first = cpuReading(at(noon, cgroup1(1_000_000_000, 1, 0)));
  const second = cpuReading(at('2026-01-02T12:00:04.500000000Z', cgroup1(7_750_000_000, 1, 0)));
  assert.equal(cpuPercent(first, second), 150);
  assert.equal(cpuPercent(undefined, first), null, 'one says nothing');
  assert.equal(cpuPercent(second, second), null, 'no time between them');
  const restarted = cpuReading(at('2026-01-02T12:00:05.5Z', cgroup1(10, 1, 0)));
  assert.equal(cpuPercent(second, restarted), null, 'started again in between');
  const late = cpuReading(at('2026-01-02T12:03:00Z', cgroup1(8_000_000_000, 1, 0)));
  assert.equal(cpuPercent(second, late), null, 'an average of minutes is not now');
  const close = cpuReading(at('2026-01-02T12:00:00.000000500Z', cgroup1(1_000_000_250, 1, 0)));
  assert.equal(cpuPercent(first, close), 50, 'nanoseconds count');
});

test('bytes of block devices are summed, whatever the case of the operation', () => {
  for (const stats of [cgroup1(0, 1, 0), cgroup2(0, 1, 0)]) {
    assert.deepEqual(blockBytes(at(noon, stats)), [{ device: '8:0', read: 4_096, written: 8_192 }]);
  }
  assert.deepEqual(blockBytes(at(noon, { blkio_stats: { io_service_bytes_recursive: null } })), []);
  assert.deepEqual(blockBytes(at(noon, {})), []);
});
