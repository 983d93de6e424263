/** A line of a container's log, as `GET …/logs` sends it in an event. */
export type { LogLine } from '../../docker/log-line.ts';
