import { setTimeout as sleep } from 'node:timers/promises';
import type { Signing } from './signed-post.ts';
import { isOrg, workspaceOf } from './teams.ts';
import type { createTransport, Outcome, Outgoing, Targets } from './transport.ts';
import type { FakeAttempt, FakeTeam, Json } from './types.ts';
import type { World } from './world.ts';

export interface SendEventOptions {
  team?: string;
  eventId?: string;
  /** Sends the same event once more although it was acked. */
  redeliver?: boolean;
  /** Sends it over HTTP to this address, wherever other events go. */
  url?: string;
  /** Forge the signature or its time (HTTP only). */
  signing?: Signing;
}

export interface Delivery {
  eventId: string;
  acked: boolean;
  attempts: number;
  /** One for each attempt: HTTP status, or what came of the envelope. */
  statuses: FakeAttempt['outcome'][];
}

/** Slack's words for the same failure differ: Socket Mode always says `timeout`. */
function retryReason(viaHttp: boolean, outcome: FakeAttempt['outcome']): string {
  if (!viaHttp || outcome === 'closed') return 'timeout';
  if (outcome === 'timeout') return 'http_timeout';
  return outcome === 'connection_failed' ? 'connection_failed' : 'http_error';
}

/** Sends events until acked or out of retries; with no socket open, waits for one as long as it takes. */
export function createEvents(parts: {
  world: World;
  targets: Targets;
  transport: ReturnType<typeof createTransport>;
  retryDelaysMs: number[];
  nextOpen: () => Promise<void>;
  stop: AbortSignal;
}) {
  const { world, targets, transport, retryDelaysMs, nextOpen, stop } = parts;

  return async function sendEvent(event: Json, options: SendEventOptions = {}): Promise<Delivery> {
    const team = world.team(options.team);
    const eventId = options.eventId ?? world.nextId('Ev');
    const payload = callback(world, team, event, eventId);
    const urlNow = () => options.url ?? targets.eventsUrl;
    const delivery: Delivery = { eventId, acked: false, attempts: 0, statuses: [] };
    let retryNum = 0;
    let reason: string | undefined;
    let last: number | undefined;

    async function attempt(): Promise<Outcome | undefined> {
      while (!stop.aborted) {
        const outcome = await transport(outgoing());
        if (outcome) {
          last = outcome.connection;
          delivery.attempts += 1;
          delivery.statuses.push(outcome.outcome);
          reason = retryReason(urlNow() !== undefined, outcome.outcome);
          return outcome;
        }
        // What was raised while nobody listened arrives as a retry only.
        await nextOpen();
        retryNum = Math.max(retryNum, 1);
        reason = 'timeout';
      }
      return undefined;
    }

    const outgoing = (): Outgoing => ({
      kind: 'events_api',
      payload,
      http: { url: urlNow(), body: JSON.stringify(payload), contentType: 'application/json' },
      eventId,
      retryNum,
      ...(reason === undefined ? {} : { retryReason: reason }),
      ...(last === undefined ? {} : { last }),
      ...(options.signing ? { signing: options.signing } : {}),
    });

    for (const delayMs of [0, ...retryDelaysMs]) {
      if (delivery.attempts > 0) {
        await sleep(delayMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
        retryNum += 1;
      }
      const outcome = await attempt();
      delivery.acked = outcome?.acked ?? false;
      if (!outcome || outcome.acked || outcome.noRetry) break;
    }
    if (options.redeliver && delivery.acked) {
      retryNum += 1;
      reason = urlNow() === undefined ? 'timeout' : 'http_timeout';
      await attempt();
    }
    return delivery;
  };
}

function callback(world: World, team: FakeTeam, event: Json, eventId: string): Json {
  const ofAll = isOrg(team);
  const team_id = workspaceOf(team, world.channel(team, String(event.channel ?? (event.item as Json)?.channel)));
  const enterprise_id = ofAll ? team.id : null;
  return {
    token: 'verification-token',
    team_id,
    context_team_id: team_id,
    context_enterprise_id: enterprise_id,
    api_app_id: world.appId,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(world.now() / 1000),
    authorizations: [{ enterprise_id, team_id, user_id: team.botUserId, is_bot: true, is_enterprise_install: ofAll }],
    is_ext_shared_channel: false,
    event_context: `4-${eventId}`,
  };
}
