/** Returns the text of a canary. Its event is found by the id, whatever program on the store receives it. */
export const canaryText = (id: string): string =>
  `Canary ${id}: a test message of Ultronex to itself. It is deleted when it came back.`;

/** Returns the id in the text of a canary; null for any other text. */
export function canaryIdOf(text: string): string | null {
  return /^Canary ([0-9a-f-]{36}):/.exec(text)?.[1] ?? null;
}
