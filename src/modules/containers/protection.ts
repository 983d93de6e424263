import { hostname } from 'node:os';
import type { Container } from './container.ts';
import type { Action } from './docker/client.ts';

/** What is asked of a container. */
export type Deed = Action | 'shell';

type Named = Pick<Container, 'id' | 'service' | 'hasDockerSocket' | 'reachesHost'>;

const cuts: Deed[] = ['stop', 'pause'];

export interface Protection {
  /** Why nothing at all may be done to it; null: something may. */
  of(container: Named): string | null;
  /** Why this may not be done to it; null: it may. */
  against(container: Named, deed: Deed): string | null;
}

/** `host` is the name of this machine: inside of a container the beginning of its id. */
export function createProtection(host = hostname()): Protection {
  const isSelf = ({ id, service }: Named) =>
    service === 'ultronex' || (/^[0-9a-f]{12,64}$/.test(host) && id.startsWith(host));

  function of(container: Named): string | null {
    if (container.hasDockerSocket || ['docker-read', 'docker-act'].includes(container.service)) {
      return 'It holds the Docker socket: what is done to it could be done to the whole machine. Use docker compose on the server.';
    }
    if (isSelf(container)) {
      return 'This is Ultronex itself: it would cut the branch it sits on. Use `docker compose restart ultronex` on the server.';
    }
    return null;
  }

  return {
    of,
    against(container, deed) {
      const all = of(container);
      if (all !== null) return all;
      if (container.reachesHost && deed === 'shell') {
        return 'It is privileged or has the files of the machine: a shell in it would be one on the machine. Use docker compose on the server.';
      }
      if (container.service === 'haproxy' && cuts.includes(deed)) {
        return 'This page comes through HAProxy; without it nobody could start it again from here. A restart is possible.';
      }
      return null;
    },
  };
}
