/** The outbox worker: claims deliveries, sends them at the pace of their channels, retries, and stores the outcomes. */
export { createWorker } from './worker.ts';
