import { UltronexError } from '../../domain/errors.ts';

/** Docker, or the proxy in front of its socket, does not answer or does not answer what it should. */
export class DockerUnavailable extends UltronexError {
  override readonly code = 'ERR_DOCKER_UNAVAILABLE';
  override readonly status = 503;
  override readonly retryable = true;
}

/** Docker answered with an error; the message holds its words. `dockerStatus` is the status of its answer. */
export class DockerRefused extends UltronexError {
  override readonly code = 'ERR_DOCKER_REFUSED';
  override readonly status = 409;
  readonly dockerStatus: number;
  constructor(message: string, dockerStatus: number) {
    super(message);
    this.dockerStatus = dockerStatus;
  }
}

/** Control of containers is off, or the service that does it is not there. */
export class ControlOff extends UltronexError {
  override readonly code = 'ERR_CONTROL_OFF';
  override readonly status = 403;
}

/** This container may not be acted on like that: the stack stands on it. */
export class ContainerProtected extends UltronexError {
  override readonly code = 'ERR_CONTAINER_PROTECTED';
  override readonly status = 409;
}

/** The audit log takes no line, so nothing is done. */
export class AuditUnavailable extends UltronexError {
  override readonly code = 'ERR_AUDIT_UNAVAILABLE';
  override readonly status = 503;
  override readonly retryable = true;
}

/** As many shells or followed logs are open as there may be. */
export class TooManyOpen extends UltronexError {
  override readonly code = 'ERR_TOO_MANY_OPEN';
  override readonly status = 429;
  override readonly retryable = true;
}

/** A shell was asked for by a page of another site. */
export class CrossSite extends UltronexError {
  override readonly code = 'ERR_CROSS_SITE';
  override readonly status = 403;
}
