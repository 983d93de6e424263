const plain = 0;
const markup = 1;
const mark = 2;
const colon = 3;
const nameSign = 4;
const letter = 5;

let kinds: Uint8Array | undefined;

function kindTable(): Uint8Array {
  if (kinds !== undefined) return kinds;
  const table = new Uint8Array(128);
  kinds = table;
  const set = (chars: string, kind: number) => {
    for (const char of chars) table[char.charCodeAt(0)] = kind;
  };
  set('&<`', markup);
  set('*_~', mark);
  set(':', colon);
  set("+'-", nameSign);
  set('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', letter);
  return table;
}

const firstLook = /[&<`:*_~\u0080-\uffff]/;

/**
 * Whether a text is ASCII without anything that mrkdwn could mean otherwise: entities, `<…>`, code, a mark of formatting
 * that does not follow a letter or digit, an emoji's name. One pass, since every message goes through here.
 */
export function isPlainAscii(text: string): boolean {
  const first = text.search(firstLook);
  if (first === -1) return true;
  const table = kindTable();
  let before = first === 0 ? plain : (table[text.charCodeAt(first - 1)] as number);
  /** Since the last colon there were only characters of an emoji's name. */
  let named = false;
  for (let at = first; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 127) return false;
    const kind = table[unit] as number;
    if (kind === plain) named = false;
    else if (kind === markup) return false;
    else if (kind === mark && before !== letter) return false;
    else if (kind === colon) {
      if (named && before !== colon) return false;
      named = true;
    }
    before = kind;
  }
  return true;
}
