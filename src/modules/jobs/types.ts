import type { Job, JobPlace, JobState, JobTarget } from '../../domain/job.ts';
import type { Actor, Role } from '../../domain/principal.ts';
import type { Grant } from '../../domain/scope.ts';
import type { OutputPage } from '../../ports/job-store.ts';
import type { Page } from '../../ports/ledger-store.ts';
import type { Definition } from './definition.ts';

/** A request for a run. */
export interface JobRequest {
  /** Name of a definition. Null: the request describes the job by `place` and `timeoutMs`. */
  name: string | null;
  place?: JobPlace;
  /** As they were sent; they are checked before anything starts. Without a definition they are the environment. */
  arguments: Readonly<Record<string, unknown>>;
  timeoutMs?: number;
}

/** Who asks, with the access that was checked. */
export interface JobAsker {
  actor: Actor;
  /** The role of a person. A token counts as `admin` with that scope and for a job that its scope names, else as `operator`. */
  role: Role;
  /** The scopes of a token. Null: a person, or a user of Slack. */
  grants: readonly Grant[] | null;
  trace: string;
}

export interface IdempotencyKey {
  /** As the header has it. */
  key: string;
  /** A hash of the request, which tells a repetition from another request with the same key. */
  fingerprint: string;
}

/** The service that routes and commands call. */
export interface Jobs {
  definitions(): readonly Definition[];
  /** Targets that are on, where a request without a definition may run. */
  targets(): readonly JobTarget[];
  /**
   * Checks everything, and returns the job to commit (`UnitOfWork.jobs`).
   * @param more `card`: the delivery that shows it in Slack @throws InvalidRequest, NotFound, JobsFull (429), NotAllowed (403), FeatureOff
   */
  plan(request: JobRequest, by: JobAsker, more?: { card?: string }): Promise<Job>;
  /** Returns the job as one that somebody asked to stop, to commit. @throws NotFound, NotAllowed, WrongState when it has ended */
  planStop(id: string, by: JobAsker): Promise<Job>;
  /**
   * Plans and commits. A key that is known resolves with its first job before anything else is checked: a full queue does not
   * refuse a repetition. @throws the same, and IdempotencyConflict for a key with another fingerprint
   */
  submit(request: JobRequest, by: JobAsker, key: IdempotencyKey | null): Promise<{ job: Job; duplicate: boolean }>;
  /** Plans a stop and commits it. @throws NotFound, NotAllowed, WrongState */
  stop(id: string, by: JobAsker): Promise<Job>;
  /** @throws NotFound */
  find(id: string): Promise<Job>;
  /** Newest first. @throws InvalidRequest for a foreign cursor */
  list(
    filter: { states?: readonly JobState[]; name?: string },
    cursor: string | null,
    limit: number,
  ): Promise<Page<Job>>;
  /** Stored lines with a number above `after`. */
  output(id: string, after: number, limit: number): Promise<OutputPage>;
  /** Resolves with the ended job, or as it is after `ms` or when `signal` aborts. @throws NotFound */
  wait(id: string, ms: number, signal?: AbortSignal): Promise<Job>;
  /** Calls `listener` after each change of the job or of its stored output. Returns the function that ends it. */
  watch(id: string, listener: () => void): () => void;
  /** The name of its run at the target: `run.8361`, a container's name, `pid 4711`. Null: not known yet. */
  runName(job: Job): string | null;
}
