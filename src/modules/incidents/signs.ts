import type { Severity } from '../../domain/severity.ts';

/** Emoji by severity. The live page uses the same ones to choose a card's level. */
const signs: Record<Severity, string> = {
  critical: ':x:',
  error: ':x:',
  warning: ':warning:',
  info: ':information_source:',
};

export function signOf(status: 'firing' | 'resolved', severity: Severity): string {
  return status === 'resolved' ? ':white_check_mark:' : signs[severity];
}
