import { createLineReader, type DockerReader } from '../../docker/index.ts';
import type { Clock } from '../../domain/clock.ts';
import { codeBlock } from '../../domain/code-block.ts';
import { cleanLine } from '../../lib/clean-line.ts';

/** Lines of a log that an incident shows. */
const shownLines = 20;
/** Limit of a section in Slack, characters. */
const mostCharacters = 3_000;
/** The rest of a longer log is not read. */
const mostBytes = 2 * 1024 * 1024;
const withinMs = 5_000;

const heading = 'The last lines of its log:';

/** Resolves with the last lines of a container's log in mrkdwn, without secrets; '' if there are none. Never rejects. */
export async function lastLines(
  docker: Pick<DockerReader, 'logs'>,
  { id, tty }: { id: string; tty: boolean },
  clock: Pick<Clock, 'after'>,
): Promise<string> {
  const ended = new AbortController();
  const cancel = clock.after(withinMs, () => ended.abort());
  const lines: string[] = [];
  try {
    const reader = createLineReader(tty);
    let bytes = 0;
    for await (const chunk of await docker.logs(id, { follow: false, tail: shownLines }, ended.signal)) {
      lines.push(...reader.push(chunk as Buffer).map(({ text }) => text));
      bytes += (chunk as Buffer).length;
      if (bytes > mostBytes) break;
    }
    lines.push(...reader.end().map(({ text }) => text));
  } catch {
    // The log cannot be read, for example with the logging driver `none`: what was read so far is shown.
  } finally {
    cancel();
    ended.abort();
  }
  const block = codeBlock(lines.slice(-shownLines).map(cleanLine), mostCharacters - heading.length - 1);
  return block === '' ? '' : `${heading}\n${block}`;
}
