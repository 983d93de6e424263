import { address } from '../../../web/api.ts';

interface Request {
  path: string;
  json?: object;
  text?: string;
}

/** Returns a request that a token may send, the one that shows most of its scopes. */
function requestFor(scopes: readonly string[]): Request {
  /** Returns what a scope is limited to; '' without a limit; undefined if the token does not have it. */
  const limitOf = (name: string) => {
    const found = scopes.find((each) => each === name) ?? scopes.find((each) => each.startsWith(`${name}:`));
    return found?.slice(name.length + 1);
  };
  const channel = limitOf('post');
  if (channel !== undefined) {
    return { path: `slack/${encodeURIComponent(channel.replace(/^#/, '') || 'general')}`, text: 'backup done' };
  }
  if (limitOf('admin') !== undefined) return { path: 'tokens' };
  if (limitOf('read') !== undefined) return { path: 'messages?limit=5' };
  if (limitOf('track') !== undefined) return { path: 'track', json: { pattern: 'error|timeout', user: '@ada' } };
  // The status needs no scope. With a token that is wrong it answers 401.
  return { path: 'status' };
}

/** Returns a shell command with the secret, to copy. */
export function exampleFor(secret: string, scopes: readonly string[]): string {
  const { path, json, text } = requestFor(scopes);
  const lines = [`curl -H 'Authorization: Bearer ${secret}'`, `'${location.origin}${address(path)}'`];
  if (json !== undefined) lines.push("-H 'content-type: application/json'", `-d '${JSON.stringify(json)}'`);
  if (text !== undefined) lines.push(`-d '${text}'`);
  return lines.join(' \\\n  ');
}
