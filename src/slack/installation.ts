import type { Identity } from './identity.ts';
import { type Json, objects, text } from './json.ts';

/**
 * The workspace that an event belongs to: the one of our installation. In a channel that another workspace hosts, the
 * envelope's `team_id` is the host's, and `authorizations` names an installation that sees the event:
 * https://docs.slack.dev/apis/events-api/#callback-field and https://docs.slack.dev/apis/slack-connect
 * The list holds one installation at most, which need not be ours when the app is installed in several workspaces of one
 * shared channel; `seesChannel` then tells whether our token sees it too.
 */
export function installationTeam(envelope: Json, me: Identity, seesChannel: () => boolean): string {
  const authorizations = objects(envelope.authorizations);
  const teams = authorizations.flatMap(({ team_id }) => text(team_id) ?? []);
  if (teams.length === 0 || teams.includes(me.team) || authorizations.some((one) => ofOurOrganisation(one, me))) {
    return me.team;
  }
  if (envelope.is_ext_shared_channel === true && seesChannel()) return me.team;
  return teams[0] ?? me.team;
}

/**
 * The workspace that an event is about, as programs outside know it. `installation`: the one that the event belongs to. One of a
 * whole organisation stands for several workspaces, and an authorization names that of the event; its `team_id` may be null.
 */
export function workspaceOf(envelope: Json, me: Identity, installation: string): string {
  if (me.orgInstall !== true || installation !== me.team) return installation;
  const ours = objects(envelope.authorizations).filter((one) => ofOurOrganisation(one, me));
  const given = [...ours.map(({ team_id }) => team_id), envelope.context_team_id, envelope.team_id].map(text);
  return given.find((id) => id?.startsWith('T')) ?? installation;
}

/** An app of the whole organisation has one installation, whichever of its workspaces an event comes from. */
function ofOurOrganisation({ is_enterprise_install, enterprise_id }: Json, me: Identity): boolean {
  if (is_enterprise_install !== true || me.orgInstall !== true) return false;
  return me.enterprise === undefined || text(enterprise_id) === me.enterprise;
}
