import { nanoseconds } from './docker/time.ts';
import type { BlockOperations, ContainerStats } from './docker/types.ts';

/** Bytes; `workingSet` is what `docker stats` shows as used. */
export interface Memory {
  usage: number;
  workingSet: number;
  rss: number;
}

/** A sum of CPU time at a moment. */
export interface CpuReading {
  /** Nanoseconds since the epoch. */
  at: bigint;
  /** Nanoseconds of CPU time since the container started. */
  total: number;
}

/** A difference over a longer time is no longer what happens now. */
const longestGap = 120_000_000_000n;

/**
 * Memory as `docker stats` computes it: what is in use without the page cache that was not touched lately
 * (docs.docker.com/reference/cli/docker/container/stats). cgroup v1 calls that `total_inactive_file`, v2 `inactive_file`.
 */
export function memoryOf({ memory_stats: { usage = 0, stats = {} } }: ContainerStats): Memory {
  const inactive = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  const rss = stats.total_rss ?? stats.anon ?? 0;
  return { usage, workingSet: inactive < usage ? usage - inactive : usage, rss };
}

export function cpuReading({ read, cpu_stats }: ContainerStats): CpuReading {
  return { at: nanoseconds(read), total: cpu_stats.cpu_usage.total_usage };
}

/** Use between two readings, 100 for one core; null when they say nothing: no time between them, a restart, too old. */
export function cpuPercent(before: CpuReading | undefined, now: CpuReading): number | null {
  if (before === undefined) return null;
  const gap = now.at - before.at;
  if (gap <= 0n || gap > longestGap || now.total < before.total) return null;
  return ((now.total - before.total) / Number(gap)) * 100;
}

/** Bytes read and written since the start, by device (`8:0`). */
export function blockBytes({ blkio_stats }: ContainerStats): { device: string; read: number; written: number }[] {
  const devices = new Map<string, { device: string; read: number; written: number }>();
  for (const { major, minor, op, value } of blkio_stats?.io_service_bytes_recursive ?? ([] as BlockOperations[])) {
    const device = `${major}:${minor}`;
    const sums = devices.get(device) ?? { device, read: 0, written: 0 };
    devices.set(device, sums);
    if (op.toLowerCase() === 'read') sums.read += value;
    if (op.toLowerCase() === 'write') sums.written += value;
  }
  return [...devices.values()];
}
