/** Heroku’s error codes that a one-off dyno can have (https://devcenter.heroku.com/articles/error-codes). */
const sentences: Readonly<Record<string, string>> = {
  R12: 'It did not end within 30 s after SIGTERM, so Heroku killed it (R12).',
  R14: 'It used more memory than its dyno has (R14).',
  R15: 'It used far more memory than its dyno has, so Heroku killed it (R15). Choose a larger size.',
  L10: 'It wrote faster than Heroku’s log takes lines, so lines of its output are missing (L10).',
  L11: 'Its log was read too slowly, so lines of its output are missing (L11).',
};

/** Returns a sentence for people about an error that Heroku told. */
export const sentenceOf = (code: string, meaning: string): string =>
  sentences[code] ?? `Heroku told the error ${code}${meaning === '' ? '' : ` (${meaning})`}.`;
