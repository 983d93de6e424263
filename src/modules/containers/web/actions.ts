import type { Action } from './api.ts';

export interface Offer {
  action: Action;
  label: string;
  /** What will happen, said before it does. */
  effect: string;
}

const start: Offer = { action: 'start', label: 'Start', effect: 'It starts with the settings it was made with.' };
const stop: Offer = {
  action: 'stop',
  label: 'Stop',
  effect: 'What it has under way gets a few seconds to end. It stays stopped until somebody starts it.',
};
const restart: Offer = {
  action: 'restart',
  label: 'Restart',
  effect: 'What it has under way gets a few seconds to end. It is away until it has started again.',
};
const pause: Offer = {
  action: 'pause',
  label: 'Pause',
  effect: 'It keeps its memory and answers nobody until it is unpaused.',
};
const unpause: Offer = { action: 'unpause', label: 'Unpause', effect: 'It goes on where it was paused.' };

/** What can be done with a container in its state. */
export function offers(state: string): Offer[] {
  switch (state) {
    case 'running':
      return [restart, stop, pause];
    case 'paused':
      return [unpause, stop];
    case 'restarting':
      return [restart, stop];
    case 'created':
    case 'exited':
      return [start];
    default:
      // Docker starts none that is dead or being removed.
      return [];
  }
}
