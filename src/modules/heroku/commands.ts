import type { BotCommand } from '../../commands/index.ts';
import { cut } from '../../domain/cut.ts';
import type { Performer } from '../../domain/effect.ts';
import { herokuApp } from '../../domain/heroku-app.ts';
import { code } from '../../domain/inline-code.ts';
import { unescapeMrkdwn } from '../../domain/text.ts';
import { appLines, appText, mrkdwn } from './status-text.ts';
import type { HerokuApps } from './types.ts';
import { viewOf } from './view.ts';

const effect = 'heroku-status';
export const appName = new RegExp(`^${herokuApp}$`);

const helpText = [
  `• ${code('heroku')} a line for each watched app, as it was read last`,
  `• ${code('heroku <app>')} reads an app now: its dynos, formation, last releases and add-ons. It need not be watched`,
  `${code('/heroku-status')} does the same for you alone.`,
].join('\n');

const nothingWatched =
  'No app is watched. Set `MONITORED_APP_NAME`, or list apps under `heroku:` in a file of `WATCH_DIR`. `heroku &lt;app&gt;` reads any app of the account.';

/** Returns the command `heroku [app]`. */
export function createHerokuCommand(apps: Pick<HerokuApps, 'list' | 'remaining'>): BotCommand {
  return {
    name: 'heroku',
    usage: 'heroku [app]',
    summary: 'your apps on Heroku, a line each; or one with its dynos, releases and add-ons',
    run({ args }) {
      const wanted = args.replace(/[`*]/g, '').trim().toLowerCase();
      if (wanted === 'help') return { reply: helpText };
      if (wanted === '') return { reply: listText(apps) };
      if (appName.test(wanted)) {
        const late = 'Heroku has not answered yet; the answer follows.';
        return { reply: '', effects: [{ name: effect, argument: JSON.stringify(wanted), late }] };
      }
      const written = code(cut(unescapeMrkdwn(args), 60, () => '…'));
      return {
        reply: `${written} is no name of an app on Heroku, such as \`my-app\`. \`heroku\` lists the watched ones.`,
      };
    },
  };
}

function listText(apps: Pick<HerokuApps, 'list' | 'remaining'>): string {
  const all = apps.list();
  if (all.length === 0) return nothingWatched;
  const left = apps.remaining();
  const budget = left === null ? [] : [`${left} requests to Heroku’s API are left in this hour.`];
  return [appLines(all.map(viewOf), mrkdwn), ...budget].join('\n');
}

/**
 * Returns what reads an app for the command. Heroku may take longer than Slack waits for an answer; an effect's outcome is
 * then sent later.
 */
export function createHerokuPerformers(apps: Pick<HerokuApps, 'read'>): Record<string, Performer> {
  const read: Performer = async (argument) => appText(viewOf(await apps.read(JSON.parse(argument) as string)), mrkdwn);
  return { [effect]: Object.assign(read, { repeatable: true }) };
}
