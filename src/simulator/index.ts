/** The simulator: a workspace in memory that replaces Slack and implements the same ports. */
export { simulatorRoutes } from './routes.ts';
export { createSimulator } from './simulator.ts';
export { team } from './workspace.ts';
