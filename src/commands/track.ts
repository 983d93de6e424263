import type { Subscription } from '../domain/subscription.ts';
import { escapeMrkdwn, slackDate } from '../domain/text.ts';
import type { BotCommand } from './command.ts';
import { heldLine, untilWhen } from './phrases.ts';
import { bullets, code, counted } from './words.ts';

export const track: BotCommand = {
  name: 'track',
  usage: 'track',
  summary: 'lists your patterns and says whether you are muted',
  run({ team, user }, tools) {
    const held = tools.tracking.heldBy(team, user);
    const muted = tools.tracking.muteOf(team, user);
    const lines = held.map((one) => `${heldLine(one)}, since ${slackDate(one.createdAt)}${pauseOf(one)}`);
    const patterns =
      held.length === 0
        ? `You hold no pattern. ${code('forward <pattern>')} starts one.`
        : `You hold ${counted(held.length, 'pattern')}, watched in ${tools.watched(team)} unless a channel is named:\n${bullets(lines)}`;
    const mute = muted ? `You are muted ${untilWhen(muted)}.` : 'You are not muted.';
    return { reply: `${patterns}\n${mute}` };
  },
};

function pauseOf({ paused }: Subscription): string {
  return paused === undefined ? '' : `, *paused*: ${escapeMrkdwn(paused)}. \`forward\` it again to go on`;
}
