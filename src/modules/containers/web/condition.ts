import type { Container } from './api.ts';

/** `done`: the container ran once and ended successfully. */
export type Tone = 'ok' | 'degraded' | 'down' | 'off' | 'done';
export interface Condition {
  tone: Tone;
  /** The meaning of the colour in words. */
  word: string;
}

/** Combines state and health. */
export function condition({ state, status, health }: Container): Condition {
  switch (state) {
    case 'running':
      if (health === 'unhealthy') return { tone: 'down', word: 'unhealthy' };
      if (health === 'starting') return { tone: 'degraded', word: 'starting' };
      return { tone: 'ok', word: health === 'healthy' ? health : state };
    case 'restarting':
    case 'paused':
      return { tone: 'degraded', word: state };
    case 'dead':
      return { tone: 'down', word: state };
    case 'exited':
      return status.startsWith('Exited (0)') ? { tone: 'done', word: 'finished' } : { tone: 'off', word: state };
    default:
      return { tone: 'off', word: state };
  }
}
