import { decodeBody, isForm, isJson, readJson } from '../../http/index.ts';

/**
 * Parses the body of a webhook: JSON, a form, or a text. A form's field `payload` with JSON is what GitHub and others send
 * in place of the body. @throws InvalidRequest and others for a body that is not what its content type says
 */
export function parseBody(raw: Buffer, headers: Readonly<Record<string, string | string[] | undefined>>): unknown {
  const contentType = textOf(headers['content-type']);
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const text = decodeBody(raw, contentType, textOf(headers['content-encoding']));
  if (!isForm(type)) return isJson(type) || looksLikeJson.test(text) ? readJson(text) : text;
  const fields = Object.fromEntries(new URLSearchParams(text));
  return looksLikeJson.test(fields.payload ?? '') ? readJson(fields.payload ?? '') : fields;
}

const looksLikeJson = /^\s*[[{]/;
const textOf = (value: string | string[] | undefined) => (typeof value === 'string' ? value : '');
