import { Type } from '../../lib/schema.ts';

const url = (description: string, more: { pattern: string; form: string; example: string }) =>
  Type.Optional(Type.String({ description, format: 'url', ...more }));
/** The proxies of the Docker socket support plain HTTP only. */
const plain = {
  pattern: '^http://[^/]+/?$',
  form: 'an address that begins with http:// and has no path, such as http://docker-read:2375',
};

/** Settings of the module `containers`. */
export const containerSettings = {
  DOCKER_ACT_URL: url(
    'Proxy of Docker’s API that may start, stop, restart, pause and open a shell: http://docker-act:2375 with the profile `control`. Unset: the page of containers is read-only.',
    { ...plain, example: 'http://docker-act:2375' },
  ),
  HAPROXY_METRICS_URL: url(
    'Address of HAProxy’s metrics, for the traffic on the map of containers: http://haproxy:8405/metrics.',
    {
      pattern: '^https?://[^/]+',
      form: 'an address that begins with http:// or https://, such as http://haproxy:8405/metrics',
      example: 'http://haproxy:8405/metrics',
    },
  ),
  CONTAINER_INCIDENTS: Type.Boolean({
    description:
      'Whether a container that stops, runs out of memory, restarts again and again or is unhealthy opens an incident. The label `ultronex.watch=false` leaves a container out.',
    default: true,
  }),
  TWO_PERSON: Type.Boolean({
    description:
      'Whether a restart, stop or pause of a container needs a second person, who asks for the same within 5 minutes. Shells do not.',
    default: false,
  }),
  CONTROL_USERS: Type.Optional(
    Type.String({
      description: 'Slack users who may restart containers, ids separated by commas. Unset: nobody.',
      pattern: '^[UW][A-Z0-9]+(\\s*,\\s*[UW][A-Z0-9]+)*$',
      form: 'ids of Slack users such as U012AB3CD, separated by commas',
    }),
  ),
};
