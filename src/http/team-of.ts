import type { FastifyRequest } from 'fastify';
import { AccessRefused, InvalidQuery, NotFound } from '../domain/errors.ts';
import type { NameBook } from '../ports/names.ts';
import type { FindPerson } from '../ports/recipients.ts';

/** One workspace, as the routes need it. */
export interface HttpWorkspace {
  /** '' for home until Slack has answered once. */
  team(): string;
  /** Finds a user by `@name` or e-mail address. */
  findPerson: FindPerson;
  /** Resolves with a channel's id by `#name`, name or id; null: the bot sees no such channel. */
  findChannel(written: string): Promise<string | null>;
  nameBook: NameBook;
  /** Looks up the names of users that a text in mrkdwn mentions. Resolves after 0.3 s at the latest. */
  learnNames(mrkdwn: string): Promise<void>;
}

/** The workspaces that the bot is installed in. */
export interface HttpWorkspaces {
  /** Whether there can be others than the operator's. */
  areSeveral: boolean;
  home(): HttpWorkspace;
  of(team: string): HttpWorkspace;
  isInstalled(team: string): Promise<boolean>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route is about one workspace: that of the token, else that of `?team=`, else the operator's. All others are the operator's. */
    perTeam?: boolean;
  }
  interface FastifyRequest {
    /** The workspace that a route with `perTeam` is about. */
    workspace: HttpWorkspace;
    /** The id of `?team=`; null: it was not given. Set on routes with `perTeam`. */
    askedTeam: string | null;
  }
}

/** A token of a workspace was used for another one, or for something of the operator's. */
class OtherTeam extends AccessRefused {
  override readonly code = 'ERR_OTHER_TEAM';
}

/** The refusal of what is the operator's. */
export const notOfTeam = (team: string): Error =>
  new OtherTeam(`The token is of the workspace ${team}, and this is for the operator of the program only.`);

/**
 * Returns a function that sets `request.workspace`, after the principal is known. It rejects for what a token of a workspace may not
 * reach, so that a route which does not declare `perTeam` is closed to all of them.
 */
export function createTeamChoice(workspaces: HttpWorkspaces) {
  /** Without several workspaces nothing is awaited. */
  return function chooseTeam(request: FastifyRequest): undefined | Error | Promise<undefined | Error> {
    const own = request.principal?.team ?? null;
    const isPerTeam = request.routeOptions.config.perTeam === true;
    if (own !== null && !isPerTeam) {
      return notOfTeam(own);
    }
    if (!isPerTeam) return undefined;
    const asked = takeTeam(request);
    if (asked instanceof Error) return asked;
    request.askedTeam = asked;
    if (own !== null) {
      if (asked !== null && asked !== own)
        return new OtherTeam(`The token is of the workspace ${own}, not of ${asked}.`);
      return choose(request, own);
    }
    if (asked === null || asked === workspaces.home().team()) {
      request.workspace = workspaces.home();
      return undefined;
    }
    return choose(request, asked);
  };

  async function choose(request: FastifyRequest, team: string): Promise<undefined | Error> {
    if (team === workspaces.home().team()) {
      request.workspace = workspaces.home();
      return undefined;
    }
    if (!workspaces.areSeveral || !(await workspaces.isInstalled(team))) {
      return new NotFound(
        `No workspace "${team}" has installed the app. GET /ultronex/workspaces lists those that have.`,
      );
    }
    request.workspace = workspaces.of(team);
    return undefined;
  }
}

/** Takes `team` out of the query: it is no parameter of a route. */
function takeTeam({ query }: FastifyRequest): string | null | InvalidQuery {
  const given = query as Record<string, unknown>;
  const { team } = given;
  if (team === undefined) return null;
  delete given.team;
  if (typeof team === 'string' && /^[TE][A-Z0-9]{1,30}$/.test(team)) return team;
  return new InvalidQuery(
    'team',
    `team "${String(team).slice(0, 50)}" is not the id of a workspace, such as T0123ABCD`,
  );
}
