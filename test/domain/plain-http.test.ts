import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Reach, reachOf } from '../../src/domain/plain-http.ts';

const cases: Record<Reach, string[]> = {
  encrypted: ['https://slack.com/', 'https://10.0.0.1/', 'wss://wss-primary.slack.com/', 'https://localhost/'],
  'this machine': [
    'http://localhost/',
    'http://LOCALHOST:8080/',
    'http://localhost./',
    'http://a.localhost/',
    'http://127.0.0.1:9000/',
    'http://127.9.9.9/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]:80/',
    'http://[::ffff:127.0.0.1]/',
    'http://0.0.0.0/',
    'ws://127.0.0.1/',
  ],
  'own network': [
    'http://fake-slack:9000/',
    'http://ultronex/',
    'http://loki.internal:3100/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.5/',
    'http://100.64.0.1/',
    'http://[fd12:3456::1]/',
    'http://[fe80::1]/',
    'http://[::ffff:10.0.0.1]/',
  ],
  elsewhere: [
    'http://slack.com/',
    'http://slack.com./',
    'http://localhost.example.com/',
    'http://127.0.0.1.example.com/',
    'http://internal.example.com/',
    'http://printer.local/',
    'http://1.1.1.1/',
    'http://16843009/',
    'http://172.15.0.1/',
    'http://172.32.0.1/',
    'http://192.169.0.1/',
    'http://100.128.0.1/',
    'http://169.254.169.254/',
    'http://[2001:db8::1]/',
    'http://[::ffff:1.1.1.1]/',
    'http://[fc0::1]/',
    'ws://wss-primary.slack.com/',
  ],
};

describe('an address without encryption', () => {
  for (const [reach, urls] of Object.entries(cases)) {
    it(`leads ${reach}`, () => {
      for (const url of urls) assert.equal(reachOf(new URL(url)), reach, url);
    });
  }
});
