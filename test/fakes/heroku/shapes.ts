import { randomUUID } from 'node:crypto';
import type { Addon, AddonState, App, Person, Ref } from './types.ts';

const ref = (name: string): Ref => ({ id: randomUUID(), name });

export function newApp(name: string, owner: Person, time: string, fields: Partial<App>): App {
  const stack = ref('heroku-24');
  return {
    acm: true,
    archived_at: null,
    build_stack: stack,
    buildpack_provided_description: 'Node.js',
    created_at: time,
    generation: 'cedar',
    git_url: `https://git.heroku.com/${name}.git`,
    ...ref(name),
    internal_routing: null,
    maintenance: false,
    organization: null,
    owner,
    region: ref('us'),
    released_at: time,
    repo_size: 0,
    slug_size: 0,
    space: null,
    stack,
    team: null,
    updated_at: time,
    web_url: `https://${name}-0123456789ab.herokuapp.com/`,
    ...fields,
  };
}

export function newAddon(app: Ref, name: string, plan: string, state: AddonState, time: string): Addon {
  return {
    actions: [],
    addon_service: ref(plan.split(':')[0] ?? plan),
    app,
    billed_price: { cents: 500, contract: false, unit: 'month' },
    billing_entity: { ...app, type: 'app' },
    config_vars: ['DATABASE_URL'],
    created_at: time,
    ...ref(name),
    plan: ref(plan),
    provider_id: randomUUID(),
    state,
    updated_at: time,
    web_url: null,
  };
}
