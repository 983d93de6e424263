import { type FakeReply, jsonReply } from '../http-server.ts';

/** An error as the Platform API has it (Dev Center, Platform API reference, "Errors"). */
export const refusal = (status: number, id: string, message: string, more: object = {}): FakeReply =>
  jsonReply({ ...more, id, message }, status);

export const noCredentials = () =>
  refusal(
    401,
    'unauthorized',
    'There were no credentials in this `Authorization` header. Try `Authorization: Bearer <OAuth access token>` or ' +
      '`Authorization: Basic <base64-encoded email + ":" + password>`.',
  );
export const wrongCredentials = () => refusal(401, 'unauthorized', 'Invalid credentials provided.');
export const noScope = () =>
  refusal(403, 'forbidden', 'The scope of this OAuth authorization does not allow access to this resource.');
export const noAccess = (app: string) => refusal(403, 'forbidden', `You do not have access to the app ${app}.`);
export const notFound = (resource: string) =>
  refusal(404, 'not_found', `Couldn't find that ${resource}.`, { resource });
export const noEndpoint = () =>
  refusal(
    404,
    'not_found',
    'The requested API endpoint was not found. Are you using the right HTTP verb (i.e. `GET` vs. `POST`), and did you ' +
      'specify your intended version with the `Accept` header?',
  );
export const notAcceptable = () =>
  refusal(406, 'not_acceptable', 'Request with `Accept: application/vnd.heroku+json; version=3`.');
export const invalid = (message: string) => refusal(422, 'invalid_params', message);
export const rateLimited = () =>
  refusal(
    429,
    'rate_limit',
    'Your account reached the API rate limit\nPlease wait a few minutes before making new requests',
    { url: 'https://devcenter.heroku.com/articles/platform-api-reference#rate-limits' },
  );
/** The router's page in place of JSON, as in an incident of Heroku. */
export const htmlError = (status = 503): FakeReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!DOCTYPE html>\n<html>\n<head><title>Application Error</title></head>\n<body></body>\n</html>',
});
