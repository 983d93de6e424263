import type { Feature } from '../../domain/off.ts';
import type { ConfigOf } from '../module.ts';
import type { jobSettings } from './settings.ts';

type Config = ConfigOf<typeof jobSettings>;

/** One target is enough. */
export const isOn = ({ JOBS_BIN, DOCKER_JOBS_URL, HEROKU_API_KEY }: Config): boolean =>
  JOBS_BIN !== undefined || DOCKER_JOBS_URL !== undefined || HEROKU_API_KEY !== undefined;

/** The features that the module's settings turn on. */
export const jobFeatures: readonly Feature<Config>[] = [
  {
    name: 'jobs',
    title: 'Jobs',
    isOff: (config) => !isOn(config),
    text: 'There is no place where jobs may run: no folder of programs, no containers and no key of Heroku.',
    setting: 'JOBS_BIN=./bin',
    guide: 'jobs',
    hasRoutes: true,
  },
];
