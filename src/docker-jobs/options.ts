import { parseArgs } from 'node:util';

export interface Options {
  /** Path of the unix socket for the program. */
  listen: string;
  /** Path of Docker's socket. */
  docker: string;
  images: ReadonlySet<string>;
  /** Port of 127.0.0.1 for the health check; null: none. */
  health: number | null;
}

const part = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
/** `name:tag` or `name@sha256:…`, with a registry before it or not (distribution/reference). */
const image = new RegExp(
  `^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?/)?${part}(?:/${part})*(?::[A-Za-z0-9_][\\w.-]{0,127}|@sha256:[0-9a-f]{64})$`,
);
const absolute = /^\/[\w./-]+$/;

/** Reads the arguments of the process. @throws Error that names every problem */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      listen: { type: 'string', default: '/run/docker-jobs/jobs.sock' },
      docker: { type: 'string', default: '/var/run/docker.sock' },
      images: { type: 'string', default: '' },
      health: { type: 'string' },
    },
  });
  const { listen, docker, health } = values;
  const images = values.images.split(',').flatMap((name) => name.trim() || []);
  const problems = [
    ...(images.length === 0
      ? ['--images is empty: set JOB_IMAGES to the images that jobs may use, as in alpine:3.22.']
      : []),
    ...images
      .filter((name) => !image.test(name))
      .map((name) => `--images: "${name}" is no image with a tag or digest; write it as in alpine:3.22.`),
    ...[listen, docker].filter((path) => !absolute.test(path)).map((path) => `"${path}" is no absolute path.`),
    ...(health === undefined || /^[1-9]\d{0,4}$/.test(health) ? [] : [`--health "${health}" is no port.`]),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { listen, docker, images: new Set(images), health: health === undefined ? null : Number(health) };
}
