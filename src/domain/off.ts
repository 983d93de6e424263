/** A feature of the program that is not in use, and how it comes into use. */
export interface OffFeature {
  /** `slack`, `containers`. */
  name: string;
  /** What is missing, and what setting it does: sentences. */
  text: string;
  /** What to set, as a line of .env: `DOCKER_READ_URL=http://127.0.0.1:2375`. */
  setting: string;
  /** Section of the guide: `stack/containers`. */
  guide: string;
  /** Its routes are under /ultronex/NAME, where the reason is returned in their place. */
  hasRoutes?: boolean;
}

/** A feature that settings of the kind `Config` turn on and off. None that is off is a mistake of the user. */
export interface Feature<Config> extends OffFeature {
  /** For the home page: `GIFs`. */
  title: string;
  isOff(config: Config): boolean;
}
