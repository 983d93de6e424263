import { isMap, isSeq, type Node } from 'yaml';
import { type Entry, nodeKind, type YamlReader } from '../yaml-files/index.ts';
import type { Trigger, TriggerReply } from './pack.ts';
import { onlyEmoji, wordsOf } from './tokens.ts';
import { readSeconds, textOf } from './values.ts';

/** Slack truncates longer texts. */
const longestReply = 3000;
/** Most replies of a pack; a list that several triggers share counts for each. */
const mostReplies = 20_000;

/** Parses `triggers`. @param seconds the pack's cool-down, the default of its replies */
export function readTriggers(yaml: YamlReader, entry: Entry, seconds: number): Trigger[] {
  if (!isMap(entry.value) || entry.value.items.length === 0) {
    const found = isMap(entry.value) ? 'empty' : nodeKind(entry.value);
    yaml.refuse(entry.at, `"triggers" is a map of trigger words to lists of replies, this is ${found}`);
    return [];
  }
  const firstWith = new Map<string, Entry>();
  let replies = 0;
  return yaml.entries(entry.value).map((one) => {
    const emoji = onlyEmoji(one.key);
    const trigger: Trigger = { written: one.key, emoji, words: emoji === null ? wordsOf(one.key) : [], replies: [] };
    const key = foldedKey(trigger);
    const first = firstWith.get(key);
    if (key === '') yaml.refuse(one.at, `trigger "${one.key}" has no letter, digit or emoji in it`);
    else if (first) yaml.refuse(one.at, sameTrigger(one.key, first.key, yaml.lineOf(first.at)));
    else firstWith.set(key, one);
    // A YAML alias repeats a list for many triggers, so the file's size does not limit the number of replies.
    replies += isSeq(one.value) ? one.value.items.length : 0;
    if (replies > mostReplies) {
      if (yaml.problems.length === 0)
        yaml.refuse(one.at, `there are more than ${mostReplies} replies in all. Split the pack`);
      return trigger;
    }
    trigger.replies = readReplies(yaml, one, seconds);
    return trigger;
  });
}

function sameTrigger(key: string, first: string, line: number): string {
  const why = key === first ? '' : ' when case, accents and punctuation do not count';
  return `trigger "${key}" is the same as "${first}" in line ${line}${why}. Put their replies together`;
}

/** Returns a key that is equal for triggers which match the same texts. */
export function foldedKey(trigger: Pick<Trigger, 'emoji' | 'words'>): string {
  return trigger.emoji === null ? trigger.words.map((word) => word.folded).join(' ') : `:${trigger.emoji}:`;
}

function readReplies(yaml: YamlReader, entry: Entry, seconds: number): TriggerReply[] {
  if (!isSeq(entry.value) || entry.value.items.length === 0) {
    const found = isSeq(entry.value) ? 'an empty list' : nodeKind(entry.value);
    yaml.refuse(entry.at, `trigger "${entry.key}" needs a list of replies, this is ${found}. Begin each with a dash`);
    return [];
  }
  const seen = new Set<string>();
  return yaml.items(entry.value).map((item) => {
    const reply = readReply(yaml, item, entry, seconds);
    if (seen.has(reply.text)) yaml.refuse(item, `trigger "${entry.key}" has this reply twice. Keep one of them`);
    if (reply.text !== '') seen.add(reply.text);
    return reply;
  });
}

function readReply(yaml: YamlReader, item: Node | null, trigger: Entry, seconds: number): TriggerReply {
  if (!isMap(item)) return { text: readText(yaml, item, item ?? trigger.at), cooldownMs: seconds * 1000 };
  const fields = yaml.fields(item, ['text', 'cooldown']);
  if (!fields.text) yaml.refuse(item, 'a reply with a cool-down needs a "text"');
  const text = fields.text ? readText(yaml, fields.text.value, fields.text.at) : '';
  return { text, cooldownMs: (fields.cooldown ? readSeconds(yaml, fields.cooldown) : seconds) * 1000 };
}

function readText(yaml: YamlReader, node: Node | null, at: Node | null): string {
  const text = textOf(node)?.trim();
  yaml.warnOfComments(node);
  if (text === undefined) yaml.refuse(at, `a reply is a text, this is ${nodeKind(node)}. Put it in quotes`);
  else if (text === '') yaml.refuse(at, 'a reply is empty. Write it or remove its dash');
  else if (text.length > longestReply) {
    yaml.refuse(at, `a reply has ${text.length} characters, more than ${longestReply}. Shorten it`);
  }
  return text ?? '';
}
