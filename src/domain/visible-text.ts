import { straighten, unescapeMrkdwn } from './text.ts';

const differs = /[&\u00a0\u2018-\u201f\u2032\u2033]/;

/**
 * Text in Slack's mrkdwn as a reader sees it, plain and normalised: without entities, with straight quotes.
 * Messages, patterns and the test box all use this one function.
 */
export function visibleText(text: string): string {
  return differs.test(text) ? straighten(unescapeMrkdwn(text)) : text;
}
