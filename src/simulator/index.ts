/** A workspace without Slack, in memory, behind the same ports. */
export { simulatorRoutes } from './routes.ts';
export { createSimulator } from './simulator.ts';
export { team } from './workspace.ts';
