import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidRequest } from '../../../src/domain/errors.ts';
import { checkArguments, checkEnvironment } from '../../../src/modules/jobs/arguments.ts';
import type { ArgumentRule } from '../../../src/modules/jobs/definition.ts';
import { cpuClock } from '../../support/soon.ts';

const rule = (more: Partial<ArgumentRule> = {}): ArgumentRule => ({
  ...{ type: 'string', description: '', default: null, required: true, pattern: null, choices: null, ...more },
});

const greet = {
  name: 'greet',
  arguments: {
    NAME: rule({ default: 'World', required: false, pattern: '[\\p{L} ]{1,40}', description: 'whom to greet' }),
    COUNT: rule({ type: 'integer', required: false }),
    LOUD: rule({ type: 'boolean', required: false }),
    SIZE: rule({ choices: ['small', 'large'], required: false }),
    NOTE: rule({ required: false }),
  },
  secrets: { API_KEY: () => 'x' },
};

const of = (given: Record<string, unknown>) => checkArguments(greet, given);
const refusal = (run: () => unknown): string => {
  try {
    return `accepted: ${JSON.stringify(run())}`;
  } catch (error) {
    assert.ok(error instanceof InvalidRequest);
    return `${error.field}: ${error.message}`;
  }
};

describe('the arguments of a job', () => {
  it('are the given values and the defaults of the others', () => {
    assert.deepEqual(of({}), { NAME: 'World' });
    assert.deepEqual(of({ NAME: 'Zoë Ångström', COUNT: -7, LOUD: true }), {
      ...{ NAME: 'Zoë Ångström', COUNT: '-7', LOUD: 'true' },
    });
    assert.deepEqual(of({ COUNT: '0', LOUD: 'false', SIZE: 'large', NOTE: '' }), {
      ...{ NAME: 'World', COUNT: '0', LOUD: 'false', SIZE: 'large', NOTE: '' },
    });
  });

  it('may have any text that a variable can hold, which no shell reads', () => {
    const nasty = [
      '$(reboot)',
      '`id`',
      '; rm -rf /',
      '"',
      "'",
      'a\nb',
      '\r\n',
      '\t',
      '=',
      '\\',
      '--help',
      '$HOME',
      '👍',
      '\u202e',
    ];
    for (const text of nasty) assert.equal(of({ NOTE: text }).NOTE, text);
  });

  for (const [title, given, message] of [
    [
      'an unknown name with a near one',
      { NAM: 'x' },
      'NAM: The job "greet" has no argument "NAM". Did you mean "NAME"?',
    ],
    ['another case', { name: 'x' }, 'name: The job "greet" has no argument "name". Did you mean "NAME"?'],
    [
      'an unknown name',
      { LD_PRELOAD: '/tmp/x.so' },
      'LD_PRELOAD: The job "greet" has no argument "LD_PRELOAD". It has NAME, COUNT, LOUD, SIZE, NOTE.',
    ],
    [
      'a secret',
      { API_KEY: 'mine' },
      'API_KEY: "API_KEY" is no argument of the job "greet": it is a secret of it, whose value comes from its definition. Leave it out.',
    ],
    [
      'the name of a property that every object has',
      JSON.parse('{"__proto__": "x"}'),
      '__proto__: The job "greet" has no argument "__proto__". It has NAME, COUNT, LOUD, SIZE, NOTE.',
    ],
    [
      'constructor',
      { constructor: 'x' },
      'constructor: The job "greet" has no argument "constructor". It has NAME, COUNT, LOUD, SIZE, NOTE.',
    ],
    [
      'a long unknown name',
      { ['x'.repeat(5_000)]: '' },
      `${'x'.repeat(99)}…: The job "greet" has no argument "${'x'.repeat(99)}…". It has NAME, COUNT, LOUD, SIZE, NOTE.`,
    ],
    [
      'a shell’s substitution where letters belong',
      { NAME: '$(reboot)' },
      'NAME: NAME is "$(reboot)", but it has to be a text that matches [\\p{L} ]{1,40} as a whole: whom to greet.',
    ],
    [
      'a line break after a value that matches',
      { NAME: 'Ada\n' },
      'NAME: NAME is "Ada ", but it has to be a text that matches [\\p{L} ]{1,40} as a whole: whom to greet.',
    ],
    [
      'an empty text where one character is the least',
      { NAME: '' },
      'NAME: NAME is "", but it has to be a text that matches [\\p{L} ]{1,40} as a whole: whom to greet.',
    ],
    ['NUL', { NOTE: 'a\0b' }, 'NOTE: NOTE has a NUL character, which no variable can hold. Remove it.'],
    [
      'half a letter',
      { NOTE: 'x\ud83d' },
      'NOTE: NOTE has half of a surrogate pair (\\ud800 to \\udfff). Send the whole character.',
    ],
    [
      'a number for a text',
      { NOTE: 5 },
      'NOTE: NOTE is the number 5, but it has to be a text. Write it in quotes: "5".',
    ],
    ['null', { NOTE: null }, 'NOTE: NOTE is null, but it has to be a text.'],
    ['a list', { NOTE: ['a'] }, 'NOTE: NOTE is a list, but it has to be a text.'],
    ['a map', { NOTE: {} }, 'NOTE: NOTE is a map, but it has to be a text.'],
    [
      'a word for a number',
      { COUNT: 'ten' },
      'COUNT: COUNT is "ten", but it has to be a whole number of up to 15 digits, such as 42.',
    ],
    [
      'a choice that there is not',
      { SIZE: 'smal' },
      'SIZE: SIZE is "smal", but it has to be one of small, large. Did you mean "small"?',
    ],
    ['yes for a boolean', { LOUD: 'yes' }, 'LOUD: LOUD is "yes", but it has to be true or false.'],
  ] as const) {
    it(`refuse ${title} with the remedy`, () => {
      assert.equal(
        refusal(() => of(given as Record<string, unknown>)),
        message,
      );
    });
  }

  it('have one form of numbers and booleans', () => {
    const numbers = [
      '',
      ' 5',
      '5 ',
      '+5',
      '05',
      '-0',
      '1e3',
      '0x10',
      '5.0',
      '5.5',
      '1_000',
      '٣',
      'NaN',
      `9${'0'.repeat(15)}`,
    ];
    for (const COUNT of [...numbers, 5.5, Number.NaN, 2 ** 60, Infinity, true, [5]]) {
      assert.match(
        refusal(() => of({ COUNT })),
        /has to be a whole number/,
        String(COUNT),
      );
    }
    for (const LOUD of ['TRUE', 'True', '1', '0', '', ' true', 1, 0, null]) {
      assert.match(
        refusal(() => of({ LOUD })),
        /has to be true or false/,
        String(LOUD),
      );
    }
  });

  it('are refused when a required one is missing', () => {
    const job = {
      name: 'tidy',
      arguments: { DAYS: rule({ type: 'integer', description: 'age of files' }) },
      secrets: {},
    };
    assert.equal(
      refusal(() => checkArguments(job, {})),
      'DAYS: The job "tidy" needs the argument DAYS, a whole number: age of files.',
    );
    assert.deepEqual(checkArguments(job, { DAYS: '3' }), { DAYS: '3' });
    assert.equal(
      refusal(() => checkArguments({ ...job, arguments: {} }, { DAYS: 3 })),
      'DAYS: The job "tidy" has no argument "DAYS". It has none.',
    );
  });

  it('do not repeat the value of a name that looks secret', () => {
    const job = { name: 'a', arguments: { TOKEN: rule({ pattern: '[a-f0-9]+' }) }, secrets: {} };
    assert.doesNotMatch(
      refusal(() => checkArguments(job, { TOKEN: 'hunter2' })),
      /hunter2/,
    );
  });

  it('have at most 32 kB together, and a pattern takes no long time for them', () => {
    assert.equal(of({ NOTE: 'x'.repeat(32_700) }).NOTE?.length, 32_700);
    for (const NOTE of ['x'.repeat(32_768), 'é'.repeat(16_384)]) {
      assert.match(
        refusal(() => of({ NOTE })),
        /^arguments: The variables have \d+ bytes.* at most 32768/,
      );
    }
    const slow = { name: 'a', arguments: { A: rule({ pattern: '(a|aa|a*)*b' }) }, secrets: {} };
    const cpuMs = cpuClock();
    assert.match(
      refusal(() => checkArguments(slow, { A: 'a'.repeat(30_000) })),
      /that matches/,
    );
    assert.ok(cpuMs() < 2_000, `${cpuMs()} ms`);
  });
});

describe('the environment of a job without a definition', () => {
  it('is passed as it is', () => {
    assert.deepEqual(checkEnvironment({ NAME: 'Daniela', _x1: '$(x)\n', NODE_ENV: 'test', env: 'a' }), {
      ...{ NAME: 'Daniela', _x1: '$(x)\n', NODE_ENV: 'test', env: 'a' },
    });
    assert.deepEqual(checkEnvironment({}), {});
  });

  it('refuses names that change how programs run', () => {
    const names = [
      ...[
        'LD_PRELOAD',
        'PPID',
        'OPTIND',
        'SHLVL',
        'UID',
        'LD_LIBRARY_PATH',
        'DYLD_INSERT_LIBRARIES',
        'NODE_OPTIONS',
        'PATH',
        'HOME',
        'LANG',
        'TZ',
        'IFS',
      ],
      ...[
        'ENV',
        'BASH_ENV',
        'BASH_FUNC_ls',
        'PYTHONPATH',
        'PERL5OPT',
        'RUBYOPT',
        'GIT_SSH_COMMAND',
        'SHELLOPTS',
        'PS4',
      ],
      ...['JAVA_TOOL_OPTIONS', 'GCONV_PATH', '__proto__', 'LC_ALL'],
    ];
    for (const name of names) {
      const given = JSON.parse(`{${JSON.stringify(name)}: "x"}`);
      assert.match(
        refusal(() => checkEnvironment(given)),
        /changes how programs run/,
        name,
      );
    }
  });

  it('refuses names that are none', () => {
    for (const name of ['', '1A', 'A-B', 'A=B', 'A B', 'Ä', 'A\n', 'BASH_FUNC_x%%', 'A\0', 'x'.repeat(65)]) {
      assert.match(
        refusal(() => checkEnvironment({ [name]: 'x' })),
        /letters, digits and underscores/,
        name,
      );
    }
  });

  it('refuses other values than texts, and too many or too large ones', () => {
    for (const value of [5, true, null, undefined, [], {}, 'a\0', '\ud800']) {
      assert.match(
        refusal(() => checkEnvironment({ A: value })),
        /^A: A /,
        String(value),
      );
    }
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`A${index}`, '']));
    assert.match(
      refusal(() => checkEnvironment(many)),
      /There are 101 variables; at most 100/,
    );
    assert.match(
      refusal(() => checkEnvironment({ A: 'x'.repeat(40_000) })),
      /at most 32768/,
    );
  });
});
