import type { NamingProblem, PostChannel } from '../domain/naming.ts';
import { isChannelId } from '../domain/slack-ids.ts';

/** A channel as a setting, or a pattern's `in #channel`, names it. */
export interface NamedChannel {
  /** Present where messages are posted to it; the others are only read. */
  whenMissing?: PostChannel['whenMissing'];
  setting: string;
  /** `#ops`, `ops` or an id. */
  written: string;
}

/** A channel as Slack describes it. */
export interface ChannelFacts {
  /** Null: there is none that the bot can see. */
  found: { name: string; isMember: boolean; isPrivate: boolean; isArchived: boolean } | null;
}

/** Names are lower case in Slack: https://docs.slack.dev/reference/methods/conversations.create#naming */
export function plainName(written: string): string {
  return written.trim().replace(/^#/, '').toLowerCase();
}

/** The id in `C012AB3CD` or `<#C012AB3CD|ops>`; null for a name. */
export function plainId(written: string): string | null {
  const id = written.trim().replace(/^<#([^|>]+).*>$/, '$1');
  return isChannelId(id) ? id : null;
}

/** Under which the store remembers the id that a channel's name had when it was last seen. */
export const channelStateName = (name: string): string => `slack:channel:${name}`;

/** Returns the problem of a channel that a setting names; null: there is none. */
export function judgeChannel(asked: NamedChannel, { found }: ChannelFacts): NamingProblem | null {
  const { setting, written, whenMissing } = asked;
  const id = plainId(written);
  const channel = id ?? `#${plainName(written)}`;
  const told = (problem: NamingProblem['problem'], text: string) => ({ setting, channel, problem, text });
  const where = setting === 'patterns' ? `patterns are watched in ${channel}` : `${setting} names ${channel}`;
  if (found === null) {
    return told('missing', `${where}, and I can see no such channel. ${missingRemedy(asked)}`);
  }
  const named = id === null ? channel : `${channel} (#${found.name})`;
  if (found.isArchived) {
    return told('archived', `${where}, and ${named} is archived. Unarchive it, or name another one.`);
  }
  // Posting to a public channel needs no membership (chat:write.public); hearing what is written there does.
  if (!found.isMember && (whenMissing === undefined || found.isPrivate)) {
    return told('not_member', `${where}, and I am not a member of ${named}. Write /invite @ultronex there.`);
  }
  if (id === null && found.name !== plainName(written)) {
    return told('renamed', `${where}, which is called #${found.name} now. I follow it; write the new name.`);
  }
  return null;
}

function missingRemedy({ setting, whenMissing }: NamedChannel): string {
  if (whenMissing !== undefined) return whenMissing;
  if (setting === 'patterns')
    return 'It was deleted, or I was removed from it. Invite me again, or stop those patterns.';
  return 'Correct the name, or invite me if it is private.';
}
