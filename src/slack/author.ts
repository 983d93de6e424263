import type { IncomingMessage } from '../domain/event.ts';
import type { Identity } from './identity.ts';
import { type Json, object, objects, text } from './json.ts';
import { deliveryEventType } from './metadata.ts';

export type Author = Pick<IncomingMessage, 'user' | 'authorTeam' | 'authorName' | 'fromBot' | 'own'>;

/** The user of Slack's own reminders and notices, which has no bot id. */
const slackbot = 'USLACKBOT';

/**
 * Returns the author of a post; null when the post has none. `envelope` names the app that the event was sent to,
 * which is ours.
 */
export function authorOf(post: Json, envelope: Json, me: Identity, team: string): Author | null {
  const user = text(post.user) ?? text(post.bot_id) ?? text(post.username);
  if (!user) return null;
  const authorTeam = text(post.user_team) ?? text(post.team) ?? team;
  const own = isOurs(post, envelope, me);
  const fromBot = own || text(post.bot_id) !== null || post.subtype === 'bot_message' || user === slackbot;
  // A mention shows nothing for an app without a bot user, and may show nothing for a user of another workspace.
  const name = fromBot ? botName(post) : authorTeam === team ? null : profileName(post);
  return { user, authorTeam, ...(name && { authorName: name }), fromBot, ...(own && { own: true as const }) };
}

/**
 * Returns whether this program, or another instance of it, wrote a post: it has our user or app, or the metadata of
 * our posts. Slack passes `event_type` on to every app and keeps `event_payload` for those that subscribe to it
 * (slackapi/python-slack-sdk#1501). If it is missing, the buttons under a forward show it.
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
