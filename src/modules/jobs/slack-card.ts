import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { codeBlock } from '../../domain/code-block.ts';
import { compose, type Stamp } from '../../domain/compose.ts';
import type { Delivery, NewDelivery } from '../../domain/delivery.ts';
import { inSlack } from '../../domain/destination.ts';
import { NotFound, WrongState } from '../../domain/errors.ts';
import { isEnded, type Job } from '../../domain/job.ts';
import { cleanLine, longestCleanLine, withoutSecrets } from '../../lib/clean-line.ts';
import { createTurns } from '../../lib/turns.ts';
import type { JobStore } from '../../ports/job-store.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import type { AcceptStore, UnitOfWork } from '../../ports/unit-of-work.ts';
import { lastLines } from './last-lines.ts';
import { storedText } from './output-text.ts';
import { cardOf, shortId, type UserNames } from './slack-text.ts';
import { unfinishedJobs } from './unfinished.ts';

export interface JobCardParts {
  store: AcceptStore & JobStore & Pick<LedgerStore, 'delivery'>;
  /** Whether this program follows the jobs of the store; another one edits the messages otherwise. */
  leads(): boolean;
  team(): string;
  names: UserNames;
  stamp(): Stamp;
  log: Logger;
}

/** The messages in Slack that show runs, each with its output in a thread. */
export interface JobCards {
  /** Makes the message of a new run. */
  cardOf(job: Job & { card: string }, channel: string): NewDelivery;
  /** Begins to notice what changes. */
  start(): void;
  /** Edits the messages of runs that changed. To be called every `roundMs`. */
  round(): Promise<void>;
  /** Shows the end of a run, once: a repeated call changes nothing. @throws StoreUnavailable */
  tellEnd(job: Job): Promise<void>;
}

/** Time between edits of a run's messages. Milliseconds. */
export const roundMs = 3_000;
/** Slack takes about 50 edits a minute from an app: https://docs.slack.dev/apis/web-api/rate-limits */
const mostEditsOfARound = 2;
/** Runs that are looked at in a round. */
const mostLookedAt = 50;
/** Runs whose change is remembered. The end of a run is told without it. */
const mostChanged = 2_000;
/** Lines and characters of the output's message. */
const mostLines = 40;
const mostCharacters = 2_900;

export function createJobCards({ store, leads, team, names, stamp, log }: JobCardParts): JobCards {
  /** Ids of runs that changed since their messages were looked at, the oldest change first. */
  const changed = new Set<string>();
  const inTurn = createTurns();
  let led = false;

  function note(id: string): void {
    if (changed.size < mostChanged) changed.add(id);
  }

  /** Notes all runs: this program did not hear of changes while it did not follow them. */
  async function noteUnfinished(): Promise<void> {
    for await (const job of unfinishedJobs(store)) if (job.card !== null && !isEnded(job)) note(job.id);
  }

  /** Resolves with the number of messages that are posted or edited. */
  async function refresh(id: string): Promise<number> {
    const job = await store.job(team(), id);
    if (job?.card == null || isEnded(job)) return 0;
    const card = await store.delivery(job.card);
    if (card === null || !isShown(card)) return 0;
    const content = cardOf(job, names);
    const { deliveries, edits } = await outputUnit(job, card);
    if (card.text !== content.text) edits.push({ id: card.id, content });
    if (deliveries.length + edits.length === 0) return 0;
    const key = deliveries.length > 0 ? { key: `job:output ${id}` } : {};
    await store.accept({ ...key, deliveries, edits });
    return deliveries.length + edits.length;
  }

  /** The message with the last lines: a new one, an edit, or nothing. */
  async function outputUnit(job: Job, card: Delivery) {
    const { text, isWhole } = await outputText(job.id);
    const id = outputOf(card.id);
    const unit = { deliveries: [] as NewDelivery[], edits: [] as NonNullable<UnitOfWork['edits']>, isWhole };
    if (text === '') return unit;
    const posted = await store.delivery(id);
    if (posted === null) unit.deliveries.push(inThread(card, { id, text }));
    else if (posted.text !== text && isShown(posted)) unit.edits.push({ id, content: { text } });
    return unit;
  }

  async function outputText(id: string): Promise<{ text: string; isWhole: boolean }> {
    const { lines, last } = await lastLines(store, id, mostLines);
    const block = codeBlock(
      lines.map(({ text }) => cleanLine(text)),
      mostCharacters,
    );
    if (block === '') return { text: '', isWhole: last <= lines.length };
    const count = block.split('\n').length - 2;
    const isWhole = count === last && lines.every(({ text }) => text.length <= longestCleanLine);
    return { text: count === last ? block : `The last ${count} of ${last} lines:\n${block}`, isWhole };
  }

  function inThread(card: Delivery, message: Pick<NewDelivery, 'text'> & Partial<NewDelivery>): NewDelivery {
    const { team, destination, id: replyTo, trace } = card;
    return compose(stamp(), { team, destination, replyTo, trace, source: 'jobs', ...message });
  }

  async function endUnit(job: Job & { card: string }): Promise<UnitOfWork | null> {
    const card = await store.delivery(job.card);
    if (card === null || !isShown(card)) return null;
    const { deliveries, edits, isWhole } = await outputUnit(job, card);
    edits.push({ id: card.id, content: cardOf(job, names) });
    if (isWhole) return { deliveries, edits };
    const blob = stamp().newId();
    const name = `${fileWord(job)}-${shortId(job.id)}.txt`;
    deliveries.push(inThread(card, { text: 'The output that is kept:', attachments: [{ blob, name }] }));
    return { deliveries, edits, blobs: [{ id: blob, bytes: await fileOf(job.id) }] };
  }

  async function fileOf(id: string): Promise<Uint8Array> {
    const parts: string[] = [];
    for await (const text of storedText(store, id)) parts.push(text.split('\n').map(withoutSecrets).join('\n'));
    return Buffer.from(parts.join(''));
  }

  return {
    cardOf: (job, channel) =>
      compose(stamp(), {
        ...{ id: job.card, ...cardOf(job, names), team: job.team, destination: inSlack(channel) },
        ...{ source: 'jobs', trace: job.trace },
      }),

    start() {
      store.onJob((job) => {
        if (job.card !== null && !isEnded(job)) note(job.id);
      });
      store.onOutput(note);
    },

    async round() {
      const leading = leads();
      if (leading && !led) await noteUnfinished();
      led = leading;
      if (!leading) return changed.clear();
      let edits = 0;
      for (const id of [...changed].slice(0, mostLookedAt)) {
        if (edits >= mostEditsOfARound) break;
        changed.delete(id);
        try {
          edits += await inTurn(id, () => refresh(id));
        } catch (error) {
          // The message is gone, or was changed at the same moment.
          if (!(error instanceof WrongState) && !(error instanceof NotFound)) throw error;
        }
      }
    },

    async tellEnd(job) {
      const { card, id } = job;
      if (card === null) return;
      changed.delete(id);
      await inTurn(id, async () => {
        const unit = await endUnit({ ...job, card });
        if (unit === null) return;
        try {
          await store.accept({ ...unit, key: `job:end ${id}` });
        } catch (error) {
          if (!(error instanceof WrongState) && !(error instanceof NotFound)) throw error;
          log.info({ err: error, job: id }, 'the message of a run is gone, so its end is not shown');
        }
      });
    },
  };
}

/** Whether a message is, or will be, in Slack. */
function isShown({ state, pending }: Delivery): boolean {
  return pending !== 'delete' && (state === 'queued' || state === 'sending' || state === 'sent');
}

/** Returns the id of the message with the output, as a UUID: it is the same after a restart. */
function outputOf(card: string): string {
  const hex = createHash('sha256').update(`output of ${card}`).digest('hex');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

const fileWord = ({ name, place }: Job) =>
  (name ?? (place.target === 'process' ? place.file : place.target)).replace(/[^\w.-]+/g, '-').slice(0, 60);
