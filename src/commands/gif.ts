import { escapeMrkdwn, unescapeMrkdwn } from '../domain/text.ts';
import type { BotCommand } from './command.ts';
import { code, unlink } from './words.ts';

/** Search words for `gif` without one. */
const categories = ['robot', 'high five', 'well done', 'cat', 'coffee', 'success', 'dance', 'rocket'] as const;
/** Giphy refuses longer search words. */
const longestCategory = 50;

export const gif: BotCommand = {
  name: 'gif',
  usage: 'gif [category]',
  summary: 'shows a GIF for a word, or any',
  async run({ args }, tools) {
    if (!tools.findGif) return { reply: 'GIFs need a Giphy key: set GIPHY_API_KEY and start me again.' };
    const any = categories[Math.floor(tools.random() * categories.length)] ?? categories[0];
    const category = [...unescapeMrkdwn(unlink(args))].slice(0, longestCategory).join('').trim() || any;
    try {
      const found = await tools.findGif(category);
      return {
        reply: found === null ? `Giphy has nothing for ${code(category)}. Try another word.` : escapeMrkdwn(found),
      };
    } catch {
      return { reply: 'Giphy did not answer. Please try again in a minute.' };
    }
  },
};
