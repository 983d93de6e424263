import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadDestinations } from '../../../src/destinations/named/index.ts';
import { FileRefused } from '../../../src/yaml-files/index.ts';

function problems(text: string): string[] {
  try {
    loadDestinations(text, 'd.yaml');
  } catch (error) {
    assert.ok(error instanceof FileRefused, String(error));
    return error.message.split('\n');
  }
  return [];
}

const one = (more: string) => `destinations:\n  - name: a\n${more}`;

test('each mistake is named with file, line and remedy, and no secret is shown', () => {
  const wrong: [string, RegExp][] = [
    ['', /^d\.yaml:1: the file is empty\. Write a map with the list `destinations`$/],
    [one(''), /^d\.yaml:2: a destination has one of `email`, `ntfy` and `webhook`, this one has none$/],
    [one("    ntfy: 'https://x/y'\n    webhook: 'https://x'\n"), /this one has several/],
    [
      one("    ntfy: 'https://ntfy.sh'\n"),
      /^d\.yaml:3: "ntfy" is the text "https:\/\/ntfy\.sh"\. Write the address of a topic/,
    ],
    [one("    webhok: 'https://x'\n"), /^d\.yaml:3: unknown key "webhok"\. Did you mean "webhook"\?/],
    [one("    webhook: 'https://u:hunter2@x/y'\n"), /the address has a login in it; leave it out/],
    [one("    webhook: 'https://x'\n    secret: hunter2hunter2\n"), /the secret is `whsec_` and at least 16 bytes/],
    [one("    webhook: 'https://x'\n    token: hunter2hunter2\n"), /"token" is for ntfy\. Leave it out/],
    [
      one("    ntfy: 'http://example.com/a'\n    token: hunter2hunter2\n"),
      /the token would cross the internet unencrypted/,
    ],
    [
      one("    ntfy: 'https://x/y'\n    when: allways\n"),
      /"when" is the text "allways"\. Write one of always, slack-down/,
    ],
    [
      one("    ntfy: 'https://x/y'\n    token: file:/nowhere\n"),
      /the file \/nowhere with the secret cannot be read: ENOENT/,
    ],
    [
      one("    email: { smtp: 'smtp://u@x', from: a@x, to: [b@y] }\n"),
      /"password" is missing for the user of the address/,
    ],
    [one("    email: { smtp: 'smtp://u:hunter2@x', from: a@x, to: [b@y] }\n"), /the address has the password in it/],
    [
      one("    email: { smtp: 'mail.x', from: a@x, to: [b@y] }\n"),
      /"smtp" is the text "mail\.x"\. Write smtps:\/\/USER@HOST/,
    ],
    [
      one("    email: { smtp: 'smtp://x', from: nobody, to: [b@y] }\n"),
      /"from" is the text "nobody"\. Write an e-mail address/,
    ],
    [
      one('    email: { smtp: \'smtp://x\', from: "a@x\\nBcc: e@y", to: [b@y] }\n'),
      /"from" is the text "a@x\\nBcc: e@y"\. Write an e-mail address/,
    ],
    [
      one("    email: { smtp: 'smtp://x', from: a@x, to: [] }\n"),
      /"to" is an empty list\. Write a list of up to 50 e-mail addresses/,
    ],
  ];
  for (const [text, reason] of wrong) {
    const said = problems(text);
    assert.ok(
      said.some((each) => reason.test(each)),
      `${text}\n→ ${said.join('\n')}`,
    );
    assert.ok(!said.join().includes('hunter2hunter2'), said.join());
  }
});
