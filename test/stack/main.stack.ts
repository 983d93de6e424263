/**
 * `npm run test:stack`: the unmodified docker-compose.yml on a real engine, asked from outside. Needs Docker with the
 * images of the compose file (or `../shared/tools`, see `.ci/run`) and the image ultronex:latest.
 */
import { after, before, describe } from 'node:test';
import { alertTests } from './alerts.stack.ts';
import { certificateTests } from './certificates.stack.ts';
import { attempt } from './command.ts';
import { configTests } from './configs.stack.ts';
import { containerTests } from './containers.stack.ts';
import { crashTests } from './crash.stack.ts';
import { dashboardTests } from './dashboards.stack.ts';
import { deployTests } from './deploy.stack.ts';
import { drillTests } from './drill.stack.ts';
import { jobImage, jobTests } from './jobs.stack.ts';
import { limitTests } from './limits.stack.ts';
import { logTests } from './logs.stack.ts';
import { metricTests } from './metrics.stack.ts';
import { requestTests } from './requests.stack.ts';
import { settingsTests } from './settings.stack.ts';
import { hostName, type Stack, startStack, up } from './stack.ts';
import { tokenTests } from './token.stack.ts';

let started: Stack | undefined;
const stack = (): Stack => {
  if (started === undefined) throw new Error('the stack did not start');
  return started;
};

describe('the stack', { concurrency: false, timeout: 1_500_000 }, () => {
  before(async () => {
    const root = (await attempt('docker', ['info', '-f', '{{.DockerRootDir}}'])).stdout.trim();
    started = await startStack({
      HOST_NAMES: `${hostName} www.${hostName}`,
      ACME_EMAIL: 'ops@ultronex.test',
      ACME_SERVER: 'https://pebble:14000/dir',
      BIND_ADDRESS: '127.0.0.1',
      HTTP_PORT: '18080',
      HTTPS_PORT: '18443',
      BASIC_AUTH_PASSWORD: 'only-for-this-test',
      SLACK_BOT_TOKEN: 'xoxb-test-1',
      SLACK_APP_TOKEN: 'xapp-test-1',
      SLACK_API_URL: 'http://fake-slack:9000/api/',
      ALERT_CHANNEL: '#alerts',
      ALERT_WEBHOOK_URL: 'http://fake-slack:9001/hook',
      CONTROL_USERS: 'U1',
      DOCKER_ACT_URL: 'http://docker-act:2375',
      DOCKER_JOBS_URL: 'unix:/run/docker-jobs/jobs.sock',
      JOB_IMAGES: jobImage,
      DOCKER_ROOT: root,
    });
    const startedAt = Date.now();
    await up(started);
    console.log(`# up and healthy after ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  });
  after(async () => {
    if (process.env.KEEP_STACK) return console.log(`# left running: ${started?.folder}`);
    await started?.down();
  });

  settingsTests(stack);
  configTests(stack);
  requestTests(stack);
  certificateTests(stack);
  containerTests(stack);
  jobTests(stack);
  alertTests(stack);
  logTests(stack);
  metricTests(stack);
  crashTests(stack);
  dashboardTests(stack);
  deployTests(stack);
  tokenTests(stack);
  drillTests(stack);
  // Last: they leave addresses locked out.
  limitTests(stack);
});
