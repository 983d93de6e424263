import { resolve } from 'node:path';
import type { NewsStore } from '../ports/news-store.ts';
import { aboutFolder, createReplies, type Replies, type ReplyUse, watchPacks } from '../replies/index.ts';
import type { Settings } from './index.ts';
import type { Runtime } from './runtime.ts';

/** By this the programs on a store tell one another which replies they used. */
const topic = 'reply';

/** Reads the packs of REPLIES_DIR. When replies are on (`isOn`), reads a pack again after it changed. */
export async function openReplies(
  config: Settings,
  isOn: boolean,
  news: NewsStore,
  runtime: Runtime,
): Promise<Replies> {
  const { clock, random, log, metrics, onStop } = runtime;
  const replies = createReplies({
    ...{ packs: [], now: clock.monotonic, random },
    onUse: (use) => news.tell(topic, use),
  });
  news.onTold(topic, (use) => replies.usedElsewhere(use as ReplyUse));
  const packs = await watchPacks({
    dir: config.REPLIES_DIR,
    onPacks: (all) => replies.replace(all),
    onWarning: (warning) => log.warn(warning, 'a reply pack says something else than it shows'),
    onFolder: (problem) => log[problem ? 'warn' : 'info'](aboutFolder(resolve(config.REPLIES_DIR), problem)),
    checkMs: isOn ? undefined : null,
    onError(error) {
      metrics.replyPackErrors.inc();
      log.error({ err: error }, 'a reply pack is refused; the old one stays');
    },
  });
  onStop('reply packs', () => packs.stop());
  return replies;
}
