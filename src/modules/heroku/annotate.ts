import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import type { EffectAsker, Performer, WrittenEffect } from '../../domain/effect.ts';
import { causeCode } from '../../lib/error-code.ts';
import { pause } from '../../lib/pause.ts';
import { annotationOf } from './message.ts';
import type { ToldRelease } from './state.ts';

export interface AnnotateParts {
  /** GRAFANA_URL, with a path if it has one. */
  url: string;
  /** GRAFANA_TOKEN. */
  token: string;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
}

interface Annotation {
  /** Milliseconds since the epoch. */
  time: number;
  tags: string[];
  text: string;
}

/** Name of the effect that makes a release an annotation in Grafana. */
export const annotateName = 'annotate-heroku-release';
/** Time limit of a request, and pauses before it is tried again. An effect has 90 s. Milliseconds. */
const withinMs = 5_000;
const pausesMs = [2_000, 10_000, 30_000];
const mostBytes = 1_048_576;

export function annotationEffect(id: string, app: string, release: ToldRelease, asker: EffectAsker): WrittenEffect {
  const tags = ['ultronex', 'deploy', 'heroku', `app:${app}`];
  const annotation: Annotation = { time: release.at, tags, text: annotationOf(app, release) };
  return { id, name: annotateName, argument: JSON.stringify(annotation), asker };
}

/**
 * Returns the performer that posts an annotation (https://grafana.com/docs/grafana/latest/developers/http_api/annotations/).
 * It looks first whether the annotation is there: a response can be lost, and the program can be killed after the request.
 * A failure is logged; nobody waits for the outcome.
 */
export function createAnnotate({ url, token, clock, log }: AnnotateParts): Performer {
  const base = new URL('api/annotations', url.endsWith('/') ? url : `${url}/`);
  // A mutation never reuses a keep-alive socket: if it closed, we could not tell whether the annotation was made.
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' };

  async function ask(address: URL, init: RequestInit): Promise<{ status: number; value: unknown }> {
    const signal = AbortSignal.timeout(withinMs);
    const response = await fetch(address, { ...init, headers, signal, redirect: 'manual' });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > mostBytes) break;
      chunks.push(chunk);
    }
    return { status: response.status, value: parse(Buffer.concat(chunks).toString('utf8')) };
  }

  /** Null: Grafana cannot say it now. A token may lack the right to read. */
  async function isThere({ time, tags, text }: Annotation): Promise<boolean | null> {
    const search = new URL(base);
    const query = { from: String(time), to: String(time), type: 'annotation', limit: '100' };
    search.search = new URLSearchParams(query).toString();
    for (const tag of tags) search.searchParams.append('tags', tag);
    const { status, value } = await ask(search, {});
    if (status >= 500) return null;
    return Array.isArray(value) && value.some((each: { text?: unknown } | null) => each?.text === text);
  }

  /** Resolves with null when it is there, otherwise with the reason, and whether another attempt may help. */
  async function attempt(annotation: Annotation): Promise<{ reason: string; again: boolean } | null> {
    try {
      const there = await isThere(annotation);
      if (there === true) return null;
      if (there === null) return { reason: 'Grafana has a fault', again: true };
      const { status } = await ask(base, { method: 'POST', body: JSON.stringify(annotation) });
      if (status === 200) return null;
      return { reason: `Grafana answered ${status}`, again: status === 429 || status >= 500 };
    } catch (error) {
      return { reason: `Grafana was not reached (${causeCode(error) || 'no answer in time'})`, again: true };
    }
  }

  const annotate: Performer = async (argument) => {
    const annotation = JSON.parse(argument) as Annotation;
    for (const waitMs of [...pausesMs, null]) {
      const failed = await attempt(annotation);
      if (failed === null) return '';
      if (!failed.again || waitMs === null) {
        log.warn({ annotation: annotation.text }, `a release is no annotation in Grafana: ${failed.reason}`);
        return '';
      }
      await pause(clock, waitMs);
    }
    return '';
  };
  annotate.repeatable = true;
  return annotate;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
