/** Logger and metrics. */
export { createGauges } from './gauges.ts';
export { createLogger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { storeHooks } from './store-hooks.ts';
