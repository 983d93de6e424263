/** What deploy/alertmanager/alertmanager.tmpl.yml leaves open. */
export interface Choices {
  username: string;
  /** Before the path of a runbook. */
  publicUrl: string;
  /** Whether there is a webhook for when the program is down. */
  webhook: boolean;
  /** Whether somebody outside waits for the calls. */
  deadman: boolean;
}

export function alertmanagerConfig(template: string, { username, publicUrl, webhook, deadman }: Choices): string {
  let text = template;
  if (!webhook) text = without(text, 'webhook');
  if (!deadman) text = without(text, 'deadman');
  // They stand between double quotes, where YAML reads what JSON writes.
  const quoted = (value: string) => () => JSON.stringify(value).slice(1, -1);
  return text.replaceAll('@@USERNAME@@', quoted(username)).replaceAll('@@PUBLIC_URL@@', quoted(publicUrl));
}

/** Only whole lines are marks; a comment may speak of them. */
function without(text: string, block: string): string {
  return text.replace(new RegExp(`^ *# ${block}:begin\\n[\\s\\S]*?^ *# ${block}:end\\n`, 'gm'), '');
}
