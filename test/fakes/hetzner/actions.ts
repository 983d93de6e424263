import type { Faults } from './faults.ts';
import type { Action, ActionResource } from './types.ts';

export interface ActionPlan {
  /** What is true once it succeeded. */
  effect?: () => void;
  /** It cannot end before this has; a rejection is its error. */
  work?: Promise<unknown>;
  failed?: () => void;
}

interface Running {
  plan: ActionPlan;
  pollsLeft: number;
  worked: 'pending' | 'done' | { error: string };
}

export type Actions = ReturnType<typeof createActions>;

/** Actions run until they were asked for `polls` times (and their work is done); with 0 they are over at once. */
export function createActions(parts: { nextId: () => number; now: () => number; polls: number; faults: Faults }) {
  const { nextId, now, polls, faults } = parts;
  const all: Action[] = [];
  const running = new Map<Action, Running>();
  const stamp = () => new Date(now()).toISOString();

  function end(action: Action, error?: { code: string; message: string }): void {
    const plan = running.get(action)?.plan;
    running.delete(action);
    Object.assign(action, {
      status: error ? 'error' : 'success',
      progress: 100,
      finished: stamp(),
      error: error ?? null,
    });
    if (error) plan?.failed?.();
    else plan?.effect?.();
  }

  function endIfOver(action: Action): void {
    const state = running.get(action);
    if (!state || state.pollsLeft > 0 || state.worked === 'pending') return;
    const fault = faults.takeAction(action.command);
    if (fault) end(action, { code: fault.code ?? 'action_failed', message: fault.message ?? 'Action failed' });
    else if (state.worked !== 'done') end(action, { code: 'server_error', message: state.worked.error });
    else end(action);
  }

  return {
    all,

    start(command: string, resources: ActionResource[], plan: ActionPlan = {}): Action {
      const started = stamp();
      const open = { status: 'running', progress: 0, started, finished: null, error: null } as const;
      const action: Action = { id: nextId(), command, ...open, resources };
      const state: Running = { plan, pollsLeft: polls, worked: plan.work ? 'pending' : 'done' };
      all.push(action);
      running.set(action, state);
      plan.work?.then(
        () => {
          state.worked = 'done';
          endIfOver(action);
        },
        (error: Error) => {
          state.worked = { error: error.message };
          endIfOver(action);
        },
      );
      endIfOver(action);
      return action;
    },

    /** Somebody asked for it: brings it on, and answers it as it then is. */
    look(action: Action): Action {
      const state = running.get(action);
      if (!state) return action;
      if (state.pollsLeft > 0) {
        state.pollsLeft -= 1;
        action.progress = 50;
      } else endIfOver(action);
      return action;
    },

    /** The unfinished action that this resource is the first one of: nothing else may be started on it. */
    busyWith(type: string, id: number): Action | undefined {
      return [...running.keys()].find(({ resources: [first] }) => first?.type === type && first.id === id);
    },

    of: (type: string, id?: number) =>
      all.filter(({ resources }) => resources.some((one) => one.type === type && (id === undefined || one.id === id))),
  };
}
