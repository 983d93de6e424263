/** Longest line, characters. Logplex cuts lines at 10,000 bytes. */
const longestLine = 16_384;

/**
 * Takes the bytes of a log session and returns the lines that they complete. Letters and lines may be split anywhere. A line
 * without its end is not returned: the next session has it whole.
 */
export type Records = (chunk: Uint8Array) => string[];

/** Returns the reader for a content type: Cedar sends lines as plain text, Fir sends server-sent events. */
export const recordsOf = (contentType: string): Records =>
  /^text\/event-stream\b/i.test(contentType.trim()) ? eventRecords() : lineRecords();

function lineRecords(): Records {
  const decoder = new TextDecoder();
  let rest = '';
  /** The line that is being read was longer than allowed: its end is dropped. */
  let isCut = false;

  function take(text: string): string[] {
    const lines = text.split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    const found = lines.map((line, at) => {
      const wasCut = at === 0 && isCut;
      return shortened(line.endsWith('\r') ? line.slice(0, -1) : line, wasCut);
    });
    if (found.length > 0) isCut = false;
    if (rest.length > longestLine) {
      rest = rest.slice(0, longestLine);
      isCut = true;
    }
    return found;
  }

  return (chunk) => take(decoder.decode(chunk, { stream: true }));
}

const shortened = (line: string, wasCut: boolean) =>
  wasCut || line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;

/** Most lines of one event. */
const mostOfEvent = 1_000;

/** https://html.spec.whatwg.org/multipage/server-sent-events.html: only the field `data` counts. */
function eventRecords(): Records {
  const lines = lineRecords();
  const data: string[] = [];
  const take = (fields: string[]) =>
    fields.flatMap((field) => {
      if (field === '') return data.splice(0);
      const [, text] = /^data:? ?(.*)$/s.exec(field) ?? [];
      if (text !== undefined && data.length < mostOfEvent) data.push(text);
      return [];
    });
  return (chunk) => take(lines(chunk));
}
