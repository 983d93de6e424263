/** Returns Valkey's configuration with the password of its user `default`. */
export function valkeyConfig(password: string): string {
  return `requirepass "${quoted(password)}"\n`;
}

/** By bytes: its parser knows `\xHH` inside of double quotes. https://valkey.io/topics/valkey.conf/ */
const quoted = (text: string): string =>
  text.replace(/[^\w-]/gu, (character) => Buffer.from(character).toString('hex').replace(/../g, '\\x$&'));
