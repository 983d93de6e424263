import { isMap, isSeq } from 'yaml';
import { type Entry, FileRefused, nodeKind, readYamlFile, type YamlReader } from '../yaml-files/index.ts';
import type { Pack } from './pack.ts';
import { readTriggers } from './read-triggers.ts';
import { readSeconds, textOf } from './values.ts';

const defaultCooldownSeconds = 15;
const example = 'Write `name: greetings` and below `triggers:` a map of trigger words to lists of replies';

/**
 * Parses a pack: `name`, `channels` (default all), `cooldown` in seconds (default 15), `triggers`.
 * @throws FileRefused with every mistake of the file
 */
export function loadPack(content: string | Uint8Array, file: string): Pack {
  const yaml = readYamlFile(content, file);
  const pack = readPack(yaml, file);
  if (yaml.problems.length > 0) throw new FileRefused(file, yaml.problems);
  return pack;
}

function readPack(yaml: YamlReader, file: string): Pack {
  const pack: Pack = { name: '', file, channels: null, triggers: [], warnings: yaml.warnings };
  if (!isMap(yaml.root)) {
    yaml.refuse(yaml.root, `a pack is a map, this is ${nodeKind(yaml.root)}. ${example}`);
    return pack;
  }
  const fields = yaml.fields(yaml.root, ['name', 'channels', 'cooldown', 'triggers']);
  pack.name = readName(yaml, fields.name);
  pack.channels = fields.channels ? readChannels(yaml, fields.channels) : null;
  const seconds = fields.cooldown ? readSeconds(yaml, fields.cooldown) : defaultCooldownSeconds;
  if (fields.triggers) pack.triggers = readTriggers(yaml, fields.triggers, seconds);
  else yaml.refuse(yaml.root, `"triggers" is missing. ${example}`);
  return pack;
}

function readName(yaml: YamlReader, entry: Entry | undefined): string {
  if (!entry) {
    yaml.refuse(yaml.root, `"name" is missing. ${example}`);
    return '';
  }
  const name = textOf(entry.value)?.trim();
  yaml.warnOfComments(entry.value);
  if (!name) yaml.refuse(entry.at, `"name" is a text, this is ${nodeKind(entry.value)}. Put it in quotes`);
  return name ?? '';
}

function readChannels(yaml: YamlReader, entry: Entry): string[] {
  if (!isSeq(entry.value) || entry.value.items.length === 0) {
    const found = isSeq(entry.value) ? 'an empty list' : nodeKind(entry.value);
    yaml.refuse(entry.at, `"channels" is a list of names or ids, this is ${found}. Leave it out for every channel`);
    return [];
  }
  return yaml.items(entry.value).map((item) => {
    const channel = textOf(item)?.trim().replace(/^#/, '').toLowerCase();
    const remedy = 'Write general or, in quotes, "#general"';
    if (!channel) yaml.refuse(item ?? entry.at, `a channel is a name or an id, this is ${nodeKind(item)}. ${remedy}`);
    return channel ?? '';
  });
}
