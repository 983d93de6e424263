import type { BlockOperations, ContainerStats } from '../../docker/index.ts';
import { nanoseconds } from '../../docker/index.ts';

/** Memory in bytes; `docker stats` shows `workingSet`. */
export interface Memory {
  usage: number;
  workingSet: number;
  rss: number;
}

/** The total CPU time at a point in time. */
export interface CpuReading {
  /** Nanoseconds since the epoch. */
  at: bigint;
  /** Nanoseconds of CPU time since the container started. */
  total: number;
}

/** Nanoseconds. The average over a longer time does not show the current use. */
const longestGap = 120_000_000_000n;

/**
 * Computes memory as `docker stats` does: in use, without inactive page cache, which is `total_inactive_file` with
 * cgroup v1 and `inactive_file` with v2 (docs.docker.com/reference/cli/docker/container/stats).
 */
export function memoryOf({ memory_stats: { usage = 0, stats = {} } }: ContainerStats): Memory {
  const inactive = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  const rss = stats.total_rss ?? stats.anon ?? 0;
  return { usage, workingSet: inactive < usage ? usage - inactive : usage, rss };
}

export function cpuReading({ read, cpu_stats }: ContainerStats): CpuReading {
  return { at: nanoseconds(read), total: cpu_stats.cpu_usage.total_usage };
}

/** Returns the CPU use between two readings, 100 for one core; null after a restart, or if the first one is missing or old. */
export function cpuPercent(before: CpuReading | undefined, now: CpuReading): number | null {
  if (before === undefined) return null;
  const gap = now.at - before.at;
  if (gap <= 0n || gap > longestGap || now.total < before.total) return null;
  return ((now.total - before.total) / Number(gap)) * 100;
}

/** Returns the bytes read and written since the start by device (`8:0`). */
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
