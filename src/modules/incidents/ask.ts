import { cut } from '../../domain/cut.ts';
import { causeCode } from '../../lib/error-code.ts';
import { redact } from '../../lib/redact.ts';

/** Longest wait for a response and its body, and the most bytes that are read of it. */
export interface Bounds {
  timeoutMs: number;
  mostBytes: number;
}

export interface Answer {
  status: number;
  /** The body as text. */
  text: string;
}

/** No usable response. The message is a clause for people whose subject is the service: `did not answer within 5 s`. */
export class NoAnswer extends Error {}

/** Sends a request and reads the whole response, within bounds. Follows no redirect. @throws NoAnswer */
export async function ask(url: URL, init: RequestInit, { timeoutMs, mostBytes }: Bounds): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    const response = await fetch(url, { ...init, signal, redirect: 'manual' });
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw new NoAnswer(`returned more than ${Math.round(mostBytes / 1_000)} kB`);
      chunks.push(chunk);
    }
    return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    if (signal.aborted) throw new NoAnswer(`did not answer within ${timeoutMs / 1_000} s`, { cause: error });
    const code = causeCode(error);
    throw new NoAnswer(`was not reached${code === '' ? '' : ` (${code})`}`, { cause: error });
  }
}

/** Returns JSON; undefined for anything else. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the beginning of an error's text on one line, after a colon; '' for a web page or no text. */
export function reasonIn(text: string): string {
  const line = text
    .slice(0, 2_000)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line === '' || line.startsWith('<') ? '' : `: ${cut(redact(line), 200, () => '…')}`;
}
