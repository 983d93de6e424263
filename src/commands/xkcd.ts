import type { BotCommand, CommandTools } from './command.ts';

/** Published in 2025, so it exists; used when xkcd does not answer. */
const newestIRemember = 3100;
/** There is no comic 404: the author skipped it as a joke about the status code. */
const missing = 404;

export const xkcd: BotCommand = {
  name: 'xkcd',
  usage: 'xkcd [n]',
  summary: 'links a comic, the one you name or any',
  async run({ args }, tools) {
    const written = args.replace(/^#/, '');
    if (written === '') return { reply: await anyComic(tools) };
    const wanted = /^\d{1,9}$/.test(written) ? Number(written) : 0;
    if (wanted >= 1 && wanted <= newestIRemember && wanted !== missing) return { reply: link(wanted) };
    return { reply: await unusualComic(wanted, tools) };
  },
};

async function anyComic(tools: CommandTools): Promise<string> {
  const newest = await askNewest(tools);
  const upTo = newest ?? newestIRemember;
  const picked = 1 + Math.floor(tools.random() * (upTo > missing ? upTo - 1 : upTo));
  const comic = link(picked >= missing && upTo > missing ? picked + 1 : picked);
  return newest === null ? `${comic} (xkcd did not answer, so this is one of the ${upTo} I remember.)` : comic;
}

async function unusualComic(wanted: number, tools: CommandTools): Promise<string> {
  const newest = await askNewest(tools);
  if (wanted === missing) return `There is no comic ${missing}; its number is the joke. ${range(newest)}`;
  if (wanted > newestIRemember && newest === null) {
    return `${link(wanted)} (xkcd did not answer, so I cannot tell whether it exists.)`;
  }
  return wanted >= 1 && newest !== null && wanted <= newest ? link(wanted) : range(newest);
}

function range(newest: number | null): string {
  if (newest !== null) return `Comics go from 1 to ${newest}, for example \`xkcd 327\`.`;
  return `Comics go from 1 to ${newestIRemember} at least (xkcd did not answer), for example \`xkcd 327\`.`;
}

/** Resolves with null when xkcd does not answer with the number of a comic. */
async function askNewest(tools: CommandTools): Promise<number | null> {
  const newest = await tools.latestXkcd().catch(() => null);
  return Number.isSafeInteger(newest) && Number(newest) >= 1 ? newest : null;
}

function link(comic: number): string {
  return `https://xkcd.com/${comic}/`;
}
