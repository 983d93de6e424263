import { fieldsOf, listOf, numberOf, textOf, timeOf } from './fields.ts';

/** A dyno, as far as it is used. */
export interface Dyno {
  /** `web.1`; on Fir `web-5d8f-xyz`. Opaque. */
  name: string;
  type: string;
  /** `up`, `starting`, `crashed`, `down`, `idle`, or one that is not known here. */
  state: string;
  /** When its state last changed, milliseconds since the epoch; null: unknown. */
  updatedAt: number | null;
  /** Version of the release that it runs; null: unknown. */
  version: number | null;
}

export const readDynos = (value: unknown): Dyno[] =>
  listOf(value, ({ name, type, state, updated_at, release }) => {
    const dyno = textOf(name);
    if (dyno === '') return null;
    return {
      name: dyno,
      type: textOf(type) || dyno.replace(/[.-].*$/, ''),
      state: textOf(state) || 'unknown',
      updatedAt: timeOf(updated_at),
      version: numberOf(fieldsOf(release).version),
    };
  });

/** A one-off dyno, as far as the runner of jobs needs it. */
export interface OneOffDyno {
  /** '' when Heroku names none. */
  id: string;
  name: string;
  type: string;
  /** As in `Dyno`. */
  state: string;
  /** Heroku replaces the name of a process type by its command of the Procfile. */
  command: string;
  /** Milliseconds since the epoch, to the second; 0: unknown. */
  createdAt: number;
}

/** Null: the value has no name of a dyno. */
export function readOneOffDyno(value: unknown): OneOffDyno | null {
  const { id, name, type, state, command, created_at } = fieldsOf(value);
  if (textOf(name) === '') return null;
  return {
    ...{ id: textOf(id), name: textOf(name), type: textOf(type), state: textOf(state) || 'unknown' },
    ...{ command: typeof command === 'string' ? command : '', createdAt: timeOf(created_at) ?? 0 },
  };
}

export const readOneOffDynos = (value: unknown): OneOffDyno[] => listOf(value, readOneOffDyno);
