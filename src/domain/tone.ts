import { severities } from './severity.ts';

/** How a message is coloured: by the severity of what it is about, or `resolved` once that is over. */
export const tones = [...severities, 'resolved'] as const;
export type Tone = (typeof tones)[number];

/** The colours in Slack and on the pages. */
export const toneColours: Readonly<Record<Tone, string>> = {
  critical: '#d92d20',
  error: '#e8590c',
  warning: '#f2b705',
  info: '#3451c7',
  resolved: '#2da44e',
};
