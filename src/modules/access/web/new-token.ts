import { reactive, ref } from 'vue';
import { type Scope, scopeNames, scopes } from '../../../domain/scope.ts';
import { ApiError, reason } from '../../../web/api.ts';
import { accessApi, type CreatedToken, type NewToken } from './api.ts';

/** A scope as the form offers it. */
export interface Offer {
  name: Scope;
  /** A sentence. */
  text: string;
  /** The kind of thing that it can be limited to: `#channel`. */
  only: string | undefined;
}

export const offers: readonly Offer[] = scopeNames.map((name) => {
  const { text, only }: { text: string; only?: string } = scopes[name];
  return { name, text: `${text.charAt(0).toUpperCase()}${text.slice(1)}.`, only };
});

/** The times until a token expires; the value `other` stands for the text of the user. */
export const lives = [
  { value: '', label: 'never' },
  { value: '30d', label: 'in 30 days' },
  { value: '90d', label: 'in 90 days' },
  { value: '365d', label: 'in 365 days' },
  { value: 'other', label: 'after another time' },
] as const;

export type Field = 'name' | 'scopes' | 'expires';
const isField = (name: string | null): name is Field => name === 'name' || name === 'scopes' || name === 'expires';

const empty = () => ({
  name: '',
  scopes: [] as Scope[],
  /** The limits of each chosen scope, separated by spaces or commas; '' for no limit. */
  limits: {} as Partial<Record<Scope, string>>,
  life: '90d' as (typeof lives)[number]['value'],
  otherLife: '',
});

/** Returns the form of a new token, and why the server refused it. */
export function useNewToken(onCreated: (token: CreatedToken) => void) {
  const form = reactive(empty());
  const busy = ref(false);
  /** `field` is null for a refusal that is about no field. */
  const refusal = ref<{ text: string; field: Field | null } | null>(null);
  const problemOf = (field: Field | null) => (refusal.value?.field === field ? refusal.value.text : null);

  /** @returns the field that the server refused; null when the token was created, or when it is about no field */
  async function create(): Promise<Field | null> {
    busy.value = true;
    refusal.value = null;
    try {
      onCreated(await accessApi.create(bodyOf(form)));
      Object.assign(form, empty());
    } catch (error) {
      refusal.value = { text: reason(error), field: fieldOf(error) };
    }
    busy.value = false;
    return refusal.value?.field ?? null;
  }
  return { form, busy, problemOf, create, forgive: () => (refusal.value = null) };
}

function bodyOf({ name, scopes: chosen, limits, life, otherLife }: ReturnType<typeof empty>): NewToken {
  const grants = chosen.flatMap((scope) => {
    const things = (limits[scope] ?? '').split(/[\s,]+/).filter(Boolean);
    return things.length === 0 ? [scope] : things.map((thing) => `${scope}:${thing}`);
  });
  const expires = life === 'other' ? otherLife.trim() : life;
  return { name: name.trim(), scopes: grants, ...(life !== '' && { expires }) };
}

/** Returns the field that an error is about. A 409 says that there is an active token of this name. */
function fieldOf(error: unknown): Field | null {
  if (!(error instanceof ApiError)) return null;
  if (error.status === 409) return 'name';
  const field = error.field?.split(/[.[/]/)[0] ?? null;
  return isField(field) ? field : null;
}
