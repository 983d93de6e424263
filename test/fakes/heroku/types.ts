/** Shapes of the Platform API's public schema (lib/platform-api/schema.json of heroku/platform-api) for the Cedar generation. */
export interface Ref {
  id: string;
  name: string;
}

export interface Person {
  id: string;
  email: string;
}

export interface App extends Ref {
  acm: boolean;
  archived_at: string | null;
  build_stack: Ref;
  buildpack_provided_description: string | null;
  created_at: string;
  /** `cedar` or `fir`; other variants of the schema have an object. */
  generation: string | Ref;
  git_url: string;
  internal_routing: boolean | null;
  maintenance: boolean;
  organization: Ref | null;
  owner: Person;
  region: Ref;
  released_at: string | null;
  repo_size: number | null;
  slug_size: number | null;
  space: (Ref & { shield: boolean }) | null;
  stack: Ref;
  team: Ref | null;
  updated_at: string;
  web_url: string | null;
}

export type DynoState = 'crashed' | 'down' | 'idle' | 'starting' | 'up';

export interface Dyno extends Ref {
  app: Ref;
  attach_url: string | null;
  command: string;
  created_at: string;
  release: { id: string; version: number };
  size: string;
  state: DynoState | string;
  type: string;
  updated_at: string;
}

export interface Formation {
  app: Ref;
  command: string;
  created_at: string;
  id: string;
  quantity: number;
  size: string;
  type: string;
  updated_at: string;
}

export type ReleaseStatus = 'expired' | 'failed' | 'pending' | 'succeeded';

export interface Release {
  addon_plan_names: string[];
  app: Ref;
  created_at: string;
  current: boolean;
  description: string;
  eligible_for_rollback: boolean;
  id: string;
  output_stream_url: string | null;
  slug: { id: string } | null;
  status: ReleaseStatus;
  updated_at: string;
  user: Person;
  version: number;
}

export type AddonState = 'deprovisioned' | 'provisioned' | 'provisioning';

export interface Addon extends Ref {
  actions: unknown[];
  addon_service: Ref;
  app: Ref;
  billed_price: { cents: number; contract: boolean; unit: string } | null;
  billing_entity: Ref & { type: 'app' | 'team' };
  config_vars: string[];
  created_at: string;
  plan: Ref;
  provider_id: string;
  state: AddonState;
  updated_at: string;
  web_url: string | null;
}

export interface Webhook {
  app: Ref;
  created_at: string;
  id: string;
  include: string[];
  level: 'notify' | 'sync';
  updated_at: string;
  url: string;
}

export type Resource = 'addon' | 'app' | 'dyno' | 'formation' | 'release';

/** What happened to an app, before a webhook makes a notification of it. */
export interface WorldEvent {
  id: string;
  app: string;
  resource: Resource;
  action: 'create' | 'destroy' | 'update';
  actor: Person;
  data: object;
  previous: object;
  at: string;
}
