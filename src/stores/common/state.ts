import { WrongState } from '../../domain/errors.ts';

/** The refusal of a change whose `was` is not the stored value. */
export const stateChanged = (name: string): WrongState =>
  new WrongState(`The state "${name}" was changed by another program meanwhile.`);
