import type { FakeReply } from '../http-server.ts';
import { refusal } from './errors.ts';

const sizeOfPage = 200;
const mostOfPage = 1_000;

/**
 * A list as the Platform API pages it: `Range: version 3..; max=5, order=desc`. `properties` are those it may be sorted by,
 * the first by default. A list that has more gets 206 and Next-Range, whose `]` leaves out the value after it.
 */
export function page(list: object[], range: string | undefined, properties: string[]): FakeReply {
  const whole = range ?? `${properties[0]} ..`;
  const pattern = /^(\w+)\s+([[\]]?)([^\s;\][]*?)\.\.([^\s;\][]*)([[\]]?)\s*(?:;\s*(.*))?$/;
  const [, property = '', open = '', first = '', last = '', , rest = ''] = pattern.exec(whole) ?? [];
  const options = new Map(rest.split(/[,;]\s*/).map((part) => part.split('=', 2) as [string, string]));
  const max = Number(options.get('max') ?? sizeOfPage);
  const order = options.get('order') ?? 'asc';
  const valid = Number.isInteger(max) && max >= 1 && max <= mostOfPage && ['asc', 'desc'].includes(order);
  if (!properties.includes(property) || !valid) {
    return refusal(416, 'requested_range_not_satisfiable', `Couldn't satisfy the requested range '${whole}'.`);
  }
  const keyOf = (each: object) => (each as Record<string, string | number>)[property] ?? '';
  const direction = order === 'desc' ? -1 : 1;
  const sorted = list.toSorted((a, b) => direction * compare(keyOf(a), keyOf(b)));
  const wanted = sorted.filter((each) => {
    const fromFirst = first === '' ? 1 : direction * compare(keyOf(each), first);
    const toLast = last === '' ? -1 : direction * compare(keyOf(each), last);
    return (open === ']' ? fromFirst > 0 : fromFirst >= 0) && toLast <= 0;
  });
  const shown = wanted.slice(0, max);
  const [start, end] = [shown[0], shown.at(-1)];
  const headers: Record<string, string> = { 'accept-ranges': properties.join(', ') };
  if (start !== undefined && end !== undefined) headers['content-range'] = `${property} ${keyOf(start)}..${keyOf(end)}`;
  const more = wanted.length > shown.length && end !== undefined;
  if (more) headers['next-range'] = `${property} ]${keyOf(end)}..${last}; max=${max}, order=${order}`;
  return { status: more ? 206 : 200, headers, body: JSON.stringify(shown) };
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number') return a - Number(b);
  return a < String(b) ? -1 : Number(a > String(b));
}
