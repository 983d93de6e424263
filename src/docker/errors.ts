import { UltronexError } from '../domain/errors.ts';

/** Docker, or the proxy in front of its socket, does not answer, or its answer is invalid. */
export class DockerUnavailable extends UltronexError {
  override readonly code = 'ERR_DOCKER_UNAVAILABLE';
  override readonly status = 503;
  override readonly retryable = true;
}

/** Docker returned an error; the message has its text. `dockerStatus` is the HTTP status. */
export class DockerRefused extends UltronexError {
  override readonly code = 'ERR_DOCKER_REFUSED';
  override readonly status = 409;
  readonly dockerStatus: number;
  /** Field `code` of its JSON; '' if there is none. Docker has none, docker-jobs has. */
  readonly kind: string;
  constructor(message: string, dockerStatus: number, kind = '') {
    super(message);
    this.dockerStatus = dockerStatus;
    this.kind = kind;
  }
}
