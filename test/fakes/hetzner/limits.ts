/** 3600 requests an hour that come back one by one: https://docs.hetzner.cloud/reference/cloud#rate-limiting */
export function createLimiter(requestsPerHour: number | undefined, now: () => number) {
  const limit = requestsPerHour ?? 3600;
  let left = limit;
  let lookedAt = now();

  return {
    /** Counts one request; whether it may be answered, and the headers of either answer. */
    take(): { allowed: boolean; headers: Record<string, string> } {
      const at = now();
      left = Math.min(limit, left + ((at - lookedAt) / 3_600_000) * limit);
      lookedAt = at;
      const allowed = requestsPerHour === undefined || left >= 1;
      if (allowed) left = Math.max(0, left - 1);
      const fullAgainS = Math.ceil(at / 1000 + ((limit - left) / limit) * 3600);
      const headers = {
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': String(Math.floor(left)),
        'ratelimit-reset': String(fullAgainS),
      };
      return { allowed, headers };
    },
  };
}
