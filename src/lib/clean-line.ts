import { redact } from './redact.ts';

/** Longest shown line, characters. */
export const longestCleanLine = 300;
/** More of a line is not looked at. */
const lookedAt = 2_000;
/** Longer lines of JSON are shown as they are. */
const longestJson = 16_000;

/** Sequences with which programs colour their output (ECMA-48). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with the control character ESC
const colours = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
/** White space, control characters, and halves of surrogate pairs. */
const unprintable = /[\s\p{Cc}\p{Cs}]+/gu;
/** Characters without width, which reorder or hide text, and could hide the name of a secret. A joiner inside an emoji stays. */
const invisible =
  /(?:(?!\u200d)\p{Cf}|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}]|\ufe0f)\u200d|\u034f|[\u115f\u1160\u3164\uffa0])+/gu;

/** A secret that the name before it tells: `password=hunter2`, `"token": "…"`, `?api_key=…`, `SECRET_KEY_BASE=…`. */
const named =
  /((?:password|passwd|passphrase|secret(?:[_-]\w{1,20})?|token|(?:api|access|private)[_-]?key|authorization)["']?\s{0,3}[=:]\s{0,3}["']?(?:bearer |basic )?)[^\s"'&,;]+/gi;
const cookies = /(cookie["']?\s{0,3}[=:]\s{0,3}["']?)[^"']+/gi;

/**
 * Returns a log line for people: on one line, without control characters, backticks and secrets, at most 300 characters.
 * A line of JSON begins with its message, and loses its time and process. The result is not escaped for Slack.
 */
export function cleanLine(line: string): string {
  return cleanText(ofJson(line) ?? line);
}

/**
 * Returns a text from outside, such as a name, a description or an error message, for people: on one line, without control
 * characters, invisible ones, backticks and secrets, at most 300 characters. The result is not escaped for Slack.
 */
export function cleanText(from: string): string {
  const text = from
    .slice(0, lookedAt)
    .replace(colours, '')
    .replace(invisible, '')
    .replace(unprintable, ' ')
    .replaceAll('`', "'")
    .trim();
  const clean = withoutSecrets(text);
  // Half of a surrogate pair at the end goes.
  return clean.length <= longestCleanLine
    ? clean
    : `${clean.slice(0, longestCleanLine - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Returns a line without secrets: those of a known form, and those after a name such as `password=`. */
export const withoutSecrets = (line: string): string =>
  redact(line).replace(named, '$1[redacted]').replace(cookies, '$1[redacted]');

/** pino's numbers (https://github.com/pinojs/pino/blob/main/docs/api.md#loggerlevels-object). */
const levels: Readonly<Record<string, string>> = {
  ...{ 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' },
};
const messages = ['msg', 'message', 'event'];
/** Fields that say what the reader knows already. */
const leftOut = new Set([
  'time',
  'timestamp',
  'ts',
  't',
  '@timestamp',
  'pid',
  'hostname',
  'service',
  'environment',
  'v',
]);

/** Returns the fields of a line of JSON as `level message name=value …`; null for any other line. */
function ofJson(line: string): string | null {
  if (!line.startsWith('{') || line.length > longestJson) return null;
  const fields = parse(line);
  const name = messages.find((each) => typeof fields?.[each] === 'string');
  if (fields === null || name === undefined) return null;
  const level = fields.level === undefined ? [] : [levels[String(fields.level)] ?? String(fields.level)];
  const others = Object.entries(fields)
    .filter(([key]) => key !== name && key !== 'level' && !leftOut.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : (messageOf(value) ?? JSON.stringify(value))}`);
  return [...level, fields[name], ...others].join(' ');
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Returns the message of a serialised error. */
function messageOf(value: unknown): string | null {
  const message = (value as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : null;
}
