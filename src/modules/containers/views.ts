import { actions } from '../../docker/index.ts';
import { nullable } from '../../lib/nullable.ts';
import { Type } from '../../lib/schema.ts';
import { type AuditEntry, outcomes } from './audit.ts';
import type { Container } from './container.ts';
import type { Protection } from './protection.ts';

const containerView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  service: Type.String({ description: 'Service of Docker Compose; empty for other containers.' }),
  image: Type.String(),
  state: Type.String({ description: 'created, running, paused, restarting, exited or dead.' }),
  status: Type.String({ description: 'Docker’s text for people: Up 3 hours.' }),
  health: Type.String({ description: 'healthy, unhealthy, starting or none.' }),
  restarts: Type.Integer(),
  startedAt: nullable(Type.String({ format: 'date-time' })),
  cpuPercent: nullable(Type.Number({ description: '100 for one core; null if it is not known yet or does not run.' })),
  memoryBytes: Type.Number({ description: 'Memory in use, as docker stats shows it.' }),
  memoryLimitBytes: nullable(Type.Number()),
  networks: Type.Array(Type.String()),
  protected: nullable(Type.String({ description: 'Why no action is allowed; null if any is.' })),
  refuses: Type.Record(Type.String(), Type.String(), {
    description: 'The actions (and `shell`) that are not allowed, each with the reason.',
  }),
});

export const listView = Type.Object({
  control: Type.Boolean({ description: 'Whether control of containers is on.' }),
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
    { description: 'Traffic from HAProxy to containers since the previous reading.' },
  ),
});

export const auditView = Type.Object({
  entries: Type.Array(
    Type.Object({
      id: Type.String(),
      at: Type.String({ format: 'date-time' }),
      via: Type.Enum(['http', 'slack']),
      who: Type.String({ description: 'The name of a person or token, or Slack user id.' }),
      from: Type.String({ description: 'Address, or Slack channel.' }),
      action: Type.String(),
      container: Type.String(),
      outcome: Type.Enum([...outcomes]),
      detail: Type.String(),
    }),
  ),
});

export function viewAudit({ id, at, actor, from, action, container, outcome, detail }: AuditEntry) {
  const via = actor.kind === 'slack' ? ('slack' as const) : ('http' as const);
  return { id, at: new Date(at).toISOString(), via, who: actor.name, from, action, container, outcome, detail };
}

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
