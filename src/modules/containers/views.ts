import { Type } from 'typebox';
import { nullable } from '../../lib/nullable.ts';
import { outcomes } from './audit.ts';
import type { Container } from './container.ts';
import { actions } from './docker/client.ts';
import type { Protection } from './protection.ts';

const containerView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  service: Type.String({ description: 'Of Docker Compose; empty for others.' }),
  image: Type.String(),
  state: Type.String({ description: 'created, running, paused, restarting, exited or dead.' }),
  status: Type.String({ description: 'For people: Up 3 hours.' }),
  health: Type.String({ description: 'healthy, unhealthy, starting or none.' }),
  restarts: Type.Integer(),
  startedAt: nullable(Type.String({ format: 'date-time' })),
  cpuPercent: nullable(Type.Number({ description: '100: one core. Null: not known yet, or it does not run.' })),
  memoryBytes: Type.Number({ description: 'As docker stats shows it.' }),
  memoryLimitBytes: nullable(Type.Number()),
  networks: Type.Array(Type.String()),
  protected: nullable(Type.String({ description: 'Why nothing may be done to it.' })),
  refuses: Type.Record(Type.String(), Type.String(), {
    description: 'Of the actions and `shell`: those that may not be done to it, and why.',
  }),
});

export const listView = Type.Object({
  control: Type.Boolean({ description: 'Whether containers can be acted on.' }),
  controlHint: nullable(Type.String({ description: 'How to turn control on.' })),
  containers: Type.Array(containerView),
  networks: Type.Array(Type.Object({ name: Type.String(), containers: Type.Array(Type.String()) })),
  traffic: Type.Array(
    Type.Object({
      from: Type.String(),
      to: Type.String(),
      requestsPerSecond: Type.Number(),
      bytesPerSecond: Type.Number(),
    }),
    { description: 'Containers’ names, and what HAProxy sent over this way since the reading before.' },
  ),
});

export const auditView = Type.Object({
  entries: Type.Array(
    Type.Object({
      id: Type.String(),
      at: Type.String({ format: 'date-time' }),
      via: Type.Enum(['http', 'slack']),
      who: Type.String({ description: 'User name of the API, or Slack user id.' }),
      from: Type.String({ description: 'Address, or Slack channel.' }),
      action: Type.String(),
      container: Type.String(),
      outcome: Type.Enum([...outcomes]),
      detail: Type.String(),
    }),
  ),
});

export function viewContainer(container: Container, protection: Protection) {
  const { usage, startedAt, memoryLimit } = container;
  const { id, name, service, image, state, status, health, restarts, networks } = container;
  const refused = [...actions, 'shell' as const].flatMap((deed) => {
    const why = protection.against(container, deed);
    return why === null ? [] : [[deed, why]];
  });
  return {
    ...{ id, name, service, image, state, status, health, restarts, networks },
    startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
    cpuPercent: usage?.cpuPercent ?? null,
    memoryBytes: usage?.workingSet ?? 0,
    memoryLimitBytes: memoryLimit,
    protected: protection.of(container),
    refuses: Object.fromEntries(refused) as Record<string, string>,
  };
}
