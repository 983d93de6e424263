/** Logger and metrics. */
export { createDatabaseMetrics } from './database-metrics.ts';
export { createGauges } from './gauges.ts';
export { createLogger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { storeHooks } from './store-hooks.ts';
