import type { LogLevel, Logger as SdkLogger } from '@slack/web-api';
import type { Logger } from 'pino';
import { redact } from '../lib/redact.ts';

/**
 * The SDK's logger on pino, one level lower, since we report what matters ourselves. Its `debug` prints every message
 * that people write, so it becomes `trace`.
 */
export function sdkLogger(log: Logger): SdkLogger {
  const write =
    (level: 'trace' | 'debug' | 'warn') =>
    (...parts: unknown[]) => {
      if (log.isLevelEnabled(level)) log[level](redact(parts.map(logText).join(' ')).slice(0, 2_000));
    };
  return {
    debug: write('trace'),
    info: write('debug'),
    warn: write('debug'),
    error: write('warn'),
    setLevel() {},
    setName() {},
    // Not `debug`, for which the SDK would serialise every acknowledgement.
    getLevel: () => 'info' as LogLevel,
  };
}

function logText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (part instanceof Error) return part.message;
  try {
    return JSON.stringify(part) ?? String(part);
  } catch {
    return String(part);
  }
}
