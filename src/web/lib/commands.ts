import { address } from '../api.ts';

// Shell commands to copy, with the address of this server.
const login = '-u "$BASIC_AUTH_USERNAME:$BASIC_AUTH_PASSWORD"';
const root = () => location.origin + address('');

export const postText = (channel: string, text: string) => `curl ${login} ${root()}slack/${channel} \\\n  -d '${text}'`;
export const postJson = (path: string, body: object) =>
  `curl ${login} ${root()}${path} \\\n  -H 'content-type: application/json' \\\n  -d '${JSON.stringify(body)}'`;
