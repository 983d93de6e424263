/** The worker that sends: it claims deliveries, paces and retries them, and settles what became of them. */
export { createWorker } from './worker.ts';
