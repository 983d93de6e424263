/** The slash commands, and the bot command that each stands for; '' for one whose text is the bot command. */
const commands = new Map([
  ['/ultronex', ''],
  ['/heroku-status', 'heroku'],
]);

/** Returns the text of the bot command that a slash command stands for: `heroku shop` for `/heroku-status` and `shop`. */
export function textOfSlash(command: string, text: string): string {
  return `${commands.get(command) ?? ''} ${text.trim()}`.trim();
}

/** The same for a typed line; null for a line that begins with none of the slash commands. */
export function textOfSlashLine(typed: string): string | null {
  const [, command = '', rest = ''] = /^\s*(\/\S+)(.*)$/s.exec(typed) ?? [];
  return commands.has(command.toLowerCase()) ? textOfSlash(command.toLowerCase(), rest) : null;
}
