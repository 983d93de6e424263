import type { Action } from './api.ts';

export interface Offer {
  action: Action;
  label: string;
  /** The effect, shown before the action is confirmed. */
  effect: string;
}

const start: Offer = { action: 'start', label: 'Start', effect: 'It starts with the settings it was created with.' };
const stop: Offer = {
  action: 'stop',
  label: 'Stop',
  effect: 'It gets a few seconds to finish its work. It stays stopped until somebody starts it.',
};
const restart: Offer = {
  action: 'restart',
  label: 'Restart',
  effect: 'It gets a few seconds to finish its work. It is not available until it has started again.',
};
const pause: Offer = {
  action: 'pause',
  label: 'Pause',
  effect: 'Its processes stop until it is unpaused. It keeps its memory.',
};
const unpause: Offer = { action: 'unpause', label: 'Unpause', effect: 'It continues where it was paused.' };

/** Returns the actions that are possible in a state. */
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
      // Docker cannot start a container that is dead or being removed.
      return [];
  }
}
