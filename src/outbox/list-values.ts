/** `web1`, `web2`, `web10` → `web{1,2,10}`, in at most `room` characters: those without room are counted. */
export function listValues(values: readonly string[], room: number): string {
  const prefix = commonPrefix(values);
  const suffix = commonSuffix(values.map((value) => value.slice(prefix.length)));
  const inner = inNaturalOrder(values.map((value) => value.slice(prefix.length, value.length - suffix.length)));
  const shown: string[] = [];
  let length = prefix.length + suffix.length + '{,… 10000 more}'.length;
  for (const value of inner) {
    length += value.length + 1;
    if (length > room) break;
    shown.push(value);
  }
  const missing = inner.length - shown.length;
  const list = missing === 0 ? shown : [...shown, `… ${missing} more`];
  return `${prefix}{${list.join(',')}}${suffix}`;
}

const collator = new Intl.Collator('en', { numeric: true });
const compareNaturally = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : 1);
const wholeNumber = /^(?:0|[1-9]\d{0,14})$/;

/** `2` before `10`. Numbers alone, the usual case, are sorted in a fraction of the time. */
function inNaturalOrder(values: string[]): string[] {
  if (!values.every((value) => wholeNumber.test(value))) return values.sort(compareNaturally);
  return Array.from(Float64Array.from(values, Number).sort(), String);
}

/** The beginning that all values share, without a part of a number or of a `<…>` at its end. */
function commonPrefix(values: readonly string[]): string {
  const [first = '', ...others] = values;
  let length = 0;
  while (length < first.length && others.every((value) => value[length] === first[length])) length += 1;
  const prefix = first.slice(0, length).replace(/[\p{N}\uD800-\uDBFF]+$/u, '');
  return prefix.startsWith('<') ? '' : prefix;
}

/** The end that all values share, without a part of a number or of a `<…>` at its beginning. */
function commonSuffix(values: readonly string[]): string {
  const [first = '', ...others] = values;
  let length = 0;
  while (length < first.length && others.every((value) => value.at(-1 - length) === first.at(-1 - length))) length += 1;
  const suffix = first.slice(first.length - length).replace(/^[\p{N}\uDC00-\uDFFF]+/u, '');
  return suffix.endsWith('>') ? '' : suffix;
}
