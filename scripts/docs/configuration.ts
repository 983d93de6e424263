import { settingSchemas } from '../../src/app/index.ts';
import type { SettingSchema } from '../../src/config/setting.ts';
import { stackSettings } from '../../src/stack-setup/settings.ts';
import { table } from './markers.ts';

const settings = Object.entries(settingSchemas);

/** `.env.example`: every setting with its default, commented out. */
export function envExample(): string {
  const blocks = settings.map(([name, schema]) => {
    const lines = [
      ...wrap(schema.description, 116),
      ...(schema.alsoNamed ? [`Also read from ${schema.alsoNamed.join(', else ')}.`] : []),
      ...(schema.secret ? [`Or the path of a file: ${name}_FILE=`] : []),
    ];
    return block(lines, name, schema.default);
  });
  const ofTheStack = Object.entries(stackSettings).map(([name, { description, default: fallback }]) =>
    block(wrap(description, 116), name, fallback),
  );
  return `${[head, ...blocks, stackHead, ...ofTheStack].join('\n\n')}\n`;
}

const head = [
  '# Settings of Ultronex; all have a default or may be left out. Made by `npm run docs` from src/config/schema.ts and the',
  '# settings.ts of each module in src/modules/.',
  '# Copy this file to .env and run `node --env-file=.env dist/main.js`.',
].join('\n');

function block(lines: readonly string[], name: string, value: string | number | boolean | undefined): string {
  return [...lines.map((line) => `# ${line}`), `#${name}=${value ?? ''}`].join('\n');
}

const stackHead = [
  '# The stack: `docker compose up -d`. These are of docker-compose.yml, made from src/stack-setup/settings.ts. Beside them',
  '# it takes the settings above, but for what its containers set themselves: PORT, HOST, DATA_DIR, REPLIES_DIR,',
  '# DOCKER_READ_URL, HAPROXY_METRICS_URL and paths of secrets (NAME_FILE).',
].join('\n');

/** The table in docs/stack.md. */
export function stackTable(): string {
  const rows = Object.entries(stackSettings).map(([name, { description, default: fallback }]) => [
    `\`${name}\``,
    fallback === undefined ? '' : `\`${fallback}\``,
    description,
  ]);
  return table(['setting', 'default', 'meaning'], rows);
}

/** docs/configuration.md */
export function configurationPage(): string {
  const rows = settings.map(([name, schema]) => [named(name, schema), shownDefault(schema), described(schema)]);
  return `${intro}\n${table(['setting', 'default', 'meaning'], rows)}\n`;
}

const intro = `# Configuration
<!-- Made by \`npm run docs\` from src/config/schema.ts and the settings.ts of each module; change it there. -->

All settings are environment variables. \`.env.example\` lists them with their defaults. The program does not read a \`.env\`
file itself; use \`node --env-file=.env dist/main.js\`, or \`docker run --env-file .env\`.

- Every setting has a default or is optional. Without any, the program runs with the simulator on 127.0.0.1.
- An empty value counts as not set.
- A secret can be read from a file whose path is in \`NAME_FILE\`; setting both is an error. Secrets are never shown, not even
  in error messages.
- If settings are invalid, the program lists all problems before it starts anything, and exits with code 78. \`ultronex
  doctor\` makes the same checks, and then checks the disk, the store, workspaces, Redis, Slack and the
  running program.
`;

function named(name: string, { secret }: SettingSchema): string {
  return secret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
}

function shownDefault(schema: SettingSchema): string {
  return schema.default === undefined ? '' : `\`${schema.default}\``;
}

function described(schema: SettingSchema): string {
  const { description, type, minimum, maximum, minLength, alsoNamed } = schema;
  if (alsoNamed !== undefined) {
    return `${description} If it is not set, ${alsoNamed.map((each) => `\`${each}\``).join(', else ')} is read.`;
  }
  if (type === 'integer') return `${description} From ${minimum} to ${maximum}.`;
  if (type === 'boolean') return `${description} \`true\` or \`false\`.`;
  return minLength !== undefined && minLength > 1 ? `${description} At least ${minLength} characters.` : description;
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`.trim();
  }
  return lines;
}
