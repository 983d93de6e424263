/** The run of a job on Heroku. */
export interface Run {
  app: string;
  /** Name of its dyno: `run.8361`; on Fir `run-5d8f-xyz`. Heroku gives a name again after a while. */
  dyno: string;
  /** Id of its dyno; '' when Heroku named none. */
  id: string;
  /** When Heroku created the dyno, milliseconds since the epoch; 0: unknown. */
  createdAt: number;
}

/** Returns the handle of a run: `example/run.8361/01234567-89ab-cdef-0123-456789abcdef/1700000000000`. */
export const handleOf = ({ app, dyno, id, createdAt }: Run): string =>
  [app, dyno, id, createdAt].map(encodeURIComponent).join('/');

/** @throws Error for what is no handle of this target */
export function runOf(handle: string): Run {
  const parts = handle.split('/');
  const [app = '', dyno = '', id = '', createdAt = ''] = parts.map(decodeURIComponent);
  if (parts.length !== 4 || app === '' || dyno === '') throw new Error(`"${handle}" is no run on Heroku`);
  return { app, dyno, id, createdAt: Number(createdAt) || 0 };
}

/** Returns the path of a dyno in the Platform API. */
export const pathOf = ({ app, dyno, id }: Run): string =>
  `/apps/${encodeURIComponent(app)}/dynos/${encodeURIComponent(id || dyno)}`;
