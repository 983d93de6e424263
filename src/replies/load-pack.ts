import { isMap, isSeq } from 'yaml';
import { NotUtf8, readUtf8 } from '../domain/encoding.ts';
import type { Pack } from './pack.ts';
import { PackError } from './pack-error.ts';
import { readTriggers } from './read-triggers.ts';
import { readSeconds, textOf } from './values.ts';
import { describe, type Entry, readYaml, type YamlReader } from './yaml-reader.ts';

const defaultCooldownSeconds = 15;
/** Characters of a pack's file. */
const longestPack = 1_048_576;
const example = 'Write `name: greetings` and below `triggers:` a map of trigger words to lists of replies';

/**
 * Reads one pack: `name`, `channels` (default all), `cooldown` in seconds (default 15), `triggers`.
 * @throws PackError with every mistake of the file
 */
export function loadPack(content: string | Uint8Array, file: string): Pack {
  const source = typeof content === 'string' ? content : decode(content, file);
  if (source.length > longestPack) {
    const reason = `the file has ${source.length} characters, at most ${longestPack} are read. Split it`;
    throw new PackError(file, [{ line: 1, reason }]);
  }
  const yaml = readYaml(source.replace(/^\ufeff/, ''));
  // After a syntax error the rest is guesswork; its consequences would only hide it.
  if (yaml.problems.length > 0) throw new PackError(file, yaml.problems);
  const pack = readPack(yaml, file);
  if (yaml.problems.length > 0) throw new PackError(file, yaml.problems);
  return pack;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return readUtf8(bytes);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const line = bytes.subarray(0, error.offset).filter((byte) => byte === 0x0a).length + 1;
    throw new PackError(file, [{ line, reason: `the file is ${error.message}` }]);
  }
}

function readPack(yaml: YamlReader, file: string): Pack {
  const pack: Pack = { name: '', file, channels: null, triggers: [], warnings: yaml.warnings };
  if (!isMap(yaml.root)) {
    yaml.refuse(yaml.root, `a pack is a map, this is ${describe(yaml.root)}. ${example}`);
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
  if (!name) yaml.refuse(entry.at, `"name" is a text, this is ${describe(entry.value)}. Put it in quotes`);
  return name ?? '';
}

function readChannels(yaml: YamlReader, entry: Entry): string[] {
  if (!isSeq(entry.value) || entry.value.items.length === 0) {
    const found = isSeq(entry.value) ? 'an empty list' : describe(entry.value);
    yaml.refuse(entry.at, `"channels" is a list of names or ids, this is ${found}. Leave it out for every channel`);
    return [];
  }
  return yaml.items(entry.value).map((item) => {
    const channel = textOf(item)?.trim().replace(/^#/, '').toLowerCase();
    const remedy = 'Write general or, in quotes, "#general"';
    if (!channel) yaml.refuse(item ?? entry.at, `a channel is a name or an id, this is ${describe(item)}. ${remedy}`);
    return channel ?? '';
  });
}
