import type { IncomingMessage } from '../../src/domain/event.ts';
import { visibleText } from '../../src/domain/visible-text.ts';

let last = 0;

/** A plain post by U1 in the public channel C1. */
export function incoming(more: Partial<IncomingMessage> = {}): IncomingMessage {
  last += 1;
  const ts = more.ts ?? `1700000000.${String(last).padStart(6, '0')}`;
  const channel = more.channel ?? 'C1';
  return {
    kind: 'message',
    key: `T1:${channel}:${ts}`,
    trace: `trace-${last}`,
    team: 'T1',
    authorTeam: 'T1',
    channel,
    channelKind: 'channel',
    user: 'U1',
    botUser: 'UBOT',
    text: 'hello',
    visible: visibleText(more.text ?? 'hello'),
    ts,
    fromBot: false,
    files: [],
    permalink: 'https://acme.slack.com/archives/C1/p1',
    ...more,
  };
}
