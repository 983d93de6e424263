/**
 * Returns defaults that a platform needs in place of those of the schemas, by the names of settings. On a dyno of Heroku
 * (https://devcenter.heroku.com/articles/dynos#local-environment-variables) requests come through Heroku's router alone:
 * from a private address, only for the host names of the app, and with the client's address as the last one of
 * X-Forwarded-For.
 */
export function platformDefaults({ DYNO, PORT }: Readonly<Record<string, string | undefined>>): Record<string, string> {
  if (!DYNO || !PORT) return {};
  return { HOST: '0.0.0.0', ALLOWED_HOSTS: '*.herokuapp.com', TRUSTED_PROXIES: 'loopback,uniquelocal' };
}
