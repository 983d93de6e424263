import { createContainers } from './containers/index.ts';
import { createIncidents } from './incidents/index.ts';
import type { CreateModule } from './module.ts';

/** Every optional module: a folder with its settings, its client and its routes. Nothing else knows them. */
export const modules: Record<string, CreateModule> = {
  incidents: createIncidents,
  containers: createContainers,
};
