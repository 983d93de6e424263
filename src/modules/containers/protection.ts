import { hostname } from 'node:os';
import type { Action } from '../../docker/index.ts';
import type { Container } from './container.ts';

/** An action on a container, or a shell in it. */
export type Deed = Action | 'shell';

type Named = Pick<Container, 'id' | 'service' | 'hasDockerSocket' | 'reachesHost'>;

const cuts: Deed[] = ['stop', 'pause'];

export interface Protection {
  /** Returns why no action on a container is allowed; null if any is. */
  of(container: Named): string | null;
  /** Returns why an action is not allowed; null if it is. */
  against(container: Named, deed: Deed): string | null;
}

/** @param host the host name; inside of a container, it is the beginning of the container's id */
export function createProtection(host = hostname()): Protection {
  const isSelf = ({ id, service }: Named) =>
    service === 'ultronex' || (/^[0-9a-f]{12,64}$/.test(host) && id.startsWith(host));

  function of(container: Named): string | null {
    if (container.hasDockerSocket || ['docker-read', 'docker-act'].includes(container.service)) {
      return 'It has the Docker socket, which gives root rights on the machine. Use docker compose on the server.';
    }
    if (isSelf(container)) {
      return 'This is Ultronex itself, which cannot stop or restart itself. Use `docker compose restart ultronex` on the server.';
    }
    return null;
  }

  return {
    of,
    against(container, deed) {
      const all = of(container);
      if (all !== null) return all;
      if (container.reachesHost && deed === 'shell') {
        return 'It is privileged or has the machine’s files, so a shell in it could control the machine. Use docker compose on the server.';
      }
      if (container.service === 'haproxy' && cuts.includes(deed)) {
        return 'This page is served through HAProxy, so it could not be started again from here. A restart is possible.';
      }
      return null;
    },
  };
}
