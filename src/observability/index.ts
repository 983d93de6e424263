/** How the program shows what it does: log, metrics, live feed. */
export { createGauges } from './gauges.ts';
export { createLiveFeed, showDeliveries } from './live-feed.ts';
export { createLogger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { storeHooks } from './store-hooks.ts';
