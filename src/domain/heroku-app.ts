/** Form of the name of an app on Heroku, for a regular expression (Platform API, schema of `app`). */
export const herokuApp = '[a-z][a-z0-9-]{1,29}';
