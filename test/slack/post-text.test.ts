import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authoredTextOf, shownTextOf, visibleTextOf } from '../../src/slack/post-text.ts';

const rich = (...elements: object[]) => ({ type: 'rich_text', elements });
const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const said = (text: string, style?: object) => ({ type: 'text', text, ...(style && { style }) });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const plain = (text: string) => ({ type: 'plain_text', text, emoji: true });

const posts: Record<string, [post: Record<string, unknown>, visible: string][]> = {
  'text that blocks repeat is there once': [
    [{ text: 'the API is down', blocks: [rich(section(said('the API is down')))] }, 'the API is down'],
    [
      {
        text: 'a *bold* &lt;b&gt; <@U1> :fire: <http://x|x>',
        blocks: [
          rich(
            section(
              said('a '),
              said('bold', { bold: true }),
              said(' <b> '),
              { type: 'user', user_id: 'U1' },
              said(' '),
              { type: 'emoji', name: 'fire', unicode: '1f525' },
              said(' '),
              { type: 'link', url: 'http://x', text: 'x' },
            ),
          ),
        ],
      },
      'a bold <b> @U1 🔥 x',
    ],
    [
      {
        text: '• one\n• two\n&gt; said\n```code *x*```',
        blocks: [
          rich(
            { type: 'rich_text_list', style: 'bullet', elements: [section(said('one')), section(said('two'))] },
            { type: 'rich_text_quote', elements: [said('said')] },
            { type: 'rich_text_preformatted', elements: [said('code *x*')] },
          ),
        ],
      },
      '• one\n• two\n> said\ncode *x*',
    ],
    [
      {
        text: 'Build failed',
        blocks: [
          { type: 'header', text: plain('Build failed') },
          { type: 'section', text: mrkdwn('on *main*') },
        ],
      },
      'Build failed\non main',
    ],
    [{ text: 'short', blocks: [{ type: 'section', text: mrkdwn('something else') }] }, 'short\nsomething else'],
  ],
  'rich text with all its elements and nesting': [
    [
      {
        blocks: [
          rich(
            section(
              { type: 'broadcast', range: 'here' },
              said(' see '),
              { type: 'channel', channel_id: 'C1' },
              said(' '),
              { type: 'usergroup', usergroup_id: 'S1' },
              said(' '),
              { type: 'date', timestamp: 1, format: '{date}', fallback: '1 Jan 1970' },
              said(' '),
              { type: 'color', value: '#ff0000' },
              said(' '),
              { type: 'link', url: 'https://x.io/?a=1&b=2' },
              said(' *no mark* &amp; '),
              said('code_x', { code: true }),
            ),
            {
              type: 'rich_text_list',
              style: 'ordered',
              offset: 2,
              elements: [section(said('third')), section(said('fourth'))],
            },
            { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [section(said('inner'))] },
          ),
        ],
      },
      '@here see #C1 @S1 1 Jan 1970 #ff0000 https://x.io/?a=1&b=2 *no mark* &amp; code_x\n3. third\n4. fourth\n    • inner',
    ],
  ],
  'blocks of every kind': [
    [
      {
        blocks: [
          { type: 'header', text: plain('Disk *full* &amp; hot') },
          { type: 'divider' },
          {
            type: 'section',
            text: mrkdwn('*web-1*'),
            fields: [mrkdwn('*Use*\n91 %'), plain('Host: a_b')],
            accessory: { type: 'button', text: plain('Acknowledge'), value: 'secret-value', action_id: 'a' },
          },
          { type: 'context', elements: [{ type: 'image', image_url: 'u', alt_text: 'a graph' }, mrkdwn('by _CI_')] },
          { type: 'image', image_url: 'u', alt_text: 'alternative', title: plain('Graph of the week') },
          {
            type: 'actions',
            elements: [
              { type: 'button', text: plain('Restart') },
              {
                type: 'static_select',
                placeholder: plain('pick'),
                initial_option: { text: plain('chosen'), value: 'v' },
              },
              { type: 'overflow', options: [{ text: plain('hidden'), value: 'v' }] },
            ],
          },
          {
            type: 'input',
            label: plain('Reason'),
            hint: plain('be brief'),
            element: { type: 'radio_buttons', options: [{ text: plain('yes'), description: plain('surely') }] },
          },
        ],
      },
      [
        'Disk *full* & hot',
        'web-1',
        'Use',
        '91 %',
        'Host: a_b',
        'Acknowledge',
        'a graph',
        'by CI',
        'Graph of the week',
        'alternative',
        'Restart',
        'chosen',
        'Reason',
        'yes',
        'surely',
        'be brief',
      ].join('\n'),
    ],
    [
      {
        blocks: [
          {
            type: 'table',
            rows: [
              [
                { type: 'raw_text', text: 'host' },
                { type: 'raw_text', text: 'state' },
              ],
              [
                { type: 'rich_text', elements: [section(said('web-1', { bold: true }))] },
                { type: 'raw_text', text: 'down' },
              ],
              [{ type: 'raw_number', value: 7 }],
            ],
          },
          {
            type: 'video',
            title: plain('How to'),
            description: plain('restart'),
            alt_text: 'film',
            author_name: 'Ada',
          },
          {
            type: 'call',
            call_id: 'R1',
            call: { v1: { id: 'R1', name: 'Zoom about the outage', display_id: '123-456' } },
          },
          { type: 'file', source: 'remote', external_id: 'x' },
        ],
      },
      'host\tstate\nweb-1\tdown\n7\nAda\nHow to\nrestart\nfilm\nZoom about the outage\n123-456',
    ],
    [
      {
        blocks: [
          {
            type: 'markdown',
            text: '# Outage\n\n**web-1** is _down_, see [the *runbook*](https://x.io/r)\n- first\n```sh\nkill -9 *\n```\n1 < 2 & `a_b`',
          },
        ],
      },
      'Outage\n\nweb-1 is down, see the *runbook*\n• first\nkill -9 *\n1 < 2 & a_b',
    ],
    [
      {
        blocks: [
          { type: 'alert', text: plain('careful'), level: 'warning' },
          {
            type: 'carousel',
            elements: [{ type: 'card', title: mrkdwn('Card'), subtitle: mrkdwn('below'), body: mrkdwn('body') }],
          },
          {
            type: 'container',
            title: plain('Box'),
            child_blocks: [{ type: 'section', text: mrkdwn('in the box') }],
          },
          {
            type: 'plan',
            title: 'Plan',
            tasks: [{ type: 'task_card', title: 'Task', details: rich(section(said('detail'))) }],
          },
          { type: 'of tomorrow', text: mrkdwn('still read') },
        ],
      },
      'careful\nCard\nbelow\nbody\nBox\nin the box\nPlan\nTask\ndetail\nstill read',
    ],
  ],
  'legacy attachments': [
    [
      {
        text: '',
        attachments: [
          {
            fallback: 'not shown',
            pretext: 'CI',
            author_name: 'Jenkins',
            title: 'build 7',
            title_link: 'https://ci/7',
            text: '*failed*',
            fields: [{ title: 'Branch', value: 'main' }, { title: 'Took:', value: '3 s' }, { value: 'alone' }],
            actions: [{ type: 'button', text: 'Retry', value: 'v' }],
            footer: 'ci.example.com',
          },
        ],
      },
      'CI\nJenkins\nbuild 7\nfailed\nBranch: main\nTook: 3 s\nalone\nRetry\nci.example.com',
    ],
    [{ attachments: [{ fallback: 'only this', color: 'danger' }] }, 'only this'],
    [{ attachments: [{ fallback: 'no', blocks: [{ type: 'section', text: mrkdwn('in blocks') }] }] }, 'in blocks'],
  ],
  'shared and forwarded messages with their blocks, files and attachments': [
    [
      {
        text: 'look',
        attachments: [
          {
            is_share: true,
            is_msg_unfurl: true,
            from_url: 'https://acme.slack.com/archives/C1/p1',
            fallback: '[May 1st] ada: the disk is full',
            author_name: 'Ada',
            text: 'the disk is full',
            message_blocks: [
              { team: 'T1', channel: 'C1', ts: '1.1', message: { blocks: [rich(section(said('the disk is full')))] } },
            ],
            files: [{ id: 'F1', title: 'df output', name: 'df.txt' }],
            attachments: [{ text: 'inner alert' }, { text: 'preview', from_url: 'https://x.io' }],
            footer: 'Posted in #ops',
          },
        ],
      },
      'look\nAda\nthe disk is full\ndf output\ndf.txt\ninner alert\nPosted in #ops',
    ],
    [
      {
        attachments: [
          {
            is_msg_unfurl: true,
            message_blocks: [{ message: { blocks: [{ type: 'header', text: plain('only in blocks') }] } }],
          },
        ],
      },
      'only in blocks',
    ],
  ],
  'previews of links are another author’s': [
    [
      {
        text: 'see <https://x.io>',
        attachments: [
          { from_url: 'https://x.io', service_name: 'X', title: 'Breaking news', text: 'preview' },
          {
            is_app_unfurl: true,
            app_unfurl_url: 'https://x.io',
            blocks: [{ type: 'section', text: mrkdwn('preview') }],
          },
        ],
      },
      'see https://x.io',
    ],
  ],
  'titles of files, canvases and lists; e-mails; huddles': [
    [
      {
        text: 'see',
        files: [
          { id: 'F1', name: 'app.log', title: 'app.log' },
          { id: 'F2', name: 'Runbook', title: 'Runbook: disks', filetype: 'quip', mode: 'quip' },
          { id: 'F3', title: 'Incidents', filetype: 'list', mode: 'list' },
          {
            id: 'F4',
            mode: 'email',
            filetype: 'email',
            title: 'Invoice',
            subject: 'Invoice',
            plain_text: 'please pay',
          },
          { id: 'F5', mode: 'tombstone' },
        ],
      },
      'see\napp.log\nRunbook: disks\nRunbook\nIncidents\nInvoice\nplease pay',
    ],
    [
      { subtype: 'huddle_thread', text: '', room: { id: 'R1', name: 'war room', topic: { value: 'db outage' } } },
      'war room\ndb outage',
    ],
  ],
};
for (const [title, rows] of Object.entries(posts)) {
  test(title, () => {
    for (const [post, visible] of rows) assert.equal(visibleTextOf(post), visible);
  });
}

test('what the author wrote leaves out what comes and goes without an edit: previews, linked messages, titles', () => {
  const post = {
    text: 'see <https://x.io>',
    blocks: [rich(section(said('see '), { type: 'link', url: 'https://x.io' }))],
  };
  const later = {
    ...post,
    files: [{ id: 'F1', title: 'x' }],
    attachments: [
      { from_url: 'https://x.io', title: 'x' },
      { is_msg_unfurl: true, text: 'linked' },
    ],
  };
  assert.equal(authoredTextOf(later), authoredTextOf(post));
  assert.notEqual(authoredTextOf({ ...post, attachments: [{ is_share: true, text: 'shared' }] }), authoredTextOf(post));
});

test('a text is bounded, however deep, wide or long a post is', () => {
  let deep: object = { type: 'section', text: mrkdwn('deep') };
  for (let level = 0; level < 5_000; level++) deep = { type: 'container', child_blocks: [deep] };
  let shared: object = { text: 'innermost' };
  for (let level = 0; level < 100; level++) shared = { is_share: true, text: `level ${level}`, attachments: [shared] };
  const wide = Array.from({ length: 50_000 }, () => ({ type: 'section', text: mrkdwn('x'.repeat(100)) }));
  const shown = shownTextOf({ text: 't', blocks: [deep, ...wide], attachments: [shared] });
  assert.ok(shown.length <= 210_000, String(shown.length));
  assert.doesNotMatch(visibleTextOf({ attachments: [shared] }), /innermost|level 9\b/);
});

test('nothing is thrown, whatever the fields are', () => {
  const junk = [
    undefined,
    null,
    0,
    '',
    'x',
    true,
    [],
    [null],
    {},
    [[]],
    { type: 'rich_text' },
    { type: 'table', rows: [[null, 7]] },
  ];
  for (const one of junk) {
    for (const field of ['text', 'blocks', 'attachments', 'files', 'room']) {
      assert.equal(typeof shownTextOf({ [field]: one }), 'string');
      assert.equal(typeof shownTextOf({ [field]: [one] }), 'string');
      assert.equal(
        typeof shownTextOf({ attachments: [{ [field]: one, message_blocks: one, fields: [one] }] }),
        'string',
      );
      assert.equal(
        typeof shownTextOf({ blocks: [{ type: 'section', [field]: one, elements: one, fields: one }] }),
        'string',
      );
      assert.equal(
        typeof shownTextOf({ blocks: [{ type: 'rich_text', elements: [{ elements: [one] }, one] }] }),
        'string',
      );
    }
  }
});
