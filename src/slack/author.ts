import type { IncomingMessage } from '../domain/event.ts';
import { deliveryEventType } from './find.ts';
import type { Identity } from './identity.ts';
import { type Json, object, objects, text } from './json.ts';

export type Author = Pick<IncomingMessage, 'user' | 'authorTeam' | 'authorName' | 'fromBot' | 'own'>;

/** Slack's own voice: reminders, notices. It has no bot id. */
const slackbot = 'USLACKBOT';

/** Who wrote a post; null: the post does not say. `envelope` carries the app that the event was sent to: ours. */
export function authorOf(post: Json, envelope: Json, me: Identity, team: string): Author | null {
  const user = text(post.user) ?? text(post.bot_id) ?? text(post.username);
  if (!user) return null;
  const authorTeam = text(post.user_team) ?? text(post.team) ?? team;
  const own = isOurs(post, envelope, me);
  const fromBot = own || text(post.bot_id) !== null || post.subtype === 'bot_message' || user === slackbot;
  // A mention of an app without a bot user shows nothing, and one of another workspace's user may not.
  const name = fromBot ? botName(post) : authorTeam === team ? null : profileName(post);
  return { user, authorTeam, ...(name && { authorName: name }), fromBot, ...(own && { own: true as const }) };
}

/**
 * Written by this program, or by another instance of it: by our user or app, or with the metadata that each of our posts
 * carries. Slack passes `event_type` on to every app and keeps `event_payload` for those that subscribe to it
 * (slackapi/python-slack-sdk#1501). Should it be missing, the buttons under a forward tell.
 */
function isOurs(post: Json, envelope: Json, me: Identity): boolean {
  const bot = text(post.bot_id);
  if (text(post.user) === me.botUser || (bot !== null && bot === me.botId)) return true;
  const app = text(envelope.api_app_id);
  const wroteIt = text(post.app_id) ?? text(object(post.bot_profile)?.app_id);
  if (app !== null && bot !== null && wroteIt === app) return true;
  if (object(post.metadata)?.event_type === deliveryEventType) return true;
  return bot !== null && hasOurButtons(post.blocks);
}

const forwardButton = /^command:(mute|stop)(:|$)/;

function hasOurButtons(blocks: unknown): boolean {
  return objects(blocks)
    .filter((block) => block.type === 'actions')
    .flatMap((block) => objects(block.elements))
    .some(({ action_id }) => typeof action_id === 'string' && forwardButton.test(action_id));
}

function botName(post: Json): string | null {
  return text(post.username) ?? text(object(post.bot_profile)?.name);
}

function profileName(post: Json): string | null {
  const profile = object(post.user_profile);
  return text(profile?.display_name) ?? text(profile?.real_name) ?? text(profile?.name);
}
