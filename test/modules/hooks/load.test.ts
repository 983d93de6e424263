import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHooks } from '../../../src/modules/hooks/load.ts';
import { FileRefused } from '../../../src/yaml-files/index.ts';

async function problems(text: string): Promise<string[]> {
  try {
    await loadHooks(text, 'h.yaml');
  } catch (error) {
    assert.ok(error instanceof FileRefused, String(error));
    return error.message.split('\n');
  }
  return [];
}

const hook = (more: string) => `hooks:\n  - name: a\n    channel: '#ops'\n${more}`;
const message = "    message: { text: 'x' }\n";

test('each mistake is named with file, line and remedy, and no secret is shown', async () => {
  const wrong: [string, RegExp][] = [
    ['', /^h\.yaml:1: the file is empty\. Write a map with the list `hooks`$/],
    ['hooks: x', /^h\.yaml:1: "hooks" is a text\. Write a list of up to 200 hooks$/],
    [hook(''), /^h\.yaml:2: a hook has one of `message`, `incident` and `template`, this one has none$/],
    [hook(`${message}    template: github\n`), /this one has several/],
    [
      hook('    template: gitbub\n'),
      /^h\.yaml:4: "template" is the text "gitbub"\. Write one of github, gitlab, sentry/,
    ],
    [hook(`    mesage: { text: x }\n`), /^h\.yaml:4: unknown key "mesage"\. Did you mean "message"\?/],
    [
      hook("    message: { text: '{{ x | nofilter }}' }\n"),
      /^h\.yaml:4: "text" is no template: undefined filter: nofilter/,
    ],
    [hook("    message:\n      text: '{% if %}'\n"), /^h\.yaml:5: "text" is no template: invalid value expression/],
    [hook('    message: { text: "{% include \'x\' %}" }\n'), /"text" is no template: tag "include" not found/],
    [
      `hooks:\n  - { name: A b, channel: '#ops', message: { text: x } }`,
      /^h\.yaml:2: "name" is the text "A b"\. Write small letters/,
    ],
    [`hooks:\n  - name: a\n    message: { text: x }`, /^h\.yaml:2: "channel" is missing\. Write the '#name'/],
    [`hooks:\n  - name: a\n    channel: #ops\n    message: { text: x }`, /"channel" is empty/],
    [`${hook(message)}  - { name: a, channel: x, message: { text: x } }`, /^h\.yaml:5: the name "a" is there twice/],
    [
      hook(`${message}    verify: { bearer: short }\n`),
      /^h\.yaml:5: the secret has 5 characters; at least 8 are needed/,
    ],
    [
      hook(`${message}    verify: { bearer: file:/nowhere/x }\n`),
      /the file \/nowhere\/x with the secret cannot be read: ENOENT/,
    ],
    [hook(`${message}    verify: { standard: not-a-whsec-secret }\n`), /a secret of Standard Webhooks is `whsec_`/],
    [
      hook(`${message}    verify: {}\n`),
      /"verify" has one of hmac, standard, bearer, header, address, this one has none/,
    ],
    [
      hook(`${message}    verify: { bearer: hunter2hunter2, address: hunter2hunter2 }\n`),
      /this one has bearer, address/,
    ],
    [
      hook(`${message}    verify: { hmac: { secret: hunter2hunter2 } }\n`),
      /"header" is missing\. Write the name of a header/,
    ],
    [hook(`${message}    verify: { hmac: { header: X-A, secret: [hunter2] } }\n`), /"secret" is a list/],
    [
      hook('    incident: { key: a, status: firing }\n'),
      /^h\.yaml:4: "title" is missing\. Write a text, with \{\{ body/,
    ],
    [hook(`${message}    verify: hunter2hunter2\n`), /"verify" is a text\. Write a map with one of/],
    [hook(`${message}    verify: { hmac: hunter2hunter2 }\n`), /"hmac" is a text/],
    [hook(`${message}    verify: { hmac: { header: 'hunter2hunter2 x', secret: abcdefgh } }\n`), /"header" is a text/],
    [hook(`${message}    verify: { address: short-secret }\n`), /the secret has 12 characters; at least 20 are needed/],
    [`hooks: [{ name: grafana, channel: x, template: github }]`, /"grafana" is an address of the program itself/],
    [
      hook('    incident: { key: a, status: firing, title: t, notify: oncall }\n'),
      /"notify" is "oncall", which names nobody\. Write @oncall, @here or an id such as U012AB3CD/,
    ],
    [
      hook('    incident: { key: a, status: firing, title: t, fix: restart it }\n'),
      /"fix" is "restart it"\. Write the name of a job, such as restart-worker, or restart-worker two-person/,
    ],
    [
      hook('    incident: { key: a, status: fireing, title: t }\n'),
      /"status" is "fireing"\. Write firing or resolved, or a template/,
    ],
    [
      hook('    incident: { key: a, status: firing, title: t, severity: high }\n'),
      /"severity" is "high"\. Write critical or/,
    ],
    ['root:x:0:0', /^h\.yaml:1: the file is a text\. Write a map/],
  ];
  for (const [text, reason] of wrong) {
    const said = await problems(text);
    assert.ok(
      said.some((each) => reason.test(each)),
      `${text}\n→ ${said.join('\n')}`,
    );
    assert.ok(!said.join().includes('hunter2hunter2'), said.join());
  }
});

test('every mistake of a file is listed at once', async () => {
  const said = await problems(
    `${hook("    message: { text: '{% if %}' }\n    verify: { bearer: short }\n")}  - { name: a, channel: x, template: github }`,
  );
  assert.deepEqual(
    said.map((line) => line.split(':')[1]),
    ['4', '5', '6'],
  );
});

test('one mistake of YAML is not told hundreds of times', async () => {
  const said = await problems('['.repeat(3_000));
  assert.ok(said.length <= 21, `${said.length}`);
  assert.match(said.at(-1) ?? '', /and \d+ more errors of YAML/);
});
