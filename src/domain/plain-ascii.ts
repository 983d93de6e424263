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
 * Returns whether a text is ASCII without any markup of mrkdwn: no entity, `<…>`, code, emoji name, or formatting mark
 * other than right after a letter or digit. A single pass, since it runs for every message.
 */
export function isPlainAscii(text: string): boolean {
  const first = text.search(firstLook);
  if (first === -1) return true;
  const table = kindTable();
  let before = first === 0 ? plain : (table[text.charCodeAt(first - 1)] as number);
  /** Whether all characters since the last colon may be in an emoji's name. */
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
