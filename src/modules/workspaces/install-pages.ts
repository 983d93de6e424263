import { escapeHtml, htmlPage } from '../../http/index.ts';
import type { Arrival, AskedScope } from '../../ports/installer.ts';

interface Text {
  status: number;
  title: string;
  paragraphs: readonly string[];
  /** The page loads itself again after so many seconds. Absent: never. */
  againSeconds?: number;
}

const againSeconds = 10;

const head = '<script src="/ultronex/assets/theme.js?v=1"></script>\n';

/** The page with the button: what the bot can do, in words. */
export function askPage(scopes: readonly AskedScope[]): string {
  const items = scopes.map(({ scope, use }) => `<li>${escapeHtml(use)} <small>${escapeHtml(scope)}</small></li>\n`);
  return htmlPage({
    title: 'Add Ultronex to Slack',
    head,
    body: `<main>
<h1>Add Ultronex to your Slack workspace</h1>
<p>Ultronex forwards messages that match patterns, and posts messages for programs. It reads channels that it is invited to, and no others.</p>
<nav><a class="button" href="/slack/install?start=true" data-testid="install">Continue to Slack</a></nav>
<p>Slack asks you to agree that the bot can:</p>
<ul>
${items.join('')}</ul>
<p>An admin of the workspace can remove it at any time, in Slack under “Manage apps”.</p>
</main>`,
  });
}

/** The page after the way back from Slack. */
export function endPage({ title, paragraphs, againSeconds }: Text, mayTryAgain: boolean): string {
  const again = '<nav><a class="button" href="/slack/install" data-testid="again">Try again</a></nav>';
  const refresh = againSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${againSeconds}">\n`;
  return htmlPage({
    title: `${title} · Ultronex`,
    head: `${refresh}${head}`,
    body: `<main data-testid="install-end">
<h1>${escapeHtml(title)}</h1>
${paragraphs.map((each) => `<p>${escapeHtml(each)}</p>\n`).join('')}${mayTryAgain ? again : ''}
</main>`,
  });
}

export const cancelled: Text = {
  status: 200,
  title: 'Nothing was installed',
  paragraphs: ['You cancelled at Slack, so nothing was changed.'],
};

export const installedBefore: Text = {
  status: 200,
  title: 'Ultronex is installed already',
  paragraphs: [
    'You loaded this page again, which changed nothing. You can close it, and send the bot a message in Slack: help.',
  ],
};

export const wrongState: Text = {
  status: 400,
  title: 'This link is not valid here',
  paragraphs: [
    'The way back from Slack has to end in the browser in which you pressed the button, within ten minutes, once. Nothing was changed: a workspace that was added before still has the bot.',
  ],
};

/** The code from Slack was not used, so the same address leads on when the store is back. */
export const storeAway: Text = {
  status: 503,
  title: 'Back in a moment',
  paragraphs: [
    'Slack has sent you back, but this server cannot save anything at the moment. Nothing was installed yet.',
    `This page asks again every ${againSeconds} seconds.`,
  ],
  againSeconds,
};

export const tooMany: Text = {
  status: 429,
  title: 'Too many attempts',
  paragraphs: ['There were too many installations from your address. Wait a minute.'],
};

/** Slack's errors that have a simple reason: https://docs.slack.dev/reference/methods/oauth.v2.access#errors */
const reasons: Record<string, string> = {
  invalid_code: 'The code from Slack was used before, or is not one of ours.',
  code_already_used: 'The code from Slack was used before.',
  code_expired: 'The code from Slack is more than ten minutes old.',
};
/** The settings of this server are wrong; whoever installs the app cannot help that. */
const settingsAreWrong =
  /^(bad_client_secret|invalid_client_id|bad_redirect_uri|invalid_team_for_non_distributed_app)$/;

export function arrivalText(arrival: Arrival): Text {
  switch (arrival.kind) {
    case 'installed':
      return installed(arrival);
    case 'home':
      return {
        status: 200,
        title: `${arrival.name} has the bot already`,
        paragraphs: ['This is the workspace of whoever runs this server, so there is nothing to install.'],
      };
    case 'other app':
      return ofOperator('it mixes the settings of two Slack apps');
    case 'unanswered':
      return {
        status: 503,
        title: 'Slack did not answer',
        paragraphs: [`${notYet} Try again in a minute.`],
      };
    case 'unsaved':
      return {
        status: 503,
        title: 'The installation was not saved',
        paragraphs: [`${notYet} This server could not save the installation. Try again in some minutes.`],
      };
    case 'refused':
      if (settingsAreWrong.test(arrival.error)) return ofOperator(`Slack refused it: ${arrival.error}`);
      return {
        status: 400,
        title: 'Slack refused the installation',
        paragraphs: [reasons[arrival.error] ?? `Slack's reason: ${arrival.error}.`, 'Nothing was installed.'],
      };
  }
}

/** Slack took the code, or it is not known whether it did. */
const notYet = 'The bot may be in your workspace already, but it does not work there yet.';

function ofOperator(why: string): Text {
  return {
    status: 500,
    title: 'This server is not set up for installations',
    paragraphs: [`Nothing was installed. Tell the person who runs this server: ${why}.`],
  };
}

function installed({ name, isOrg, isAgain, missingScopes }: Extract<Arrival, { kind: 'installed' }>): Text {
  const where = isOrg ? `all workspaces of ${name}` : name;
  return {
    status: 200,
    title: `Ultronex is in ${where}`,
    paragraphs: [
      ...(isAgain ? ['It was there before. Its patterns and messages are as they were.'] : []),
      ...(missingScopes.length > 0
        ? [
            `Slack did not grant ${missingScopes.join(', ')}. Features that need ${missingScopes.length === 1 ? 'it' : 'them'} do not work until you install the bot again.`,
          ]
        : []),
      'Go to Slack and send the bot a direct message: help. Invite it to a channel with /invite @ultronex.',
    ],
  };
}
