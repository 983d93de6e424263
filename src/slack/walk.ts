import type { SlackApi } from './api.ts';
import { type Json, object, objects, text } from './json.ts';
import type { Failure } from './outcomes.ts';

/** Items of a page. */
const pageSize = 1_000;
/** Workspaces of an organisation that are read. */
const mostWorkspaces = 200;
const mostTeamPages = 10;
/** Errors about one workspace of an organisation; the others are read all the same. */
const ofOneWorkspace = ['access_denied', 'team_access_not_granted', 'team_not_found'];

export interface Walk<T> {
  /**
   * Reads the list. `failure` null: `into` has all of it. Otherwise it has what was read so far, and the next call goes on with the
   * workspace that failed: Slack allows some 20 calls a minute, and an organisation may have more workspaces.
   */
  read(): Promise<{ into: T; failure: Failure | null; workspaces: number }>;
  /** Whether the next call goes on with a list that was begun. */
  isUnderWay(): boolean;
}

export interface WalkParts<T> {
  /** Whether the token is of an organisation, all of whose workspaces are read. */
  isOrg(): boolean;
  method: string;
  args?: Json;
  /** Pages of a workspace. */
  mostPages: number;
  make(): T;
  /** Adds a page. */
  take(into: T, body: Json): void;
}

/**
 * A list that Slack gives an organisation's token one workspace at a time: without `team_id` it answers `missing_argument`.
 * https://docs.slack.dev/reference/methods/conversations.list
 */
export function createWalk<T>(api: SlackApi, { isOrg, method, args, mostPages, make, take }: WalkParts<T>): Walk<T> {
  let under: { into: T; left: (string | null)[]; workspaces: number } | null = null;
  let running: ReturnType<Walk<T>['read']> | null = null;

  async function pages(team_id: string | null, into: T): Promise<Failure | null> {
    const expected = team_id === null ? [] : ofOneWorkspace;
    const failure = await eachPage(
      (cursor) => api.call(method, { ...args, limit: pageSize, ...(team_id && { team_id }), ...cursor }, expected),
      mostPages,
      (body) => take(into, body),
    );
    return failure !== null && expected.includes(failure.error) ? null : failure;
  }

  async function go(): ReturnType<Walk<T>['read']> {
    if (under === null) {
      const left = isOrg() ? await workspacesOf(api) : [null];
      if (!Array.isArray(left)) return { into: make(), failure: left, workspaces: 0 };
      under = { into: make(), left, workspaces: left.length };
    }
    const { into, left, workspaces } = under;
    for (let team = left[0]; team !== undefined; team = left[0]) {
      const failure = await pages(team, into);
      if (failure !== null) return { into, failure, workspaces };
      left.shift();
    }
    under = null;
    return { into, failure: null, workspaces };
  }

  return {
    read() {
      running ??= go().finally(() => {
        running = null;
      });
      return running;
    },
    isUnderWay: () => under !== null,
  };
}

/** The workspaces that an organisation has added the app to: https://docs.slack.dev/reference/methods/auth.teams.list */
async function workspacesOf(api: SlackApi): Promise<string[] | Failure> {
  const found: string[] = [];
  const failure = await eachPage(
    (cursor) => api.call('auth.teams.list', { limit: mostWorkspaces, ...cursor }),
    mostTeamPages,
    ({ teams }) => void found.push(...objects(teams).flatMap(({ id }) => text(id) ?? [])),
    () => found.length >= mostWorkspaces,
  );
  return failure ?? found.slice(0, mostWorkspaces);
}

/** https://docs.slack.dev/apis/web-api/pagination */
async function eachPage(
  call: (cursor: { cursor?: string }) => ReturnType<SlackApi['call']>,
  mostPages: number,
  take: (body: Json) => void,
  isEnough: () => boolean = () => false,
): Promise<Failure | null> {
  let cursor: string | null = null;
  for (let page = 0; page < mostPages && !isEnough(); page++) {
    const answer = await call(cursor === null ? {} : { cursor });
    if (!answer.ok) return answer.failure;
    take(answer.body);
    cursor = text(object(answer.body.response_metadata)?.next_cursor);
    if (cursor === null) break;
  }
  return null;
}
