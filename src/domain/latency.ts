/**
 * Buckets for latencies whose bounds grow by 15 %: percentiles of any number of samples from a few counts, and sums of
 * buckets are the buckets of the sum. Bucket n has latencies up to 1.15^n milliseconds; the last one has all longer ones.
 */
const growth = 1.15;
const lastBucket = 80;

export function bucketOf(ms: number): number {
  return ms <= 1 ? 0 : Math.min(lastBucket, Math.ceil(Math.log(ms) / Math.log(growth)));
}

/** Returns the latency that a share (0.5, 0.95) of the samples does not exceed, whole milliseconds; null without samples. */
export function percentile(latencies: Readonly<Record<number, number>>, share: number): number | null {
  const buckets = Object.entries(latencies).map(([bucket, count]) => ({ bucket: Number(bucket), count }));
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const { bucket, count } of buckets.sort((a, b) => a.bucket - b.bucket)) {
    seen += count;
    if (seen >= total * share) return Math.max(1, Math.round(growth ** bucket));
  }
  return null;
}
