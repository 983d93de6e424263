import { postChannels, type Settings } from '../../app/index.ts';
import {
  type ChannelFacts,
  channelStateName,
  judgeChannel,
  type NamedChannel,
  plainId,
  plainName,
} from '../../slack/named-channels.ts';
import { reasonOf } from '../api-client.ts';
import { type Finding, finder } from './finding.ts';

const find = finder('channel');
const timeoutMs = 5_000;
/** Most pages to read, of a thousand channels each. */
const mostPages = 20;

type Found = NonNullable<ChannelFacts['found']>;
type Remembered = (name: string) => Promise<string | null>;

/**
 * Checks that the channels named in SLACK_CHANNEL_LIST and in settings that messages are posted to exist and are usable.
 * @param remembered looks up a value of the store by name: the id of a channel that was renamed since
 */
export async function checkChannels(config: Settings, remembered: Remembered): Promise<Finding[]> {
  if (config.SLACK_BOT_TOKEN === undefined) return [];
  const listed = (config.SLACK_CHANNEL_LIST ?? '').split(',').flatMap((each) => each.trim() || []);
  const named: NamedChannel[] = [
    ...listed.map((written) => ({ setting: 'SLACK_CHANNEL_LIST', written })),
    ...postChannels(config),
  ];
  try {
    const channels = await readChannels(config.SLACK_API_URL, config.SLACK_BOT_TOKEN);
    if (typeof channels === 'string')
      return [find('warn', `conversations.list: ${channels}; channels were not checked`)];
    const judged = named.map(async (each) =>
      judgeChannel(each, { found: await channelOf(each.written, channels, remembered) }),
    );
    const problems = (await Promise.all(judged)).flatMap((each) => each ?? []);
    if (problems.length > 0) return problems.map(({ text }) => find('warn', text));
    return [
      find('ok', `every channel that a setting names is there (${named.map(({ written }) => written).join(', ')})`),
    ];
  } catch (error) {
    return [find('warn', `channels were not checked: ${reasonOf(error)}`)];
  }
}

async function channelOf(
  written: string,
  channels: ReadonlyMap<string, Found>,
  remembered: Remembered,
): Promise<Found | null> {
  const id = plainId(written);
  if (id !== null) return channels.get(id) ?? null;
  const found = [...channels.values()].filter(({ name }) => name === plainName(written));
  // A new channel may have the name of an archived one.
  const named = found.find(({ isArchived }) => !isArchived) ?? found[0];
  return named ?? channels.get((await remembered(channelStateName(plainName(written)))) ?? '') ?? null;
}

/** Returns the channels by id, or the error as a text. */
async function readChannels(api: string, token: string): Promise<Map<string, Found> | string> {
  const channels = new Map<string, Found>();
  let cursor = '';
  for (let page = 0; page < mostPages; page++) {
    const response = await fetch(new URL('conversations.list', api.replace(/\/*$/, '/')), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      redirect: 'manual',
      body: new URLSearchParams({ types: 'public_channel,private_channel', limit: '1000', cursor }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = (await response.json()) as Listing;
    if (!answer.ok) return answer.error ?? `HTTP ${response.status}`;
    for (const { id, name, is_member, is_private, is_archived } of answer.channels ?? []) {
      channels.set(id, { name, isMember: !!is_member, isPrivate: !!is_private, isArchived: !!is_archived });
    }
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return channels;
}

interface Listing {
  ok: boolean;
  error?: string;
  channels?: { id: string; name: string; is_member?: boolean; is_private?: boolean; is_archived?: boolean }[];
  response_metadata?: { next_cursor?: string };
}
