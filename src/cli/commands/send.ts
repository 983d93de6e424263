import type { Answer } from '../../api/index.ts';
import { defineCommand, exit, type Io, UsageError } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';
import { readAll, readFileText } from '../input.ts';
import { waitForEnd } from '../wait.ts';

export const send = defineCommand({
  name: 'send',
  summary: 'Post a message to Slack through the running program. Prints its id, or with --wait its permalink.',
  usage: '<channel> [text|-] [options], or --to NAME [text|-]',
  options: {
    to: { type: 'string', value: 'NAME', description: 'A destination besides Slack, in place of the channel: mail.' },
    title: { type: 'string', value: 'TITLE', description: 'Shown in bold above the text.' },
    payload: {
      type: 'string',
      value: 'FILE|-',
      description:
        'Uploaded as a snippet in the thread of the message: as JSON if it is a JSON object or list, else as text.',
    },
    'no-escape': {
      type: 'boolean',
      description: 'Take & < > as Slack’s control characters (links, mentions) instead of showing them.',
    },
    username: { type: 'string', value: 'NAME', description: 'Shown in place of the bot’s name.' },
    'icon-emoji': { type: 'string', value: ':EMOJI:', description: 'Shown in place of the bot’s picture.' },
    thread: { type: 'string', value: 'TS', description: 'Reply in the thread of this message.' },
    'idempotency-key': {
      type: 'string',
      value: 'KEY',
      description: 'With the same key, several runs post one message only.',
    },
    'no-merge': {
      type: 'boolean',
      description: 'Never merge it with similar messages, however far the channel falls behind.',
    },
    ttl: {
      type: 'string',
      value: 'SECONDS',
      description: 'Give up if it is not sent within this time; default: MESSAGE_TTL_SECONDS.',
    },
    wait: { type: 'boolean', description: 'Wait until it is sent; exit code 1 if it is not.' },
    ...connectionOptions,
  },
  words: [0, 2],
  async run({ values, words, io }) {
    const [channel, written] = values.to === undefined ? words : [undefined, ...words];
    if (values.to === undefined && channel === undefined) throw new UsageError('something is missing: send <channel>');
    if (values.to !== undefined && words.length > 1)
      throw new UsageError('--to and a channel are both given; keep one of them');
    const fromStdin = written === '-' || (written === undefined && !io.stdin.isTTY);
    if (written === undefined && io.stdin.isTTY)
      throw new UsageError('there is no text; write one, or - to read stdin');
    if (fromStdin && values.payload === '-') throw new UsageError('text and payload cannot both come from stdin');
    const text = fromStdin ? (await readAll(io.stdin)).trimEnd() : (written ?? '');
    if (text.trim() === '') throw new UsageError('the text is empty');

    const payload = values.payload === undefined ? undefined : await readPayload(values.payload, io);
    const client = connect(values, io);
    const key = values['idempotency-key'];
    const { id } = await client.call<Answer<'/ultronex/slack', 'post'>>(
      'POST',
      '/slack',
      {
        msg: {
          channel,
          to: values.to,
          text,
          title: values.title,
          payload,
          escape: values['no-escape'] ? undefined : true,
          username: values.username,
          icon_emoji: values['icon-emoji'],
          thread_ts: values.thread,
          merge: values['no-merge'] ? false : undefined,
          ttl: values.ttl === undefined ? undefined : seconds(values.ttl),
        },
      },
      key === undefined ? {} : { 'idempotency-key': key },
    );
    io.out(values.wait ? await waitForEnd(client, id, io.err) : id);
    return exit.ok;
  },
});

/** Parses seconds; the API checks the range. @throws UsageError */
function seconds(ttl: string): number {
  if (!/^\d{1,9}$/.test(ttl)) throw new UsageError(`--ttl is a number of seconds; "${ttl}" is not`);
  return Number(ttl);
}

async function readPayload(from: string, io: Io): Promise<unknown> {
  const text = from === '-' ? await readAll(io.stdin) : await readFileText(from);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}
