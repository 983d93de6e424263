/** Values for the placeholders and blocks of deploy/alertmanager/alertmanager.tmpl.yml. */
export interface Choices {
  username: string;
  /** Prefix of the links to runbooks. */
  publicUrl: string;
  /** Whether alerts go to a Slack webhook while the program is down. */
  webhook: boolean;
  /** Whether an outside service is called every minute (dead man's switch). */
  deadman: boolean;
}

/** Returns Alertmanager's configuration: the template with its placeholders replaced and unused blocks removed. */
export function alertmanagerConfig(template: string, { username, publicUrl, webhook, deadman }: Choices): string {
  let text = template;
  if (!webhook) text = without(text, 'webhook');
  if (!deadman) text = without(text, 'deadman');
  // The placeholders are inside double quotes, where YAML and JSON have the same escapes.
  const quoted = (value: string) => () => JSON.stringify(value).slice(1, -1);
  return text.replaceAll('@@USERNAME@@', quoted(username)).replaceAll('@@PUBLIC_URL@@', quoted(publicUrl));
}

/** Removes a block between its marker lines. */
function without(text: string, block: string): string {
  return text.replace(new RegExp(`^ *# ${block}:begin\\n[\\s\\S]*?^ *# ${block}:end\\n`, 'gm'), '');
}
