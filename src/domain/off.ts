/** A feature that is off, and how to turn it on. */
export interface OffFeature {
  /** `slack`, `containers`. */
  name: string;
  /** Sentences: why it is off, and what it would do. */
  text: string;
  /** Lines for .env: `DOCKER_READ_URL=http://127.0.0.1:2375`. */
  setting: string;
  /** Section of the guide: `stack/containers`. */
  guide: string;
  /** Whether it has routes under /ultronex/NAME; while it is off, these return the reason. */
  hasRoutes?: boolean;
}

/** A feature that settings turn on and off. That it is off is not an error. */
export interface Feature<Config> extends OffFeature {
  /** Title on the home page: `GIFs`. */
  title: string;
  isOff(config: Config): boolean;
}
