import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCrossSite } from '../../src/http/same-site.ts';

const host = 'bot.example.com:8443';
const cases: [title: string, headers: Record<string, string>, crossSite: boolean][] = [
  ['a script, which names no site', {}, false],
  ['an address that a person entered', { 'sec-fetch-site': 'none' }, false],
  ['our own page', { 'sec-fetch-site': 'same-origin', origin: `https://${host}` }, false],
  ['our own page behind a proxy that hides its name', { 'sec-fetch-site': 'same-origin', origin: 'https://b' }, false],
  ['another site', { 'sec-fetch-site': 'cross-site' }, true],
  ['another site that names our origin', { 'sec-fetch-site': 'cross-site', origin: `https://${host}` }, true],
  ['another host of our site', { 'sec-fetch-site': 'same-site' }, true],
  ['a value that no browser sends', { 'sec-fetch-site': 'other' }, true],
  ['our own page in an old browser', { origin: `https://${host}` }, false],
  ['another site in an old browser', { origin: 'https://evil.example' }, true],
  ['another port of our host in an old browser', { origin: 'https://bot.example.com' }, true],
  ['a sandboxed page in an old browser', { origin: 'null' }, true],
  ['an origin that is no address', { origin: 'bot.example.com:8443' }, true],
];
for (const [title, headers, crossSite] of cases) {
  test(`${title} is ${crossSite ? 'refused' : 'let through'}`, () => {
    assert.equal(isCrossSite({ headers, host }), crossSite);
  });
}
