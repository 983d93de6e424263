import { type DockerReader, DockerRefused, DockerUnavailable, type ListedContainer } from '../../../docker/index.ts';
import type { DockerProbe } from '../../../watch-files/index.ts';
import { Failed, type Run } from './run.ts';

const serviceLabel = 'com.docker.compose.service';
/** Of `docker compose run`, beside the service. */
const oneOffLabel = 'com.docker.compose.oneoff';
/** Containers of one service that are looked at. */
const mostContainers = 50;

/** Looks whether a container, or every container of a service, runs and is healthy. @throws Failed */
export async function probeDocker({ container: name }: DockerProbe, docker: DockerReader | null, run: Run) {
  if (docker === null) {
    throw new Failed('connect', 'Docker is not set up. Set DOCKER_READ_URL to the address of its read-only proxy.');
  }
  run.waits('timeout', `Docker did not answer within ${run.limit}.`);
  try {
    const wanted = of(name, await run.until(docker.list())).slice(0, mostContainers);
    if (wanted.length === 0) throw new Failed('response', `There is no container or service "${name}".`);
    const states = await run.until(Promise.all(wanted.map((each) => stateOf(each, docker))));
    run.reached();
    const bad = states.find(({ problem }) => problem !== null);
    if (bad?.problem != null) throw new Failed('response', bad.problem);
    const healths = [...new Set(states.map(({ health }) => health).filter((health) => health !== ''))];
    const what = states.length === 1 ? 'running' : `${states.length} containers running`;
    return [what, ...healths].join(', ');
  } catch (error) {
    if (error instanceof DockerUnavailable) throw new Failed('connect', error.message);
    if (error instanceof DockerRefused) throw new Failed('response', error.message);
    throw error;
  }
}

/** A container of that name, else the containers of the service. */
function of(name: string, all: readonly ListedContainer[]): ListedContainer[] {
  const named = all.filter(({ Names }) => Names?.includes(`/${name}`));
  if (named.length > 0) return named;
  return all.filter(({ Labels }) => Labels?.[serviceLabel] === name && Labels[oneOffLabel] !== 'True');
}

/** A container that starts is well: Docker says `unhealthy` when its health check has failed often enough. */
async function stateOf(
  listed: ListedContainer,
  docker: DockerReader,
): Promise<{ problem: string | null; health: string }> {
  const name = listed.Names?.[0]?.slice(1) ?? listed.Id.slice(0, 12);
  try {
    const { State: state } = await docker.inspect(listed.Id);
    const health = state.Health?.Status ?? '';
    if (state.Status !== 'running')
      return { problem: `The container ${name} is not running: ${state.Status}.`, health };
    return {
      problem: health === 'unhealthy' ? `The container ${name} is unhealthy.` : null,
      health: health === 'none' ? '' : health,
    };
  } catch (error) {
    const isGone = error instanceof DockerRefused && error.dockerStatus === 404;
    if (!isGone) throw error;
    return { problem: `The container ${name} was removed just now.`, health: '' };
  }
}
