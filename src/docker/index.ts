/** Docker's API, through a proxy of its socket: containers, their logs and events, and the actions that change them. */
export {
  type Action,
  actions,
  createDockerActor,
  createDockerReader,
  type DockerActor,
  type DockerReader,
} from './client.ts';
export { DockerRefused, DockerUnavailable } from './errors.ts';
export { createLineReader } from './frames.ts';
export { createDockerRunner, type DockerRunner } from './runner.ts';
export { inSeconds, nanoseconds } from './time.ts';
export { createTransport, type Transport } from './transport.ts';
export type { BlockOperations, ContainerStats, DockerEvent, InspectedContainer, ListedContainer } from './types.ts';
