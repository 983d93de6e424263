import type { CommandInput } from '../module.ts';
import type { AppsView } from './routes.ts';
import { appLines, appText, plain } from './status-text.ts';
import type { AppView } from './view.ts';

/** `ultronex heroku status [app]`. Exit code 1 when the app could not be read. */
export async function herokuStatus({ words: [name], values, api, out, err }: CommandInput): Promise<number> {
  if (name === undefined) {
    const answer = await api().call<AppsView>('GET', '/heroku');
    if (values.json === true) out(JSON.stringify(answer, null, 2));
    else if (answer.apps.length === 0) err('No app is watched; set MONITORED_APP_NAME.');
    else out(appLines(answer.apps, plain));
    return 0;
  }
  const app = await api().call<AppView>('GET', `/heroku/${encodeURIComponent(name)}`);
  out(values.json === true ? JSON.stringify(app, null, 2) : appText(app, plain));
  return app.problem === null ? 0 : 1;
}
