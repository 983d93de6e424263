import type { WebClient } from '@slack/web-api';
import type { Installations, Installed } from '../ports/installations.ts';
import type { EventHandler } from '../ports/source.ts';
import { createApi } from './api.ts';
import type { Ending } from './ending.ts';
import type { Identity } from './identity.ts';
import { type Json, object, objects, text } from './json.ts';
import { SlackNotReached } from './not-reached.ts';
import type { SlackSetup } from './options.ts';
import { recordRefusal } from './recorded.ts';
import { createStatus } from './status.ts';
import { createLightTeam, createTeam, type SlackTeam } from './team.ts';

/** All workspaces that the bot is installed in. */
export interface SlackTeams {
  /** The one of SLACK_BOT_TOKEN. */
  home: SlackTeam;
  /** Whether there can be others. */
  areSeveral: boolean;
  /**
   * Resolves with the workspace of an event, a command or a press; null: the bot is not installed there.
   * @throws SlackNotReached while it may be home's, whose identity is not known yet; StoreUnavailable
   */
  ofEvent(body: unknown): SlackTeam | null | Promise<SlackTeam | null>;
  /** Resolves with a workspace by its id; null: the bot is not installed there. @throws as above */
  find(team: string): Promise<SlackTeam | null>;
  /** Returns a workspace that is in memory; null: it is not, or not installed. */
  loaded(team: string): SlackTeam | null;
  /** Returns the ids of the workspaces in memory besides home. */
  others(): string[];
  /** Slack told that the app was removed from a workspace, or that its tokens were revoked. */
  ended(body: unknown, reason: Ending): Promise<void>;
}

export interface TeamsParts {
  home: SlackTeam;
  /** The id that home had before the start; null: it is not known. */
  remembered: string | null;
  /** Null: home is the only workspace. */
  installations: Installations | null;
  client: Pick<WebClient, 'apiCall'>;
  setup: SlackSetup;
  handler(): EventHandler | null;
}

/** Workspaces in memory besides home. One whose messages match nothing takes 3 KiB. */
const mostLoaded = 2_000;
/** Those of them whose channels or people were needed: some 60 KiB each with the names. */
const mostNamed = 300;
/** Workspaces without an installation that were logged. */
const mostStrangers = 1_000;

export function createTeams({ home, remembered, installations, client, setup, handler }: TeamsParts): SlackTeams {
  /** In the order in which they were used, the last one at the end. */
  const loaded = new Map<string, { installed: Installed; team: SlackTeam }>();
  /** Those with names, in the same order. */
  const named = new Set<string>();
  const strangers = new Set<string>();
  installations?.onChange(drop);

  function remember(id: string, entry: { installed: Installed; team: SlackTeam }): SlackTeam {
    loaded.delete(id);
    loaded.set(id, entry);
    const [oldest] = loaded.keys();
    if (loaded.size > mostLoaded && oldest !== undefined) drop(oldest);
    if (named.has(id)) noteNames(id);
    return entry.team;
  }

  function noteNames(id: string): void {
    named.delete(id);
    named.add(id);
    const [oldest] = named;
    if (named.size > mostNamed && oldest !== undefined) drop(oldest);
  }

  function drop(id: string): void {
    loaded.delete(id);
    named.delete(id);
  }

  async function load(id: string, enterprise: string | null): Promise<SlackTeam | null> {
    const installed = await installations?.find(id, enterprise);
    if (!installed) return null;
    const known = loaded.get(installed.team);
    if (known?.installed === installed) return remember(installed.team, known);
    const identity = identityOf(installed);
    const recording = setup.recording && { ...setup.recording, namespace: installed.namespace };
    const light = { identity: () => identity, recording };
    const team = createLightTeam(light, () => {
      noteNames(installed.team);
      return open(installed, light);
    });
    return remember(installed.team, { installed, team });
  }

  function open(installed: Installed, light: Pick<SlackTeam, 'identity' | 'recording'>): SlackTeam {
    const { team } = installed;
    const status = createStatus('http', 0);
    const ofTeam: SlackSetup = {
      ...setup,
      token: installed.token,
      recording: light.recording,
      channelNames: [],
      postChannels: [],
      memory: { read: async () => null, write() {} },
      onUserChange: (user, gone) => setup.onUserChange(user, gone, team),
      onChannelsChange: () => setup.onChannelsChange(team),
      onRefused: (error) => void recordRefusal(error, ofTeam, identityOf(installed), handler()),
      onError: (error) => setup.onError(error, team),
    };
    // Null at first: the token may have been refused before the start.
    let isRefused: boolean | null = null;
    const api = createApi(client, ofTeam, {
      authLost(code) {
        isRefused = true;
        installations?.refused(installed, code);
      },
      authOk() {
        if (isRefused !== false) installations?.refused(installed, null);
        isRefused = false;
      },
    });
    return createTeam({ ...light, api, status, setup: ofTeam });
  }

  const isHome = (ids: readonly string[]) => {
    const me = home.identity();
    return me !== null && (ids.includes(me.team) || (me.orgInstall === true && ids.includes(me.enterprise ?? me.team)));
  };

  async function search(places: readonly Place[]): Promise<SlackTeam | null> {
    for (const { team, enterprise } of places) {
      if (isHome(enterprise === null ? [team] : [team, enterprise])) return home;
      const found = await load(team, enterprise);
      if (found !== null) return found;
      // Slack sends an event again that is not acknowledged.
      if (home.identity() === null) throw homeNotKnown();
    }
    const [first] = places;
    if (first !== undefined && strangers.size < mostStrangers && !strangers.has(first.team)) {
      strangers.add(first.team);
      setup.log.warn({ team: first.team }, 'an event of a workspace that has not installed the app is left');
    }
    return null;
  }

  return {
    home,
    areSeveral: installations !== null,
    ofEvent(body) {
      // Home decides itself what is its own, such as posts in a channel that another workspace shares.
      if (installations === null) return home;
      const places = placesOf(object(body) ?? {});
      return places.length === 0 ? home : search(places);
    },
    async find(team) {
      if (installations === null || team === '' || isHome([team])) return home;
      const found = await load(team, null);
      if (found !== null || home.identity() !== null) return found;
      if (team === remembered) return home;
      throw homeNotKnown();
    },
    loaded(team) {
      if (installations === null || team === '' || isHome([team])) return home;
      return loaded.get(team)?.team ?? null;
    },
    others: () => [...loaded.keys()],
    async ended(body, reason) {
      const { event_time: at, team_id, enterprise_id, is_enterprise_install } = object(body) ?? {};
      const team = text(is_enterprise_install === true ? enterprise_id : team_id);
      if (team === null || typeof at !== 'number') return;
      if (isHome([team]) || installations === null) home.status.authLost(reason);
      else await installations.ended(team, reason, at * 1_000);
    },
  };
}

const homeNotKnown = () =>
  new SlackNotReached('Slack has not told yet which workspace SLACK_BOT_TOKEN is of. Try again in a minute.');

interface Place {
  team: string;
  enterprise: string | null;
}

/**
 * The workspaces that an event may be of, the likeliest first. `authorizations` names an installation that sees it; the envelope's
 * team may be another one, which hosts a shared channel: https://docs.slack.dev/apis/events-api/#callback-field. Of commands and
 * presses the body names it.
 */
function placesOf(body: Json): Place[] {
  const given = [
    ...objects(body.authorizations).map((one) => [one.team_id, one.enterprise_id]),
    [body.team_id, body.enterprise_id],
    [object(body.team)?.id, object(body.enterprise)?.id],
    [object(body.user)?.team_id, object(body.enterprise)?.id],
  ];
  const places = given.flatMap(([team, enterprise]) => {
    const id = text(team) ?? text(enterprise);
    return id === null ? [] : [{ team: id, enterprise: text(enterprise) }];
  });
  return [...new Map(places.map((place) => [`${place.team} ${place.enterprise}`, place])).values()];
}

function identityOf({ team, botUser, botId, url, enterprise, isOrg }: Installed): Identity {
  return {
    ...{ team, botUser, botId, url },
    ...(enterprise !== null && { enterprise }),
    ...(isOrg && { orgInstall: true as const }),
  };
}
