import type { CommandInput } from '../module.ts';
import type { Rekeyed, Removal, Workspace } from './workspace-routes.ts';

interface WorkspacePage {
  workspaces: Workspace[];
  next: string | null;
}

/** More steps than any store has; each one is a request. */
const mostSteps = 100_000;

async function* pages(api: CommandInput['api']): AsyncGenerator<WorkspacePage> {
  let query = '?limit=200';
  for (let step = 0; step < mostSteps; step += 1) {
    const page = await api().call<WorkspacePage>('GET', `/workspaces${query}`);
    yield page;
    if (page.next === null) return;
    query = `?limit=200&cursor=${encodeURIComponent(page.next)}`;
  }
}

export async function listWorkspaces({ api, values, out, err }: CommandInput): Promise<number> {
  const all: Workspace[] = [];
  for await (const { workspaces } of pages(api)) {
    if (values.json) all.push(...workspaces);
    else for (const each of workspaces) out(line(each));
    if (!values.json && workspaces.length === 0)
      err('No workspace installed the bot; /slack/install is where they do.');
  }
  if (values.json) out(JSON.stringify(all, null, 2));
  return 0;
}

function line({ team, name, isOrg, installedAt, key, missingScopes, trouble }: Workspace): string {
  const wrong = [
    ...(trouble === null ? [] : [`trouble: ${trouble}`]),
    ...(missingScopes.length === 0 ? [] : [`lacks ${missingScopes.join(' ')}`]),
  ];
  const named = isOrg ? `${name} (organisation)` : name;
  return [team.padEnd(12), named.padEnd(30), installedAt.slice(0, 10), key.padEnd(4), ...wrong].join('  ').trimEnd();
}

export async function removeWorkspace({ api, words: [team = ''], values, out, err }: CommandInput): Promise<number> {
  const body = { confirm: team };
  const path = `/workspaces/${encodeURIComponent(team)}${values.erase ? '?erase=true' : ''}`;
  const { wasInstalled, isRevoked, why, rows } = await api().call<Removal>('DELETE', path, body);
  if (wasInstalled) out('Removed.');
  if (values.erase) out(`Erased ${rows} rows.`);
  if (!isRevoked) err(`Its token may still work: ${why}`);
  return 0;
}

export async function rekeyWorkspaces({ api, out, err }: CommandInput): Promise<number> {
  let changed = 0;
  let busy = 0;
  const unopened: string[] = [];
  let key = '';
  let after: string | null = null;
  for (let step = 0; step < mostSteps; step += 1) {
    const body = after === null ? {} : { after };
    const done: Rekeyed = await api().call<Rekeyed>('POST', '/workspaces/rekey', body);
    key = done.key;
    changed += done.changed;
    busy += done.busy;
    unopened.push(...done.unopened);
    after = done.next;
    if (after === null) break;
  }
  out(`${changed} encrypted anew with the key "${key}" of the running program.`);
  if (busy > 0) err(`The tokens of ${busy} were being refreshed: run it again in a minute.`);
  if (unopened.length > 0) {
    const some = unopened.slice(0, 10).join(', ');
    err(
      `No key of the program's TOKEN_KEYS decrypts the tokens of ${unopened.length}: ${some}. Add the missing key, restart, and run it again.`,
    );
  }
  if (busy + unopened.length > 0) return 1;
  out(`Its keys other than "${key}" are no longer needed.`);
  return 0;
}
