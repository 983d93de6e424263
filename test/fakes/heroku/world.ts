import { randomUUID } from 'node:crypto';
import { newAddon, newApp } from './shapes.ts';
import type {
  Addon,
  AddonState,
  App,
  Dyno,
  DynoState,
  Formation,
  Person,
  Ref,
  Release,
  ReleaseStatus,
  WorldEvent,
} from './types.ts';

/** An app and what belongs to it. Tests may change every field directly; then no event tells of it. */
export interface AppState {
  app: App;
  dynos: Dyno[];
  formation: Formation[];
  /** Oldest first. */
  releases: Release[];
  addons: Addon[];
  config: Record<string, string>;
}

export interface ReleaseInput {
  description?: string;
  user?: Person;
  /** `succeeded` by default; `pending` stays so until `finishRelease`. */
  status?: ReleaseStatus;
}

/** The apps of Heroku. Every function makes the events that Heroku makes; unknown names throw. */
export interface World {
  apps: Map<string, AppState>;
  /** Events that no delivery has taken yet, oldest first. */
  events: WorldEvent[];
  /** Who does what happens. */
  actor: Person;
  /** Makes an app with release v1 and `up` dynos, without events. */
  addApp(name: string, formation?: Record<string, number>, fields?: Partial<App>): AppState;
  removeApp(name: string): void;
  /** Returns its release. The dynos restart with it when it succeeds. */
  release(app: string, input?: ReleaseInput): Release;
  finishRelease(app: string, version: number, status: ReleaseStatus): void;
  setDyno(app: string, dyno: string, state: DynoState | string, exitStatus?: number): void;
  crash(app: string, dyno: string, exitStatus?: number): void;
  /** Null removes a variable. Makes a release, as Heroku does. */
  setConfig(app: string, vars: Record<string, string | null>): Release;
  scale(app: string, type: string, quantity: number): void;
  addAddon(app: string, name: string, plan?: string, state?: AddonState): Addon;
  setAddon(app: string, name: string, state: AddonState): void;
}

export function createWorld(now: () => number): World {
  // The API's times have no fractions of a second.
  const iso = () => new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const apps = new Map<string, AppState>();

  function of(name: string): AppState {
    const state = apps.get(name);
    if (state === undefined) throw new Error(`the fake Heroku has no app "${name}"`);
    return state;
  }

  function emit(app: Ref, resource: WorldEvent['resource'], action: WorldEvent['action'], data: object, previous = {}) {
    const copy = structuredClone({ data, previous, actor: world.actor });
    world.events.push({
      id: randomUUID(),
      app: app.name,
      resource,
      action,
      ...copy,
      at: new Date(now()).toISOString(),
    });
  }

  const refOf = ({ app: { id, name } }: AppState): Ref => ({ id, name });

  function startDyno(state: AppState, { type, size, command }: Formation, number: number): Dyno {
    const { id = '', version = 1 } = state.releases.findLast(({ current }) => current) ?? {};
    const common = { app: refOf(state), attach_url: null, command, created_at: iso(), release: { id, version } };
    // Names of the Fir generation have no number.
    const name = state.app.generation === 'fir' ? `${type}-${randomUUID().slice(0, 8)}-${number}` : `${type}.${number}`;
    return { id: randomUUID(), name, ...common, size, state: 'up', type, updated_at: iso() };
  }

  /** All dynos of the formation new, as after a release. One-off dynos go on. */
  function restart(state: AppState): void {
    const oneOff = state.dynos.filter(({ type }) => !state.formation.some((each) => each.type === type));
    const fresh = state.formation.flatMap((each) =>
      Array.from({ length: each.quantity }, (_, at) => startDyno(state, each, at + 1)),
    );
    state.dynos = [...fresh, ...oneOff];
  }

  function newRelease(state: AppState, { description = 'Deploy 01234567', user, status = 'succeeded' }: ReleaseInput) {
    const release: Release = {
      addon_plan_names: state.addons.map(({ plan }) => plan.name),
      app: refOf(state),
      created_at: iso(),
      current: false,
      description,
      eligible_for_rollback: true,
      id: randomUUID(),
      output_stream_url: null,
      slug: { id: randomUUID() },
      status: 'pending',
      updated_at: iso(),
      user: user ?? world.actor,
      version: (state.releases.at(-1)?.version ?? 0) + 1,
    };
    state.releases.push(release);
    emit(release.app, 'release', 'create', release);
    if (status !== 'pending') finish(state, release, status);
    return release;
  }

  function finish(state: AppState, release: Release, status: ReleaseStatus): void {
    const before = { status: release.status, updated_at: release.updated_at };
    Object.assign(release, { status, updated_at: iso() });
    if (status === 'succeeded') {
      for (const each of state.releases) each.current = each === release;
      Object.assign(state.app, { released_at: iso(), updated_at: iso() });
      restart(state);
    }
    emit(release.app, 'release', 'update', release, before);
    if (status !== 'succeeded') return;
    for (const dyno of state.dynos) {
      if (dyno.release.version === release.version) emit(release.app, 'dyno', 'create', dyno);
    }
  }

  const world: World = {
    apps,
    events: [],
    actor: { id: randomUUID(), email: 'ada@example.com' },
    addApp(name, formation = { web: 1 }, fields = {}) {
      const app = newApp(name, world.actor, iso(), fields);
      const state: AppState = { app, dynos: [], formation: [], releases: [], addons: [], config: {} };
      for (const [type, quantity] of Object.entries(formation)) {
        const times = { created_at: iso(), updated_at: iso() };
        const common = { app: refOf(state), command: `npm run ${type}`, size: 'Standard-1X', ...times };
        state.formation.push({ id: randomUUID(), type, quantity, ...common });
      }
      const quiet = world.events.length;
      newRelease(state, { description: 'Initial release' });
      world.events.length = quiet;
      apps.set(name, state);
      return state;
    },
    removeApp(name) {
      const { app } = of(name);
      apps.delete(name);
      emit(app, 'app', 'destroy', app);
    },
    release: (app, input = {}) => newRelease(of(app), input),
    finishRelease(app, version, status) {
      const release = of(app).releases.find((each) => each.version === version);
      if (release === undefined) throw new Error(`the fake Heroku has no release v${version} of "${app}"`);
      finish(of(app), release, status);
    },
    setDyno(app, name, state, exitStatus) {
      const dyno = of(app).dynos.find((each) => each.name === name);
      if (dyno === undefined) throw new Error(`the fake Heroku has no dyno "${name}" of "${app}"`);
      const before = { state: dyno.state };
      Object.assign(dyno, { state, updated_at: iso() });
      // Only webhooks have the exit status.
      emit(
        dyno.app,
        'dyno',
        'update',
        { ...dyno, ...(exitStatus !== undefined && { exit_status: exitStatus }) },
        before,
      );
    },
    crash: (app, dyno, exitStatus = 1) => world.setDyno(app, dyno, 'crashed', exitStatus),
    setConfig(app, vars) {
      const { config } = of(app);
      const [set, removed]: [string[], string[]] = [[], []];
      for (const [name, value] of Object.entries(vars)) {
        (value === null ? removed : set).push(name);
        if (value === null) delete config[name];
        else config[name] = value;
      }
      const parts = [set.length > 0 && `Set ${set.join(', ')}`, removed.length > 0 && `Remove ${removed.join(', ')}`];
      return newRelease(of(app), { description: `${parts.filter(Boolean).join('; ')} config vars` });
    },
    scale(app, type, quantity) {
      const state = of(app);
      const formation = state.formation.find((each) => each.type === type);
      if (formation === undefined) throw new Error(`the fake Heroku has no process type "${type}" of "${app}"`);
      const before = { quantity: formation.quantity };
      Object.assign(formation, { quantity, updated_at: iso() });
      emit(formation.app, 'formation', 'update', formation, before);
      const gone = state.dynos.filter((dyno) => dyno.type === type).slice(quantity);
      for (const dyno of gone) emit(formation.app, 'dyno', 'destroy', { ...dyno, state: 'down' });
      state.dynos = state.dynos.filter((dyno) => !gone.includes(dyno));
      for (let number = before.quantity + 1; number <= quantity; number += 1) {
        const dyno = startDyno(state, formation, number);
        state.dynos.push(dyno);
        emit(formation.app, 'dyno', 'create', dyno);
      }
    },
    addAddon(app, name, plan = 'heroku-postgresql:essential-0', addonState = 'provisioned') {
      const state = of(app);
      const addon = newAddon(refOf(state), name, plan, addonState, iso());
      state.addons.push(addon);
      emit(addon.app, 'addon', 'create', addon);
      return addon;
    },
    setAddon(app, name, addonState) {
      const state = of(app);
      const addon = state.addons.find((each) => each.name === name);
      if (addon === undefined) throw new Error(`the fake Heroku has no add-on "${name}" of "${app}"`);
      const before = { state: addon.state };
      Object.assign(addon, { state: addonState, updated_at: iso() });
      const gone = addonState === 'deprovisioned';
      if (gone) state.addons = state.addons.filter((each) => each !== addon);
      emit(addon.app, 'addon', gone ? 'destroy' : 'update', addon, before);
    },
  };
  return world;
}
