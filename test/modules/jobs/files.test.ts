import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { checkArguments } from '../../../src/modules/jobs/arguments.ts';
import { checkJobFiles, checkJobsFolder } from '../../../src/modules/jobs/cli-check.ts';
import type { Definition } from '../../../src/modules/jobs/definition.ts';
import { followDefinitions, placeProblem, readDefinitions } from '../../../src/modules/jobs/files/index.ts';
import { loadJobFile } from '../../../src/modules/jobs/files/load.ts';
import { FileRefused } from '../../../src/yaml-files/index.ts';
import { manualClock } from '../../support/clock.ts';
import { tempDir } from '../../support/temp.ts';

const root = resolve(import.meta.dirname, '../../..');
const sample = readFileSync(join(root, 'jobs/example.yaml.sample'), 'utf8');
const greet = 'name: greet, target: heroku, app: example, command: serverless';
const box = 'name: report, target: container, image: "alpine:3.22"';

const load = (yaml: string) => loadJobFile(yaml, 'j.yaml', 'UTC');

/** The problems of a file, one a line without the file's name. */
async function problemsOf(yaml: string): Promise<string[]> {
  try {
    await load(yaml);
    return [];
  } catch (error) {
    assert.ok(error instanceof FileRefused);
    return error.message.split('\n').map((line) => line.replace(/^j\.yaml:/, ''));
  }
}

/** The problems of one job. */
const of = (job: string) => problemsOf(`jobs: [{ ${job} }]`);

async function first(job: string): Promise<Definition> {
  const [definition] = await load(`jobs: [{ ${job} }]`);
  assert.ok(definition);
  return definition;
}

/** A folder with jobs. */
function folderWith(t: TestContext, files: Record<string, string>): string {
  const dir = join(tempDir(t), 'jobs');
  mkdirSync(dir);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  return dir;
}

describe('a file of JOBS_DIR', () => {
  it('is the sample, with all targets', async () => {
    const [hello, report, tidy] = await loadJobFile(sample, 'jobs/my.yaml', 'UTC');
    assert.ok(hello && report && tidy);
    assert.deepEqual(
      { ...hello, arguments: hello.arguments.NAME },
      {
        ...{ name: 'greet', summary: 'says hello', file: 'jobs/my.yaml:5', secrets: {} },
        place: { target: 'heroku', app: 'example', command: 'serverless', size: null },
        arguments: {
          ...{ type: 'string', description: 'whom to greet', default: 'World', required: false },
          ...{ pattern: '[\\p{L} ]{1,40}', choices: null },
        },
        ...{ timeoutMs: 600_000, concurrency: 1, queue: 20, mostAttempts: 1, schedule: null },
        ...{ notify: null, severity: 'error', mention: null, who: 'operator' },
      },
    );
    assert.deepEqual(report.place, {
      ...{ target: 'container', image: 'registry.example.com/report:1.4', command: ['python', 'report.py'] },
      ...{ network: true, memoryMb: 512, cpus: 1 },
    });
    const { cron, timezone, nextAfter } = report.schedule ?? assert.fail();
    assert.deepEqual([cron, timezone], ['0 6 * * MON-FRI', 'Europe/Berlin']);
    const friday = Date.parse('2026-11-27T05:00:00Z');
    assert.deepEqual([nextAfter(friday - 1), nextAfter(friday)], [friday, Date.parse('2026-11-30T05:00:00Z')]);
    assert.deepEqual(
      [report.mostAttempts, report.timeoutMs, report.notify, report.severity, report.mention],
      [3, 1_800_000, '#ops', 'warning', '@oncall'],
    );
    assert.deepEqual([tidy.place, tidy.who, tidy.queue], [{ target: 'process', file: 'tidy.sh' }, 'admin', 5]);
    assert.deepEqual([tidy.arguments.DAYS?.required, tidy.arguments.PLACE?.choices], [true, ['tmp', 'cache']]);
    assert.deepEqual(checkArguments(tidy, { DAYS: 3 }), { DAYS: '3', PLACE: 'tmp' });
  });

  it('is the example of the issue, with its secret', async (t) => {
    const file = join(tempDir(t), 'shop_key');
    writeFileSync(file, 'k-1\n');
    const definition = await first(
      `${greet}, secrets: { API_KEY: 'file:${file}' }, concurrency: 2, repeatable: true, schedule: '0 6 * * MON-FRI', notify: '#ops'`,
    );
    assert.equal(definition.secrets.API_KEY?.(), 'k-1');
    writeFileSync(file, 'k-2');
    assert.equal(definition.secrets.API_KEY?.(), 'k-2', 'it is read when the job starts');
    writeFileSync(file, ' ');
    assert.throws(() => definition.secrets.API_KEY?.(), /The secret API_KEY of the job greet: the secret is empty\./);
    assert.equal(definition.mostAttempts, 1);
  });

  it('has containers that are small and have no network unless it says so', async () => {
    assert.deepEqual((await first(box)).place, {
      ...{ target: 'container', image: 'alpine:3.22', command: [], network: false, memoryMb: 256, cpus: 0.5 },
    });
    const { place } = await first(`${box}, memory: 2GB`);
    assert.equal(place.target === 'container' && place.memoryMb, 2_048);
  });

  for (const [title, job, problems] of [
    ['a misspelt field', `${greet}, timout: 5m`, ['1: unknown key "timout". Did you mean "timeout"?']],
    ['no target', 'name: greet', ['1: "target" is missing. Write one of heroku, container, process']],
    [
      'another target',
      'name: a, target: lambda',
      ['1: "target" is the text "lambda". Write one of heroku, container, process'],
    ],
    [
      'a name that is no address',
      'name: Greet Me, target: process, file: a',
      [
        '1: "name" is the text "Greet Me". Write small letters, digits, hyphens and underscores, 63 at most: it is the end of the address',
      ],
    ],
    [
      'the name of a route',
      'name: definitions, target: process, file: a',
      ['1: "definitions" is an address of the program itself. Choose another name'],
    ],
    [
      'no app and no command',
      'name: greet, target: heroku',
      [
        '1: "app" is missing. A job with the target heroku needs the name of an app',
        '1: "command" is missing. A job with the target heroku needs one, such as an entry of the Procfile',
      ],
    ],
    [
      'no choice and an empty secret',
      `${greet}, arguments: { A: { choices: [] } }, secrets: { B: '' }`,
      [
        '1: "choices" is an empty list. Write a list of up to 50 values',
        '1: "B" is empty. Write the secret, or `file:` and the path of a file that has it',
      ],
    ],
    [
      'fields of other targets',
      `${greet}, image: alpine, memory: 64MB, file: a`,
      [
        '1: "image" is of the target container, and this job has the target heroku. Remove it',
        '1: "memory" is of the target container, and this job has the target heroku. Remove it',
        '1: "file" is of the target process, and this job has the target heroku. Remove it',
      ],
    ],
    [
      'a command of a process',
      'name: a, target: process, file: a, command: ls',
      ['1: "command" is of the target heroku and container, and this job has the target process. Remove it'],
    ],
    [
      'a text as the command of a container',
      `${box}, command: python report.py`,
      ['1: "command" is a list for the target container, because no shell reads it: ["python","report.py"]'],
    ],
    [
      'a list as the command of a dyno',
      'name: a, target: heroku, app: example, command: [a]',
      ['1: "command" is a text for the target heroku, not a list'],
    ],
    [
      'a command of several lines',
      'name: a, target: heroku, app: example, command: "a\\nb"',
      ['1: "command" is one line, without control characters'],
    ],
    [
      'a wrong app',
      'name: a, target: heroku, app: ../x, command: a',
      ['1: "app" is the text "../x". Write the name of an app of Heroku'],
    ],
    [
      'a path as a file',
      'name: a, target: process, file: ../a',
      ['1: "file" is the text "../a". Write the name of an executable file in JOBS_BIN'],
    ],
    [
      'a size without a unit',
      `${box}, memory: 256`,
      ['1: "memory" is the number 256. Write a size such as 256MB or 1GB'],
    ],
    [
      'too little memory',
      `${box}, memory: 4MB`,
      ['1: "memory" is "4MB". Write a size from 16MB to 64GB, such as 512MB or 1GB'],
    ],
    ['no processors', `${box}, cpus: 0`, ['1: "cpus" is the number 0. Write a number of processors from 0.01 to 64']],
    [
      'a long timeout',
      `${greet}, timeout: 25h`,
      ['1: "timeout" is "25h". Write a length of time from 1s to 24h, such as 30s or 10m'],
    ],
    [
      'too many runs at once',
      `${greet}, concurrency: 51`,
      ['1: "concurrency" is the number 51. Write a number of runs from 1 to 50'],
    ],
    [
      'retries of what is not repeatable',
      `${greet}, retries: 2`,
      ['1: "retries" is for a job that is safe to run again. Add `repeatable: true`, or remove it'],
    ],
    [
      'a wrong cron expression',
      `${greet}, schedule: '0 25 * * *'`,
      /^1: "0 25 \* \* \*" is no cron expression: .*\. It has five fields/,
    ],
    [
      'a schedule that never fires',
      `${greet}, schedule: '0 0 30 2 *'`,
      ['1: "0 0 30 2 *" never fires: no such day comes'],
    ],
    [
      'a schedule with seconds',
      `${greet}, schedule: '* * * * * *'`,
      ['1: "* * * * * *" has seconds. Write the five fields from minutes on, such as 0 6 * * MON-FRI'],
    ],
    [
      'an unknown time zone',
      `${greet}, schedule: '0 6 * * *', timezone: Europe/Berln`,
      ['1: there is no time zone "Europe/Berln". Write one such as Europe/Berlin'],
    ],
    ['a time zone of nothing', `${greet}, timezone: UTC`, ['1: "timezone" belongs to `schedule`. Remove it']],
    [
      'a schedule of a job that needs an argument',
      `${greet}, schedule: '0 6 * * *', arguments: { NAME: {}, AGE: { required: false } }`,
      ['1: a job with a schedule gets no arguments, but NAME has no default. Add one'],
    ],
    [
      'a severity without a channel',
      `${greet}, severity: info`,
      ['1: "severity" is of the incident, which opens only with `notify`, a channel. Add it, or remove "severity"'],
    ],
    [
      'a mention of nobody',
      `${greet}, notify: '#ops', mention: oncall`,
      ['1: "mention" is "oncall". Write whom to mention, such as @oncall, @here or the id of a person'],
    ],
    ['an unknown role', `${greet}, who: root`, ['1: "who" is the text "root". Write one of viewer, operator, admin']],
    [
      'an argument that changes how programs run',
      `${greet}, arguments: { LD_PRELOAD: {} }, secrets: { NODE_OPTIONS: x }`,
      [
        '1: "LD_PRELOAD": the variable changes how programs run, so a job cannot set it. Choose another name',
        '1: "NODE_OPTIONS": the variable changes how programs run, so a job cannot set it. Choose another name',
      ],
    ],
    [
      'an argument that is no variable',
      `${greet}, arguments: { my-name: {} }`,
      [
        '1: "my-name": a variable has letters, digits and underscores, begins with no digit, and has 64 characters at most',
      ],
    ],
    [
      'an argument that is a secret, too',
      `${greet}, arguments: { A: {} }, secrets: { A: x }`,
      ['1: "A" is an argument, too. Remove one of them'],
    ],
    [
      'a pattern that is none',
      `${greet}, arguments: { A: { pattern: 'a(' } }`,
      /^1: "pattern" is no regular expression of RE2: .*\)/,
    ],
    [
      'a pattern of another kind',
      `${greet}, arguments: { A: { pattern: '(?=a)' } }`,
      /^1: "pattern" is no regular expression of RE2: /,
    ],
    [
      'a pattern that is too large',
      `${greet}, arguments: { A: { pattern: '(a{1000}b{1000}c{1000})' } }`,
      ['1: "pattern" is too large: 3004 instructions, 2500 at most. Repeat fewer times'],
    ],
    [
      'a default that does not match',
      `${greet}, arguments: { A: { pattern: '[a-z]+', default: A1 } }`,
      ['1: A is "A1", but it has to be a text that matches [a-z]+ as a whole'],
    ],
    [
      'a default of another type',
      `${greet}, arguments: { A: { type: integer, default: ten } }`,
      ['1: A is "ten", but it has to be a whole number of up to 15 digits, such as 42'],
    ],
    [
      'a default that is no choice',
      `${greet}, arguments: { A: { choices: [s, m], default: l } }`,
      ['1: A is "l", but it has to be one of s, m'],
    ],
    [
      'a choice of another type',
      `${greet}, arguments: { A: { type: boolean, choices: [maybe] } }`,
      ['1: A is "maybe", but it has to be true or false'],
    ],
    [
      'a required argument with a default',
      `${greet}, arguments: { A: { required: true, default: x } }`,
      ['1: "A" has a default, so it is never missing. Remove `required` or `default`'],
    ],
    [
      'a secret whose file is missing',
      `${greet}, secrets: { KEY: 'file:/nowhere/key' }`,
      /^1: the file \/nowhere\/key with the secret cannot be read: ENOENT/,
    ],
    [
      'a secret with NUL',
      `${greet}, secrets: { KEY: "a\\0b" }`,
      ['1: KEY has a NUL character, which no variable can hold. Remove it'],
    ],
    [
      'a secret that is a map',
      `${greet}, secrets: { KEY: { file: x } }`,
      ['1: "KEY" is a map. Write the secret, or `file:` and the path of a file that has it'],
    ],
  ] as const) {
    it(`is refused for ${title}`, async () => {
      const found = await of(job);
      if (problems instanceof RegExp) assert.match(found.join('\n'), problems);
      else assert.deepEqual(found, problems);
    });
  }

  it('shows no secret in an error', async () => {
    for (const secrets of [
      'hunter2',
      '[hunter2]',
      '{ KEY: [hunter2] }',
      '{ KEY: "hunter2\\0" }',
      '{ PATH: hunter2 }',
    ]) {
      const found = await of(`${greet}, secrets: ${secrets}`);
      assert.ok(found.length > 0 && !found.join().includes('hunter2'), found.join());
    }
  });

  it('takes numbers and booleans of YAML as what the argument means', async () => {
    const { arguments: rules } = await first(
      `${greet}, arguments: { A: { default: 5 }, B: { type: integer, default: '7', choices: [7, 8] }, C: { type: boolean, default: false }, D: { default: '' } }`,
    );
    assert.deepEqual(
      Object.values(rules).map((rule) => rule.default),
      ['5', '7', 'false', ''],
    );
    assert.deepEqual(rules.B?.choices, ['7', '8']);
  });

  it('has at most 200 jobs, each with a name of its own', async () => {
    const many = (count: number) =>
      `jobs:\n${Array.from({ length: count }, (_, at) => `- { name: j${at}, target: process, file: a }\n`).join('')}`;
    assert.equal((await load(many(200))).length, 200);
    assert.deepEqual(await problemsOf(many(201)), ['1: "jobs" has 201 entries. Write a list of up to 200 jobs']);
    assert.deepEqual(await problemsOf(`jobs:\n- { ${greet} }\n- { ${greet} }`), [
      '3: the name "greet" is there twice. Choose another one',
    ]);
    assert.deepEqual(await problemsOf(''), ['1: the file is empty. Write a map with the list `jobs`']);
  });
});

describe('the files of JOBS_DIR', () => {
  const off = { heroku: false, images: null, bin: null };

  it('are read together: the first job keeps a name, and 200 are known', async (t) => {
    const many = Array.from({ length: 200 }, (_, at) => `- { name: j${at}, target: process, file: a }\n`).join('');
    const dir = folderWith(t, {
      'a.yaml': `jobs: [{ ${greet} }]`,
      'b.yaml': `jobs: [{ ${greet} }]`,
      'c.yaml': `jobs:\n${many}`,
    });
    const { definitions, problems } = await readDefinitions([dir], 'UTC', off);
    assert.equal(definitions.length, 200);
    assert.deepEqual(problems, [
      `${dir}/b.yaml:1: job "greet": the name is taken by ${dir}/a.yaml:1: job "greet"; choose another one`,
      'there are 201 jobs; at most 200 are known, the others are left out',
    ]);
  });

  it('are told of targets that are off, images that are not allowed and files that are missing', async (t) => {
    const bin = tempDir(t);
    writeFileSync(join(bin, 'plain.sh'), '#!/bin/sh\n');
    writeFileSync(join(bin, 'tidy.sh'), '#!/bin/sh\n');
    chmodSync(join(bin, 'tidy.sh'), 0o755);
    const jobs = ['tidy.sh', 'plain.sh', 'none.sh'].map(
      (file, at) => `- { name: p${at}, target: process, file: ${file} }\n`,
    );
    const dir = folderWith(t, { 'a.yaml': `jobs:\n- { ${greet} }\n- { ${box} }\n${jobs.join('')}` });
    const read = async (on: typeof off | { heroku: boolean; images: string[]; bin: string }) => {
      const { definitions, ...told } = await readDefinitions([dir], 'UTC', on);
      assert.equal(definitions.length, 5, 'they are kept');
      return JSON.parse(JSON.stringify(told).replaceAll(`${dir}/a.yaml:`, '').replaceAll(bin, 'BIN'));
    };
    assert.deepEqual(await read({ heroku: true, images: ['alpine:3.21'], bin }), {
      problems: [
        '3: job "report": the image "alpine:3.22" is not in JOB_IMAGES. Did you mean "alpine:3.21"?',
        '5: job "p1": "plain.sh" of JOBS_BIN is not executable for the user of the program (EACCES). Make it executable with chmod +x',
        '6: job "p2": "none.sh" of JOBS_BIN does not exist. Put it into BIN, and make it executable with chmod +x',
      ],
      off: [],
    });
    const told = await read(off);
    assert.deepEqual(
      [told.problems, told.off.slice(0, 3)],
      [
        [],
        [
          '2: job "greet": the target heroku is off. Set HEROKU_API_KEY to turn it on',
          '3: job "report": the target container is off. Set DOCKER_JOBS_URL and JOB_IMAGES to turn it on',
          '4: job "p0": the target process is off. Set JOBS_BIN to turn it on',
        ],
      ],
    );
    const away = { target: 'heroku', app: 'A/../b', command: 'x', size: null } as const;
    assert.match((await placeProblem(away, { ...off, heroku: true })) ?? '', /"A\/\.\.\/b" is no name of an app/);
  });

  it('are followed: a file with an error keeps its last valid version, and the log says why', async (t) => {
    const dir = folderWith(t, { 'a.yaml': `jobs: [{ ${greet} }]` });
    const lines: string[] = [];
    const seen: [string[], boolean][] = [];
    const clock = manualClock();
    const followed = await followDefinitions({
      ...{ dir, timeZone: 'UTC', clock, on: { ...off, heroku: true } },
      log: pino({}, { write: (line) => void lines.push(line) }),
      onDefinitions: (definitions, isWhole) => void seen.push([definitions.map(({ summary }) => summary), isWhole]),
    });
    t.after(() => followed.stop());
    const until = async (isThere: () => boolean) => {
      for (let turn = 0; turn < 2_000 && !isThere(); turn += 1) {
        await clock.advance(100);
        await new Promise((done) => setTimeout(done, 1));
      }
      assert.ok(isThere());
    };
    assert.deepEqual(seen, [[[''], true]]);
    writeFileSync(join(dir, 'a.yaml'), `jobs: [{ ${greet}, summary: second }]`);
    await until(() => seen.length === 2);
    writeFileSync(join(dir, 'a.yaml'), `jobs: [{ ${greet}, summary: 3 }]`);
    await until(() => lines.length > 0);
    assert.deepEqual(seen, [
      [[''], true],
      [['second'], true],
    ]);
    assert.match(lines[0] ?? '', /a\.yaml:1: \\"summary\\" is the number 3.*is refused; the old one stays/);
  });

  it('are checked by `ultronex jobs check`, and by the doctor', async (t) => {
    const bin = tempDir(t);
    const dir = folderWith(t, { 'a.yaml': `jobs: [{ ${greet} }, { name: b, target: process, file: none.sh }]` });
    const check = async (config: Record<string, unknown>, words: string[] = []) => {
      const said: string[] = [];
      const say = (text: string) => void said.push(text);
      const given = { words, config: { JOBS_DIR: dir, TIME_ZONE: 'UTC', ...config }, out: say, err: say };
      const code = await checkJobFiles({
        ...given,
        values: {},
        api: assert.fail,
        stdin: assert.fail,
        onInterrupt: () => assert.fail(),
      });
      return [code, ...said.map((line) => line.replaceAll(dir, 'DIR'))];
    };
    assert.deepEqual(await check({}), [
      ...[0, '2 jobs, no problem: greet, b.'],
      'DIR/a.yaml:1: job "greet": the target heroku is off. Set HEROKU_API_KEY to turn it on',
      'DIR/a.yaml:1: job "b": the target process is off. Set JOBS_BIN to turn it on',
    ]);
    const [code, problem] = await check({ JOBS_BIN: bin, HEROKU_API_KEY: 'x' });
    assert.deepEqual([code, String(problem).includes('"none.sh" of JOBS_BIN does not exist')], [1, true]);
    assert.deepEqual(await check({}, [tempDir(t)]).then(([exit]) => exit), 1);
    const { names, problems, setting } = await checkJobsFolder({ JOBS_DIR: dir, TIME_ZONE: 'UTC' });
    assert.deepEqual([setting, names, problems.length], ['JOBS_DIR', ['greet', 'b'], 2]);
  });
});
