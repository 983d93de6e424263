import type { Answer } from '../commands/index.ts';
import type { Stamp } from '../domain/compose.ts';
import type { NewDelivery } from '../domain/delivery.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { CommandReply } from '../ports/source.ts';
import type { UnitOfWork } from '../ports/unit-of-work.ts';
import { answer } from './act.ts';

export function replyOf({ reply, buttons, form, wrong, isPosted }: Answer): CommandReply {
  return { text: reply, buttons, ...(form && { form }), ...(wrong && { wrong }), ...(isPosted && { isPosted }) };
}

export function withOutcomes(reply: CommandReply | null, outcomes: readonly string[]): CommandReply {
  const text = [reply?.text ?? '', ...outcomes].filter((part) => part !== '').join('\n');
  return { ...reply, text };
}

/** A reply that only the author of the message sees, in the channel or direct message where it was written. */
export function privately(message: IncomingMessage, text: string, stamp: Stamp): NewDelivery {
  const delivery = answer(message, { text }, 'command', stamp);
  return message.channelKind === 'im' ? delivery : { ...delivery, onlyFor: message.user };
}

export function withAnswer(work: UnitOfWork, delivery: NewDelivery): UnitOfWork {
  const by = { ...work.counts?.by, replied_msg_count: (work.counts?.by.replied_msg_count ?? 0) + 1 };
  const counts = { team: delivery.team, by };
  return { ...work, counts, deliveries: [...(work.deliveries ?? []), delivery] };
}
