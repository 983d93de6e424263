/** Bolt's own App for many workspaces: its InstallationStore, its authorize, its HTTP receiver. It stores nothing on disk. */
import Bolt from '@slack/bolt';

const count = Number(process.env.TEAMS);
const rotates = process.env.ROTATES === '1';
const installations = new Map();
for (let n = 1; n <= count; n += 1) {
  const id = `T${n}`;
  const rotation = rotates ? { refreshToken: `xoxe-${id}-0`, expiresAt: Math.floor(Date.now() / 1_000) } : {};
  installations.set(id, {
    ...{
      team: { id, name: `Team ${n}` },
      isEnterpriseInstall: false,
      appId: 'A1',
      authVersion: 'v2',
      tokenType: 'bot',
    },
    user: { id: 'U1', token: undefined, scopes: undefined },
    bot: { id: 'BBOT', userId: 'UBOT', token: `xoxb-${id}-0`, scopes: ['chat:write'], ...rotation },
  });
}
const patterns = new Map([...installations.keys()].map((id) => [id, patternsOf(id)]));

function patternsOf(id) {
  return Array.from({ length: 5 }, (_, k) => new RegExp(`${id.toLowerCase()}db${k} is (full|slow)`, 'i'));
}

const app = new Bolt.App({
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  ...{ clientId: '1.1', clientSecret: 'secret', stateSecret: 'state', scopes: ['chat:write'] },
  installationStore: {
    async storeInstallation(installation) {
      // At its end again with the next event.
      if (rotates) installation.bot.expiresAt = Math.floor(Date.now() / 1_000);
      installations.set(installation.team.id, installation);
    },
    fetchInstallation: async ({ teamId }) => installations.get(teamId),
    deleteInstallation: async ({ teamId }) => installations.delete(teamId),
  },
  logLevel: 'error',
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  installerOptions: { clientOptions: { slackApiUrl: process.env.SLACK_API_URL } },
  customRoutes: [{ path: '/', method: 'GET', handler: (_request, response) => response.end() }],
});
app.message(async ({ message, context }) => {
  for (const pattern of patterns.get(context.teamId) ?? []) pattern.test(message.text);
});
await app.start({ port: Number(process.env.PORT), host: '127.0.0.1' });
