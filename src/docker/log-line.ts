/** A line of a container's log, as `GET …/logs` sends it in an event. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as in Docker's log; '' without a time. */
  time: string;
  stream: 'stdout' | 'stderr';
  text: string;
}
