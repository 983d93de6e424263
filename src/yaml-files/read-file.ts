import { NotUtf8, readUtf8 } from '../domain/encoding.ts';
import { FileRefused, firstOf } from './file-refused.ts';
import { readYaml, type YamlReader } from './reader.ts';

/** Characters of a file. */
const longestFile = 1_048_576;

/** Reads the YAML of a file. @throws FileRefused when it is not YAML in UTF-8, or too long */
export function readYamlFile(content: string | Uint8Array, file: string): YamlReader {
  const source = typeof content === 'string' ? content : decode(content, file);
  if (source.length > longestFile) {
    const reason = `the file has ${source.length} characters, at most ${longestFile} are read. Split it`;
    throw new FileRefused(file, [{ line: 1, reason }]);
  }
  const yaml = readYaml(source.replace(/^\ufeff/, ''));
  // A syntax error causes further errors, which would hide it.
  if (yaml.problems.length > 0) throw new FileRefused(file, firstOf(yaml.problems, 'errors of YAML'));
  return yaml;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return readUtf8(bytes);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const line = bytes.subarray(0, error.offset).filter((byte) => byte === 0x0a).length + 1;
    throw new FileRefused(file, [{ line, reason: `the file is ${error.message}` }]);
  }
}
