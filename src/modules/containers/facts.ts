import { type DockerReader, DockerRefused, type InspectedContainer, type ListedContainer } from '../../docker/index.ts';
import { cleanText } from '../../lib/clean-line.ts';
import { eachOf } from '../../lib/each-of.ts';
import type { Facts } from './verdict.ts';

/** With the value `false` no incidents are opened for a container. */
const watchLabel = 'ultronex.watch';
/** Concurrent calls. */
const atOnce = 8;
/** Further containers are not watched. */
const mostContainers = 500;

/** Reads all containers that are watched. @throws DockerUnavailable; DockerRefused if they cannot be listed */
export async function readFacts(docker: Pick<DockerReader, 'list' | 'inspect'>): Promise<Facts[]> {
  const listed = (await docker.list()).filter(isWatched).slice(0, mostContainers);
  const read = await eachOf(listed, atOnce, async (each) => {
    try {
      return factsOf(each, await docker.inspect(each.Id));
    } catch (error) {
      if (!(error instanceof DockerRefused)) throw error;
      // It was removed in the meantime.
      if (error.dockerStatus === 404) return null;
      // Docker cannot describe it, for example since its files are damaged. The others are judged all the same.
      return factsOf(each, undescribed);
    }
  });
  return read.filter((facts) => facts !== null);
}

/** Leaves out containers of `docker compose run`, which somebody waits for. */
const isWatched = ({ Labels }: ListedContainer) =>
  Labels[watchLabel]?.toLowerCase() !== 'false' && Labels['com.docker.compose.oneoff'] !== 'True';

/** Nothing is judged from this state. */
export const unknownState = 'unknown';
type Described = Pick<InspectedContainer, 'State' | 'HostConfig' | 'Config'>;
const undescribed: Described = {
  State: { Status: unknownState, StartedAt: '' },
  HostConfig: { Memory: 0 },
  Config: { Tty: false },
};

function factsOf({ Id, Names, Image, Labels }: ListedContainer, inspected: Described): Facts {
  const { State, HostConfig, Config } = inspected;
  const name = (Names[0] ?? Id.slice(0, 12)).replace(/^\//, '');
  // Labels may have any text.
  const service = cleanText(Labels['com.docker.compose.service'] ?? '') || name;
  const project = cleanText(Labels['com.docker.compose.project'] ?? '');
  return {
    ...{ id: Id, name, service, image: Image },
    key: service === name || project === '' ? service : `${project}/${service}`,
    ...{ state: State.Status, exitCode: State.ExitCode ?? 0, oomKilled: State.OOMKilled ?? false },
    health: State.Health === undefined || State.Health.Status === 'none' ? null : State.Health.Status,
    ...{ policy: HostConfig.RestartPolicy?.Name ?? 'no', autoRemove: HostConfig.AutoRemove ?? false },
    memoryLimit: HostConfig.Memory > 0 ? HostConfig.Memory : null,
    tty: Config.Tty,
  };
}
