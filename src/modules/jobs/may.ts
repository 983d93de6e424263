import type { Job } from '../../domain/job.ts';
import { isSameActor, type Role, roles } from '../../domain/principal.ts';
import { NotAllowed } from './errors.ts';
import type { JobAsker } from './types.ts';

/** Who may run a job that a request describes, and who may stop one. */
const leastRole: Role = 'operator';

/** Returns whether the caller's role is enough. @param definition null: the request describes the job */
export const mayRun = (definition: { who: Role } | null, { role }: Pick<JobAsker, 'role'>): boolean =>
  roles.indexOf(role) >= roles.indexOf(definition?.who ?? leastRole);

/** Checks the caller's role. @param definition null: the request describes the job @throws NotAllowed */
export function checkMayRun(definition: { name: string; who: Role } | null, by: JobAsker): void {
  if (mayRun(definition, by)) return;
  const { role } = by;
  const least = definition?.who ?? leastRole;
  const what = definition === null ? 'Jobs without a definition need' : `The job ${definition.name} needs`;
  throw new NotAllowed(`${what} the role ${least}; yours is ${role}.`);
}

/** Checks that a caller may stop a job: operators may, and who asked for it. @throws NotAllowed */
export function checkMayStop({ by }: Pick<Job, 'by'>, { actor, role }: JobAsker): void {
  if (roles.indexOf(role) >= roles.indexOf(leastRole) || isSameActor(by, actor)) return;
  throw new NotAllowed(`To stop a job that somebody else asked for you need the role ${leastRole}; yours is ${role}.`);
}
