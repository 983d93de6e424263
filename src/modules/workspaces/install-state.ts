import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../domain/clock.ts';
import { isSameSecret } from '../../lib/same-secret.ts';

/** A person has this long to agree at Slack. Seconds. */
export const stateSeconds = 600;

/** A page of success may be loaded again for this long. Seconds. */
export const doneSeconds = 300;

/**
 * The `state` of an installation, by which a callback is known to belong to a click in the same browser: the time, and a signature
 * of it and of a cookie. Nothing is stored, so every instance of the program can take the callback.
 */
export interface InstallStates {
  begin(): { state: string; cookie: string };
  /** Whether `state` was made with this cookie within the last ten minutes. */
  isRight(state: string, cookie: string | null): boolean;
  /** Returns the cookie of a browser in which this link led to a success. It opens nothing. */
  done(state: string, code: string): string;
  /** Whether the same link led to a success in this browser within the last five minutes. */
  isDone(state: string, code: string, cookie: string | null): boolean;
}

/** @param secret the app's client secret, which all instances have; the key of the signature is made from it */
export function createInstallStates(secret: string, clock: Pick<Clock, 'now'>): InstallStates {
  const key = createHmac('sha256', secret).update('ultronex: state of an installation').digest();
  const signed = (at: string, cookie: string) =>
    createHmac('sha256', key).update(`${at}.${cookie}`).digest('base64url');
  const ofSuccess = (at: string, state: string, code: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify(['installed', at, state, code]))
      .digest('base64url');
  /** Whether a time is over by no more than `seconds`. Another instance's clock may be some seconds ahead. */
  const isWithin = (at: string, seconds: number): boolean => {
    const age = clock.now() - Number.parseInt(at, 36);
    return age > -60_000 && age <= seconds * 1_000;
  };
  return {
    begin() {
      const cookie = randomBytes(24).toString('base64url');
      const at = clock.now().toString(36);
      return { state: `${at}.${signed(at, cookie)}`, cookie };
    },
    isRight(state, cookie) {
      const [, at, signature] = /^([0-9a-z]{1,12})\.([\w-]{43})$/.exec(state) ?? [];
      if (cookie === null || at === undefined || signature === undefined) return false;
      return isSameSecret(signature, signed(at, cookie)) && isWithin(at, stateSeconds);
    },
    done(state, code) {
      const at = clock.now().toString(36);
      return `${at}-${ofSuccess(at, state, code)}`;
    },
    isDone(state, code, cookie) {
      const [, at, signature] = /^([0-9a-z]{1,12})-([\w-]{43})$/.exec(cookie ?? '') ?? [];
      if (at === undefined || signature === undefined) return false;
      return isSameSecret(signature, ofSuccess(at, state, code)) && isWithin(at, doneSeconds);
    },
  };
}
