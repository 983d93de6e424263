import { InvalidRequest } from '../../domain/errors.ts';
import { isForm, readJson } from '../../http/index.ts';
import { variableName } from './variable-names.ts';

/**
 * Parses the arguments of a named job: JSON, or a form. `curl -d` labels every body as a form, so a form that begins with a
 * brace is JSON. @throws InvalidRequest
 */
export function readArguments(text: string, type: string): unknown {
  return isForm(type) && !/^\s*[{["]/.test(text) ? readForm(text) : readJson(text);
}

function readForm(text: string): Record<string, string> | undefined {
  const body = text.trimEnd();
  if (body === '') return undefined;
  const fields = new Map<string, string>();
  for (const part of body.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = at < 0 ? part : part.slice(0, at);
    if (at < 0 || !variableName.test(name)) {
      throw new InvalidRequest(
        'body',
        `the form has the part "${part.slice(0, 60)}", which is not NAME=value; encode the values: curl --data-urlencode 'NAME=Tom & Jerry'`,
      );
    }
    if (fields.has(name)) throw new InvalidRequest(name, `${name} stands twice in the form; send it once`);
    fields.set(name, decode(name, part.slice(at + 1)));
  }
  return Object.fromEntries(fields);
}

function decode(name: string, value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    throw new InvalidRequest(
      name,
      `the value of ${name} has a % that begins no escape of UTF-8; encode it: curl --data-urlencode '${name}=50%'`,
    );
  }
}
