const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Formats bytes as `34 KiB` or `1.2 GiB`: powers of 1024, as in `docker stats` and docker-compose.yml. */
export function bytes(count: number): string {
  let value = count;
  let step = 0;
  while (value >= 999.5 && step < steps.length - 1) {
    value /= 1_024;
    step++;
  }
  return `${short(value)} ${steps[step]}`;
}

/** Returns `12 req/s, 34 KiB/s`. */
export const rate = (requestsPerSecond: number, bytesPerSecond: number) =>
  `${short(requestsPerSecond)} req/s, ${bytes(bytesPerSecond)}/s`;

export const percent = (value: number) => `${short(value)} %`;

/** Formats a number with at most one decimal: 0, 0.3, 2.4, 17, 812. */
function short(value: number): string {
  if (value > 0 && value < 0.1) return '< 0.1';
  return value < 9.95 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
