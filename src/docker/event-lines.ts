import type { DockerEvent } from './types.ts';

/** Parses a stream of JSON objects, one per line. */
export async function* eventsIn(stream: AsyncIterable<Buffer>): AsyncGenerator<DockerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as DockerEvent;
  }
}
