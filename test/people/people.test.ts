import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPeople, hashPassword, loadUsers } from '../../src/people/index.ts';
import { FileRefused } from '../../src/yaml-files/index.ts';

const line = await hashPassword('correct horse');

function problems(text: string): string[] {
  try {
    loadUsers(text, 'users.yaml');
  } catch (error) {
    assert.ok(error instanceof FileRefused, String(error));
    return error.message.split('\n');
  }
  return [];
}

test('a users file has people with hashed passwords and roles, and roles of Slack’s users', () => {
  const { accounts, slack } = loadUsers(
    `users:\n  - { name: ada, password: '${line}', role: viewer }\n  - name: grace\n    password: ${line}\n    role: admin\nslack:\n  U0123: operator\n`,
    'users.yaml',
  );
  assert.deepEqual(
    accounts.map(({ name, role }) => [name, role]),
    [
      ['ada', 'viewer'],
      ['grace', 'admin'],
    ],
  );
  assert.deepEqual([...slack], [['U0123', 'operator']]);
  assert.deepEqual(loadUsers('{}', 'users.yaml'), { accounts: [], slack: new Map() });
});

test('each mistake is named with its line and the remedy, and no password is shown', () => {
  const secret = 'hunter2 hunter2';
  const wrong: [string, RegExp][] = [
    ['', /^users\.yaml:1: the file is empty\. Write a map with `users` and `slack`$/],
    ['- x', /^users\.yaml:1: the file is a list/],
    ['user: []', /^users\.yaml:1: unknown key "user"\. Did you mean "users"\?$/],
    [
      `users:\n  - { name: ada, password: ${secret}, role: viewer }`,
      /^users\.yaml:2: "password" is a text\. Write the line that `ultronex hash-password` prints/,
    ],
    [
      `users:\n  - name: ada\n    password: scrypt$1$2$3\n    role: viewer`,
      /^users\.yaml:3: the password of "ada" is a damaged scrypt line/,
    ],
    [
      `users:\n  - name: ada\n    password: ${line}\n    rol: viewer`,
      /users\.yaml:4: unknown key "rol"\. Did you mean "role"\?/,
    ],
    [
      `users:\n  - name: ada\n    password: ${line}`,
      /users\.yaml:2: "role" is missing\. Write one of viewer, operator, admin/,
    ],
    [
      `users:\n  - name: ada\n    password: ${line}\n    role: boss`,
      /users\.yaml:4: "role" is the text "boss"\. Write one of viewer, operator, admin/,
    ],
    [
      `users:\n  - name: a:b\n    password: ${line}\n    role: admin`,
      /users\.yaml:2: "name" is the text "a:b"\. Write a name without a colon/,
    ],
    [`slack:\n  someone: operator`, /users\.yaml:2: unknown key "someone"\. Write a map of ids of Slack users/],
    [`slack:\n  U1: 7`, /users\.yaml:2: "U1" is the number 7\. Write one of viewer/],
    [`slack: {}\nslack: {}`, /users\.yaml:2: "slack" stands here for the second time/],
    [
      `users: [{ name: a, password: '${line}', role: admin }, { name: a, password: '${line}', role: admin }]`,
      /the name "a" is there twice/,
    ],
    ['users: *nobody', /users\.yaml:1: /],
    ['users: [', /users\.yaml:1: not YAML: /],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
      /uses its anchors too often/,
    ],
  ];
  for (const [text, reason] of wrong) {
    const said = problems(text);
    assert.ok(
      said.some((each) => reason.test(each)),
      `${text}\n→ ${said.join('\n')}`,
    );
    assert.ok(!said.join().includes(secret) && !said.join().includes(line), said.join());
  }
});

test('a person is verified by name and password, and a change of the directory is seen', async () => {
  const people = createPeople({
    accounts: [{ name: 'ops', password: 'a plain one', role: 'admin' }],
    slack: new Map(),
  });
  assert.deepEqual((await people.verify('ops', 'a plain one'))?.actor, { kind: 'user', name: 'ops' });
  assert.equal(await people.verify('ops', 'another'), null);
  assert.equal(await people.verify('ada', 'a plain one'), null);
  const before = people.generation();
  people.replace({
    accounts: [
      { name: 'ops', password: 'a plain one', role: 'admin' },
      { name: 'ada', password: line, role: 'viewer' },
    ],
    slack: new Map([['U1', 'viewer']]),
  });
  assert.notEqual(people.generation(), before);
  assert.equal((await people.verify('ada', 'correct horse'))?.role, 'viewer');
  assert.equal(await people.verify('ada', 'wrong'), null);
  assert.deepEqual([people.roleInSlack('U1'), people.roleInSlack('U2')], ['viewer', null]);
  assert.deepEqual([people.isKnown('ada'), people.isKnown('eve')], [true, false]);
});
