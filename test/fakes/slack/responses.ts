import { ApiError } from './errors.ts';
import type { Exchange } from './http.ts';
import { jsonReply } from './http.ts';
import { readContent } from './methods/chat.ts';
import type { Serving } from './serve.ts';
import type { FakeChannel, FakeResponse, FakeTeam, Json } from './types.ts';
import type { World } from './world.ts';

const mostUses = 5;
const lifetimeMs = 30 * 60_000;

interface Link {
  url: string;
  received: FakeResponse[];
  team: FakeTeam;
  channel: FakeChannel;
  user: string;
  /** The message whose button was pressed. */
  origin: string | undefined;
  openedAt: number;
}

/** The response_urls: five uses in thirty minutes each. */
export function createResponses(
  world: World,
  baseUrl: () => string,
  serve: (exchange: Exchange, serving: Serving) => Promise<void>,
) {
  const links = new Map<string, Link>();

  function open(team: FakeTeam, channel: FakeChannel, user: string, origin?: string): Link {
    const id = world.nextId('R');
    const url = `${baseUrl()}/response/${id}`;
    const link: Link = { url, received: [], team, channel, user, origin, openedAt: world.now() };
    links.set(id, link);
    return link;
  }

  /** What a reply looks like in the channel: seen by one user, or by all with `response_type: in_channel`. */
  function show(team: FakeTeam, channel: FakeChannel, user: string, body: Json): void {
    if (!body.text && !body.blocks && !body.attachments) return;
    const seenBy = body.response_type === 'in_channel' ? {} : { ephemeralTo: user };
    const author = { byBot: true, user: team.botUserId, bot_id: team.botId };
    world.addPost({ ...readContent(body), ...author, ...seenBy, team: team.id, channel: channel.id });
  }

  function receive(link: Link | undefined, body: Json): void {
    if (!link) throw new ApiError('invalid_url', {}, { status: 404 });
    const over = link.received.length >= mostUses || world.now() - link.openedAt > lifetimeMs;
    if (over) throw new ApiError('used_url', {}, { status: 404 });
    const { url, channel, user, team } = link;
    const response = { url, channel: channel.id, user, body, at: world.now() };
    link.received.push(response);
    world.responses.push(response);
    const origin = link.origin ? world.findPost(team.id, channel.id, link.origin) : undefined;
    if (origin && body.delete_original === true) origin.deleted = true;
    else if (origin && body.replace_original === true) Object.assign(origin, readContent(body));
    else show(team, channel, user, body);
    world.changed();
  }

  async function handle(exchange: Exchange, id: string): Promise<void> {
    const link = links.get(id);
    let body: Json = {};
    try {
      body = JSON.parse(exchange.body.toString('utf8'));
    } catch {
      body = {};
    }
    const args = { ...body, channel: link?.channel.id };
    const work = () => {
      receive(link, body);
      return jsonReply({ ok: true });
    };
    await serve(exchange, { method: 'response_url', token: undefined, team: link?.team, args, work });
  }

  return { open, show, handle };
}
