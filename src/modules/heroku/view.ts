import type { Static } from 'typebox';
import { nullable } from '../../lib/nullable.ts';
import { Type } from '../../lib/schema.ts';
import type { AppStatus } from './types.ts';

const time = (description: string) => nullable(Type.String({ format: 'date-time', description }));

/** The schema of an app. Times are ISO 8601 in UTC. */
export const appView = Type.Object({
  app: Type.String(),
  owner: nullable(
    Type.String({ description: 'The e-mail address of its owner; null as long as the app was not read.' }),
  ),
  region: nullable(Type.String()),
  stack: nullable(Type.String()),
  maintenance: Type.Boolean({ description: 'Whether its maintenance mode is on.' }),
  dynos: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      state: Type.String({
        description: '`up`, `starting`, `idle`, `down`, `crashed`, or a state that is new at Heroku.',
      }),
      since: time('When it got this state.'),
    }),
  ),
  formation: Type.Array(Type.Object({ type: Type.String(), quantity: Type.Integer(), size: Type.String() })),
  releases: Type.Array(
    Type.Object({
      version: Type.Integer(),
      description: Type.String(),
      status: Type.String({ description: '`succeeded`, `pending`, `failed`, `expired`.' }),
      by: Type.String({ description: 'An e-mail address; empty when Heroku names none.' }),
      at: Type.String({ format: 'date-time' }),
    }),
    { description: 'The newest first.' },
  ),
  addons: Type.Array(
    Type.Object({ name: Type.String(), service: Type.String(), plan: Type.String(), state: Type.String() }),
  ),
  readAt: time('When the dynos were read; null: not yet.'),
  problem: nullable(Type.String({ description: 'Why the last attempt to read it failed.' })),
});

export type AppView = Static<typeof appView>;

export function viewOf({ app, info, dynos, formation, releases, addons, readAt, problem }: AppStatus): AppView {
  return {
    app: info?.name ?? app,
    owner: info?.owner ?? null,
    region: info?.region ?? null,
    stack: info?.stack ?? null,
    maintenance: info?.maintenance ?? false,
    dynos: dynos.map(({ name, type, state, updatedAt }) => ({ name, type, state, since: iso(updatedAt) })),
    formation: formation.map(({ type, quantity, size }) => ({ type, quantity, size })),
    releases: releases.map(({ version, description, status, by, createdAt }) => ({
      ...{ version, description, status, by, at: new Date(createdAt).toISOString() },
    })),
    addons: addons.map(({ name, service, plan, state }) => ({ name, service, plan, state })),
    readAt: iso(readAt),
    problem,
  };
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
