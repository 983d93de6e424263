import type { Container } from '../../containers-api.ts';

export type Tone = 'ok' | 'degraded' | 'down' | 'off';
export interface Condition {
  tone: Tone;
  /** What the colour means, for those who do not see it. */
  word: string;
}

/** State and health as one thing. */
export function condition({ state, health }: Container): Condition {
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
    default:
      return { tone: 'off', word: state };
  }
}
