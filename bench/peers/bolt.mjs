/** For information: what Bolt alone takes, with one listener for messages that does nothing. */
import { createServer } from 'node:http';
import Bolt from '@slack/bolt';

const app = new Bolt.App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: 'error',
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});
app.message(async () => {});

await app.start();
createServer((_request, response) => response.end()).listen(Number(process.env.PORT), '127.0.0.1');
