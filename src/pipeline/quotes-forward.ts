/**
 * The link at the end of a forward's heading, `by <@U1> · <https://…|open>`, as `act.ts` writes it. An app that passes
 * our direct messages on to a channel would otherwise make a forward of a forward, and so on.
 */
const headingEnd = / · <[^<>|\s]+\|open>/;

export function quotesForward(text: string): boolean {
  return text.includes('|open>') && headingEnd.test(text);
}
