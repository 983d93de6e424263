import { Type } from 'typebox';

const url = (description: string, more: { pattern: string; form: string; example: string }) =>
  Type.Optional(Type.String({ description, format: 'url', ...more }));
/** The proxies of the socket speak nothing else. */
const plain = {
  pattern: '^http://[^/]+/?$',
  form: 'an address that begins with http:// and has no path, such as http://docker-read:2375',
};

/** Settings of the module `containers`. */
export const containerSettings = {
  DOCKER_READ_URL: url(
    'Docker API that may be read: http://docker-read:2375 in the stack. Unset: no page of containers and no container metrics.',
    { ...plain, example: 'http://docker-read:2375' },
  ),
  DOCKER_ACT_URL: url(
    'Docker API that may start, stop, restart, pause and open a shell: http://docker-act:2375 with the profile `control`. Unset: the page of containers is read-only.',
    { ...plain, example: 'http://docker-act:2375' },
  ),
  HAPROXY_METRICS_URL: url(
    'HAProxy’s metrics, for the traffic on the map of containers: http://haproxy:8405/metrics.',
    {
      pattern: '^https?://[^/]+',
      form: 'an address that begins with http:// or https://, such as http://haproxy:8405/metrics',
      example: 'http://haproxy:8405/metrics',
    },
  ),
  CONTROL_USERS: Type.Optional(
    Type.String({
      description: 'Slack users who may restart containers, ids separated by commas. Unset: nobody.',
      pattern: '^[UW][A-Z0-9]+(\\s*,\\s*[UW][A-Z0-9]+)*$',
      form: 'ids of Slack users such as U012AB3CD, separated by commas',
    }),
  ),
};
