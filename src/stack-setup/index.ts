/** Prepares the stack for `docker compose`: checks its `.env`, and writes each service's secrets into its volume. */
export { checkEnv } from './check-env.ts';
export { readEnvFile } from './env-file.ts';
export { report } from './report.ts';
export { SetupFailed } from './setup-failed.ts';
export { writeVolumes } from './write.ts';
