import type { LiveEvent } from '../../../domain/live.ts';
import type { Part } from '../../api.ts';

/** Parses the text of a card about a part of the program, `store: down, the disk is full`; null for other cards. */
export function partOf({ what, text }: LiveEvent): Part | null {
  const [, name, state, detail] = /^([^:]+): (ok|degraded|down), (.*)$/s.exec(text) ?? [];
  if (what !== 'part' || !name || !state || !detail) return null;
  return { name, state: state as Part['state'], detail };
}
