import { nearest } from './nearest.ts';

/** By field: names that other tools use for it, or that people try. */
const meanings: Record<string, readonly string[]> = {
  msg: ['message', 'body', 'payload'],
  text: ['message', 'content', 'body', 'markdown', 'msg'],
  channel: ['room', 'to', 'channelid', 'recipient', 'target'],
  title: ['subject', 'heading', 'header'],
  thread_ts: ['reply', 'replyto', 'parent', 'ts'],
  username: ['user', 'from', 'sender', 'author', 'botname'],
  icon_emoji: ['emoji', 'icon'],
  icon_url: ['avatar', 'avatarurl', 'image'],
  ttl: ['expires', 'expiresin', 'timeout', 'maxage'],
  payload: ['file', 'files', 'data', 'snippet'],
  q: ['search', 'query', 'text'],
  limit: ['count', 'size', 'perpage'],
  cursor: ['page', 'offset', 'after', 'next'],
  sample: ['text', 'message'],
};

/** Returns the known field that was probably meant, or null: `thread_ts` for `threadTs`, `thread` and `tread_ts`. */
export function nearestField(given: string, known: readonly string[]): string | null {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const word = plain(given.slice(0, 100));
  if (word === '') return null;
  return (
    known.find((name) => plain(name) === word) ??
    known.find((name) => meanings[name]?.includes(word)) ??
    nearest(given.slice(0, 100), known) ??
    (word.length < 3 ? null : known.find((name) => plain(name).startsWith(word) || word.startsWith(plain(name)))) ??
    null
  );
}
