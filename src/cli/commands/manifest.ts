import { stringify } from 'yaml';
import { slackManifest } from '../../slack/manifest.ts';
import { defineCommand, exit, UsageError } from '../command.ts';

export const manifest = defineCommand({
  name: 'manifest',
  summary: 'Print the manifest of the Slack app, to paste under "From a manifest" when you make the app.',
  usage: '[--http HOST] [--json|--yaml]',
  options: {
    http: {
      type: 'string',
      value: 'HOST',
      description: 'Events over HTTPS to this public host name; without it Socket Mode, which needs none.',
    },
    json: { type: 'boolean', description: 'As JSON (the default).' },
    yaml: { type: 'boolean', description: 'As YAML.' },
  },
  words: [0, 0],
  run({ values, io }) {
    if (values.json && values.yaml) throw new UsageError('--json and --yaml are both given; keep one of them');
    if (values.http !== undefined && !isHost(values.http)) {
      throw new UsageError(`--http "${values.http}" is no host name; write for example bot.example.com`);
    }
    const app = slackManifest(values.http === undefined ? { mode: 'socket' } : { mode: 'http', host: values.http });
    io.out(values.yaml ? stringify(app).trimEnd() : JSON.stringify(app, null, 2));
    return exit.ok;
  },
});

/** Also as people copy it from a browser: https://bot.example.com/ */
function isHost(written: string): boolean {
  return /^(https:\/\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?\/*$/i.test(written);
}
