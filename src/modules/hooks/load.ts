import { secretOf, standardKey } from '../../yaml-files/index.ts';
import type { Hook, Verification } from './hook.ts';
import { ready } from './ready.ts';
import { createRecipe } from './recipe.ts';
import { type HookEntry, readHookFile } from './schema.ts';

type Refuse = (path: readonly string[], reason: string) => void;

/** Reads a file of hooks. Loads Liquid, so that a program without hooks does not. @throws FileRefused with every mistake */
export async function loadHooks(bytes: string | Uint8Array, file: string): Promise<Hook[]> {
  const templates = (await import('./templates.ts')).createTemplates();
  const hooks: Hook[] = [];
  readHookFile(bytes, file, ({ hooks: entries }, refuseAt) => {
    for (const [at, entry] of entries.entries()) {
      const refuse: Refuse = (path, reason) => refuseAt(['hooks', at, ...path], reason);
      if (builtIn.has(entry.name))
        refuse(['name'], `"${entry.name}" is an address of the program itself. Choose another name`);
      if (hooks.some(({ name }) => name === entry.name)) refuse(['name'], `the name "${entry.name}" is there twice`);
      hooks.push({
        name: entry.name,
        channel: entry.channel,
        place: `${file}, hook "${entry.name}"`,
        verify: verificationOf(entry, refuse),
        make: createRecipe(sourcesOf(entry, refuse), templates, refuse),
      });
    }
  });
  return hooks;
}

/** Names whose addresses have routes of their own. */
const builtIn: ReadonlySet<string> = new Set(['alertmanager', 'grafana', 'heroku']);

function sourcesOf({ message, incident, template }: HookEntry, refuse: Refuse) {
  const given = [message, incident, template].filter((each) => each !== undefined).length;
  if (given !== 1) {
    const many = given === 0 ? 'has none' : 'has several';
    refuse([], `a hook has one of \`message\`, \`incident\` and \`template\`, this one ${many}`);
  }
  return template === undefined ? { message, incident } : ready[template];
}

function verificationOf({ verify }: HookEntry, refuse: Refuse): Verification | null {
  if (verify === undefined) return null;
  const kinds = Object.keys(verify) as (keyof typeof verify)[];
  const [kind, ...more] = kinds;
  if (kind === undefined || more.length > 0) {
    refuse(
      ['verify'],
      `"verify" has one of hmac, standard, bearer, header, address, this one has ${kinds.join(', ') || 'none'}`,
    );
    return null;
  }
  const { hmac, standard, bearer, header, address } = verify;
  const secret = (written: string, path: readonly string[], least = shortest) =>
    secretOf(written, (reason) => refuse(['verify', ...path], reason), least);
  if (hmac !== undefined) {
    const { prefix = '', encoding = 'hex', timestamp = null } = hmac;
    const signed = { header: hmac.header, prefix, encoding, timestampHeader: timestamp };
    return { kind: 'hmac', ...signed, secret: secret(hmac.secret, ['hmac', 'secret']) };
  }
  if (standard !== undefined) return standardOf(secret(standard, ['standard']), refuse);
  if (header !== undefined) {
    return { kind: 'header', header: header.name, secret: secret(header.secret, ['header', 'secret']), bearer: false };
  }
  if (bearer !== undefined) {
    return { kind: 'header', header: 'Authorization', secret: secret(bearer, ['bearer']), bearer: true };
  }
  return { kind: 'address', secret: secret(address ?? '', ['address'], shortestInAddress) };
}

/** Several secrets, separated by blanks, are valid while one is replaced by another. */
function standardOf(written: string, refuse: Refuse): Verification {
  const keys = written.split(/\s+/).map(standardKey);
  if (keys.includes(null)) {
    refuse(['verify', 'standard'], 'a secret of Standard Webhooks is `whsec_` and at least 16 bytes in base64');
  }
  return { kind: 'standard', keys: keys.filter((key) => key !== null) };
}

/** Secrets of fewer characters can be guessed; those in an address are tried without any other work. */
const shortest = 8;
const shortestInAddress = 20;
