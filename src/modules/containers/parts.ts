import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import type { Audit } from './audit.ts';
import type { Control } from './control.ts';
import type { DockerReader } from './docker/client.ts';
import type { Protection } from './protection.ts';
import type { Readings } from './readings.ts';
import type { TrafficReader } from './traffic.ts';

/** What the routes and commands of this module are made of; `index.ts` gives it. */
export interface ContainersParts {
  docker: DockerReader;
  readings: Readings;
  protection: Protection;
  audit: Audit;
  control: Control;
  traffic: TrafficReader;
  /** Of the API: there is one login. */
  username: string;
  clock: Clock;
  log: Logger;
}
