import { herokuApp } from '../../../domain/heroku-app.ts';
import type { JobPlace } from '../../../domain/job.ts';
import { nearest } from '../../../domain/nearest.ts';
import { NotStarted } from '../target.ts';
import { executable } from '../targets/process/executable.ts';

/** The targets that the settings turn on. */
export interface TargetsOn {
  heroku: boolean;
  /** JOB_IMAGES; null: no containers. */
  images: readonly string[] | null;
  /** JOBS_BIN; null: no processes. */
  bin: string | null;
}

/** @param config all settings by their names */
export function targetsOn(config: Readonly<Record<string, unknown>>): TargetsOn {
  const { HEROKU_API_KEY, DOCKER_JOBS_URL, JOB_IMAGES, JOBS_BIN } = config;
  return {
    heroku: HEROKU_API_KEY !== undefined,
    images: DOCKER_JOBS_URL === undefined ? null : imagesOf(JOB_IMAGES),
    bin: typeof JOBS_BIN === 'string' ? JOBS_BIN : null,
  };
}

const imagesOf = (written: unknown): string[] =>
  String(written ?? '')
    .split(',')
    .map((image) => image.trim())
    .filter((image) => image !== '');

const appName = new RegExp(`^${herokuApp}$`);

const remedies = { heroku: 'HEROKU_API_KEY', container: 'DOCKER_JOBS_URL and JOB_IMAGES', process: 'JOBS_BIN' };

/** Returns why nothing runs on the target of a place, with the remedy; null if it is on. */
export function targetOff({ target }: JobPlace, on: TargetsOn): string | null {
  const isOn = { heroku: on.heroku, container: on.images !== null, process: on.bin !== null }[target];
  return isOn ? null : `the target ${target} is off. Set ${remedies[target]} to turn it on`;
}

/** Resolves with why a place of a target that is on cannot be used now, with the remedy; null if it can. */
export async function placeProblem(place: JobPlace, { images, bin }: TargetsOn): Promise<string | null> {
  if (place.target === 'container') return imageProblem(place.image, images ?? []);
  if (place.target === 'process') return bin === null ? null : fileProblem(bin, place.file);
  if (appName.test(place.app)) return null;
  return `"${place.app.slice(0, 100)}" is no name of an app of Heroku: small letters, digits and hyphens, 30 at most`;
}

function imageProblem(image: string, images: readonly string[]): string | null {
  if (images.includes(image)) return null;
  const near = nearest(image, images);
  const known = images.length === 0 ? 'It is empty' : `It has ${images.join(', ')}`;
  const hint = near === null ? `${known}. Add the image there` : `Did you mean "${near}"?`;
  return `the image "${image.slice(0, 300)}" is not in JOB_IMAGES. ${hint}`;
}

async function fileProblem(bin: string, file: string): Promise<string | null> {
  try {
    await executable(bin, file);
    return null;
  } catch (error) {
    if (error instanceof NotStarted) return error.message.replace(/\.$/, '');
    throw error;
  }
}
