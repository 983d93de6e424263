import { isIP } from 'node:net';
import type { onRequestHookHandler } from 'fastify';
import { sendProblem } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Accepts any Host header, since the request authenticates itself in another way, for example with Slack's signature. */
    anyHost?: boolean;
  }
}

/** Accepted Host headers are cached, so that each is parsed once. */
const mostRemembered = 100;
/** The longest host name of DNS (253 characters) with a port. */
const mostCharacters = 260;

/**
 * Returns a check of Host headers against DNS rebinding: an attacker's web page points its own name to 127.0.0.1 to read
 * and write here, but its browser still sends the attacker's name. Accepted are only names that no stranger can own:
 * an IP address, localhost, a name without a dot (a container, the local network), a name under .internal (reserved by
 * ICANN for private use), and the names of the settings.
 * @param names host names without port, in any case; `*.example.com` stands for all below it, `*` for every name
 */
export function createHosts(names: readonly string[]): (host: string) => boolean {
  const exact = new Set<string>();
  const endings: string[] = ['.localhost', '.internal'];
  for (const name of names.map(normalize)) {
    if (name.startsWith('*.')) endings.push(name.slice(1));
    else exact.add(name);
  }
  const every = exact.has('*');
  const remembered = new Set<string>();

  function isOurs(host: string): boolean {
    const name = nameOf(host);
    if (name === null) return false;
    return (
      every || isIP(name) !== 0 || !name.includes('.') || exact.has(name) || endings.some((end) => name.endsWith(end))
    );
  }

  return (host) => {
    if (remembered.has(host)) return true;
    if (host.length > mostCharacters || !isOurs(host)) return false;
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.add(host);
    return true;
  };
}

/** Refuses requests for other hosts with 421 (RFC 9110, 15.5.20). A request without a Host header is not a browser's. */
export function refuseOtherHosts(isOurs: (host: string) => boolean): onRequestHookHandler {
  return (request, reply, done) => {
    const { host } = request.headers;
    if (host === undefined || isOurs(host) || request.routeOptions.config.anyHost === true) return done();
    const name = nameOf(host.slice(0, mostCharacters)) ?? host.slice(0, mostCharacters);
    sendProblem(request, reply, 421, {
      msg: `This server does not know the host name "${name}". If it is yours, set PUBLIC_URL to its address, or name it in ALLOWED_HOSTS.`,
    });
  };
}

/** `Bot.Example.com.:8080` → `bot.example.com`; null for a malformed host. */
function nameOf(host: string): string | null {
  const ipv6 = /^\[([0-9a-f:.]+)\](:\d{0,5})?$/i.exec(host);
  if (ipv6) return ipv6[1] ?? null;
  const [, name] = /^([^\s:/?#@\\[\]]+)(?::\d{0,5})?$/.exec(host) ?? [];
  return name === undefined ? null : normalize(name);
}

const normalize = (name: string): string => name.toLowerCase().replace(/\.$/, '');
