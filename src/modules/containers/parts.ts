import type { Logger } from 'pino';
import type { DockerReader } from '../../docker/index.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Audit } from './audit.ts';
import type { Control } from './control.ts';
import type { Protection } from './protection.ts';
import type { Readings } from './readings.ts';
import type { TrafficReader } from './traffic.ts';

/** The parts that the module's routes use; `module.ts` makes them. */
export interface ContainersParts {
  docker: DockerReader;
  readings: Readings;
  protection: Protection;
  audit: Audit;
  control: Control;
  traffic: TrafficReader;
  clock: Clock;
  log: Logger;
}
