import { randomUUID } from 'node:crypto';
import { type FakeReply, jsonReply } from '../http-server.ts';
import * as errors from './errors.ts';
import type { FakeLog } from './log.ts';
import type { Dyno } from './types.ts';
import type { AppState, World } from './world.ts';

/** What a program does as soon as its dyno is up. */
export type Program = (env: Readonly<Record<string, string>>) => { lines: string[]; status: number };

export interface RunOptions {
  /** `Process exited` or `State changed` first. */
  first?: 'status' | 'state';
  /** Without the line that has the exit status. */
  withoutStatus?: boolean;
  /** The dyno stays in the list for now. */
  stays?: boolean;
}

/** One-off dynos. Unknown names throw. */
export interface Runs {
  /** The number of the next one: `run.8361`. */
  nextNumber: number;
  /** By the command of the request. A dyno without a program stays `starting` until a test says more. */
  programs: Map<string, Program>;
  /** The environment that a dyno was created with, by its name. */
  envs: Map<string, Readonly<Record<string, string>>>;
  /** The next dyno is created, and the connection is closed without an answer. */
  losesAnswer: boolean;
  /** Dynos take SIGTERM and go on. */
  ignoresTerm: boolean;
  up(app: string, dyno: string): void;
  /** The program writes lines. */
  say(app: string, dyno: string, ...lines: string[]): void;
  /** Heroku writes a line about the dyno. */
  tell(app: string, dyno: string, text: string): void;
  exit(app: string, dyno: string, status: number, options?: RunOptions): void;
  /** The dyno is gone from the API, without a line in the log. */
  remove(app: string, dyno: string): void;
  /** `POST /apps/{app}/dynos` */
  create(state: AppState, body: Record<string, unknown>): FakeReply;
  /** `POST …/dynos/{dyno}/actions/stop` and `DELETE …/dynos/{dyno}` */
  stop(state: AppState, name: string, signal: 'SIGTERM' | 'SIGKILL'): FakeReply;
}

const sizes = new Set(['eco', 'basic', 'standard-1x', 'standard-2x', 'performance-m', 'performance-l', 'private-s']);
const longestLife = 86_400;

export function createRuns(world: World, log: FakeLog, now: () => number): Runs {
  const iso = () => new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');

  function of(app: string, name: string): { state: AppState; dyno: Dyno } {
    const state = world.apps.get(app);
    const dyno = state?.dynos.find((each) => each.name === name);
    if (state === undefined || dyno === undefined) throw new Error(`the fake Heroku has no dyno "${name}" of "${app}"`);
    return { state, dyno };
  }

  function change(app: string, name: string, to: string): void {
    const { dyno } = of(app, name);
    log.add(app, 'heroku', name, `State changed from ${dyno.state} to ${to}`);
    Object.assign(dyno, { state: to, updated_at: iso() });
  }

  function problemOf({ command, env = {}, size, time_to_live: life }: Record<string, unknown>): string | null {
    if (typeof command !== 'string' || command === '') return 'Require params: command.';
    const isObject = typeof env === 'object' && env !== null && !Array.isArray(env);
    if (!isObject || !Object.values(env).every((value) => typeof value === 'string')) return 'Invalid env.';
    if (size !== undefined && !(typeof size === 'string' && sizes.has(size.toLowerCase()))) {
      return `No such dyno size: ${String(size)}.`;
    }
    const isLife = Number.isInteger(life) && Number(life) >= 1 && Number(life) <= longestLife;
    return life === undefined || isLife ? null : 'Invalid time_to_live.';
  }

  const runs: Runs = {
    nextNumber: 8361,
    programs: new Map(),
    envs: new Map(),
    losesAnswer: false,
    ignoresTerm: false,
    up: (app, name) => change(app, name, 'up'),
    say(app, name, ...lines) {
      for (const line of lines) log.add(app, 'app', name, line);
    },
    tell: (app, name, text) => log.add(app, 'heroku', name, text),
    exit(app, name, status, { first = 'status', withoutStatus = false, stays = false } = {}) {
      const tellStatus = () => {
        if (!withoutStatus) log.add(app, 'heroku', name, `Process exited with status ${status}`);
      };
      if (first === 'status') tellStatus();
      change(app, name, 'complete');
      if (first === 'state') tellStatus();
      if (!stays) runs.remove(app, name);
    },
    remove(app, name) {
      const { state, dyno } = of(app, name);
      state.dynos = state.dynos.filter((each) => each !== dyno);
    },
    create(state, body) {
      const problem = problemOf(body);
      if (problem !== null) return errors.invalid(problem);
      const { command, env = {}, size = 'Standard-1X', type = 'run' } = body as Record<string, string>;
      const number = runs.nextNumber;
      runs.nextNumber += 1;
      const app = state.app.name;
      const name = state.app.generation === 'fir' ? `run-${randomUUID().slice(0, 8)}-x${number}` : `run.${number}`;
      const { id = '', version = 1 } = state.releases.findLast(({ current }) => current) ?? {};
      const dyno: Dyno = {
        ...{ id: randomUUID(), name, app: { id: state.app.id, name: app }, attach_url: null },
        // The name of a process type stands for its command.
        command: state.formation.find((each) => each.type === command)?.command ?? String(command),
        ...{ created_at: iso(), updated_at: iso(), release: { id, version }, size, state: 'starting', type },
      };
      state.dynos.push(dyno);
      const given = env as unknown as Record<string, string>;
      runs.envs.set(name, given);
      log.add(app, 'app', 'api', `Starting process with command \`${command}\` by user ${world.actor.email}`);
      const reply: FakeReply = { ...jsonReply(dyno, 201), hangsUp: runs.losesAnswer };
      runs.losesAnswer = false;
      const program = runs.programs.get(String(command));
      if (program !== undefined) {
        runs.up(app, name);
        const { lines, status } = program(given);
        runs.say(app, name, ...lines);
        runs.exit(app, name, status);
      }
      return reply;
    },
    stop(state, wanted, signal) {
      const dyno = state.dynos.find(({ id, name }) => id === wanted || name === wanted);
      if (dyno === undefined) return errors.notFound('dyno');
      const { name } = dyno;
      const app = state.app.name;
      if (dyno.type === 'run') {
        log.add(app, 'heroku', name, `Stopping process with ${signal}`);
        if (signal === 'SIGKILL' || !runs.ignoresTerm) runs.exit(app, name, signal === 'SIGKILL' ? 137 : 143);
      }
      return jsonReply({}, 202);
    },
  };
  return runs;
}
