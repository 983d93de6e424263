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

/** An app of the whole organisation has one installation, whichever of its workspaces an event comes from. */
function ofOurOrganisation({ is_enterprise_install, enterprise_id }: Json, me: Identity): boolean {
  if (is_enterprise_install !== true || me.orgInstall !== true) return false;
  return me.enterprise === undefined || text(enterprise_id) === me.enterprise;
}
