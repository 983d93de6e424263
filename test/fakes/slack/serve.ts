import { setTimeout as sleep } from 'node:timers/promises';
import { text } from './args.ts';
import { ApiError } from './errors.ts';
import type { createFaults, FaultSpec } from './faults.ts';
import type { Exchange, Reply } from './http.ts';
import { htmlReply, jsonReply, send } from './http.ts';
import type { FakeCall, FakeTeam, Json } from './types.ts';
import type { World } from './world.ts';

export interface Serving {
  method: string;
  token: string | undefined;
  team: FakeTeam | undefined;
  args: Json;
  work: () => Reply;
}

/** Records the call, lets a fault strike, does the work, answers. Everything but the control API goes through here. */
export function createServe(world: World, faults: ReturnType<typeof createFaults>, signal: AbortSignal) {
  return async function serve({ res }: Exchange, { method, token, team, args, work }: Serving): Promise<void> {
    const call: FakeCall = { method, token, team: team?.id, args, at: world.now(), status: 'pending' };
    world.note(world.calls, call);
    const fault = faults.take(call, () => namesOfChannel(team, args));
    world.changed();
    const finish = (status: FakeCall['status'], error?: string) => {
      call.status = status;
      if (error !== undefined) call.error = error;
      world.changed();
    };
    if (fault?.kind === 'drop') {
      res.socket?.destroy();
      return finish('dropped');
    }
    if (fault?.kind === 'delay') await sleep(fault.ms, undefined, { signal }).catch(() => undefined);
    const reply = (fault && insteadOfWork(fault)) ?? answer(work);
    const error = /^\{"ok":false,"error":"(\w+)"/.exec(reply.body.toString())?.[1];
    if (fault?.kind === 'timeout-after') return finish('unanswered', error);
    if (fault?.kind === 'drop-after') {
      res.socket?.destroy();
      return finish('dropped', error);
    }
    finish(reply.status, error);
    send(res, reply);
  };
}

function answer(work: () => Reply): Reply {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return jsonReply({ ok: false, error: error.code, ...error.extra }, error.status, error.headers);
  }
}

function insteadOfWork(fault: FaultSpec): Reply | undefined {
  if (fault.kind === 'error') return jsonReply({ ok: false, error: fault.error, ...fault.extra });
  if (fault.kind === 'html') return htmlReply('Something is not right');
  if (fault.kind !== 'status') return undefined;
  const headers = fault.retryAfterS === undefined ? {} : { 'retry-after': String(fault.retryAfterS) };
  const error = fault.status === 429 ? 'ratelimited' : 'internal_error';
  return jsonReply({ ok: false, error }, fault.status, headers as Record<string, string>);
}

/** Every way a test may name the channel of this call. */
function namesOfChannel(team: FakeTeam | undefined, args: Json): string[] {
  const given = text(args, 'channel') ?? text(args, 'channel_id');
  if (given === undefined) return [];
  const known = team?.channels.find((channel) => channel.id === given || channel.name === given.replace(/^#/, ''));
  return known ? [given, known.id, known.name, `#${known.name}`] : [given];
}
