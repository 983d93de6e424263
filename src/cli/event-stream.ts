/** An event of a stream, as in html.spec.whatwg.org, "Server-sent events". */
export interface ServerEvent {
  /** `message` for one without a name. */
  event: string;
  data: string;
  /** The last id that was sent; '' before the first one. */
  id: string;
}

/** The longest event, characters. */
const longestEvent = 4_194_304;

/**
 * Yields the events of a stream as they come. Comments and incomplete events are ignored.
 * @param heard called for every piece, also one with comments only @throws RangeError for an event that is too long
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  heard: () => void = () => {},
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let fields = { event: '', data: [] as string[] };
  let id = '';
  let length = 0;
  for await (const chunk of body) {
    heard();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        const { event, data } = fields;
        fields = { event: '', data: [] };
        length = 0;
        if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id };
        continue;
      }
      const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      length += value.length;
      if (name === 'data') fields.data.push(value);
      else if (name === 'event') fields.event = value;
      else if (name === 'id') id = value;
    }
    if (length + rest.length > longestEvent) throw new RangeError('an event of the stream is longer than 4 MiB');
  }
}
