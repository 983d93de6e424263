/** A part of the program that is not in use, and how it comes into use. */
export interface OffFeature {
  name: 'slack' | 'simulator' | 'containers' | 'control' | 'traffic' | 'dashboards' | 'replies' | 'gif' | 'links';
  /** What is missing, and what setting it does: sentences. */
  text: string;
  /** What to set, as a line of .env: `DOCKER_READ_URL=http://127.0.0.1:2375`. */
  setting: string;
  /** Section of the guide: `stack/containers`. */
  guide: string;
}
