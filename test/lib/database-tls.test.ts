import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { readAuthorities, splitTls, wrongSslMode } from '../../src/lib/database-tls.ts';
import { createAuthority } from '../fakes/tls/index.ts';

test('certificates are read as PEM and as its base64, also with line breaks that an environment changed', () => {
  const [one, two] = [createAuthority(), createAuthority()];
  const bundle = `# The first\n${one.ca}\n# The second\r\n${two.ca.replaceAll('\n', '\r\n')}`;
  const normal = [one.ca, two.ca].map((pem) => new X509Certificate(pem).toString()).join('');
  for (const written of [
    bundle,
    normal.replaceAll('\n', '\\n'),
    normal.replaceAll('\n', ' '),
    Buffer.from(bundle).toString('base64'),
    Buffer.from(bundle).toString('base64').replace(/.{76}/g, '$&\n'),
  ]) {
    assert.equal(readAuthorities(written), normal);
  }
});

test('what is no certificate, and one that is cut off or damaged, is refused with the remedy', () => {
  const { ca, chain } = createAuthority();
  for (const written of ['ca.pem', 'LS0t', chain().key, Buffer.from(new X509Certificate(ca).raw).toString('base64')]) {
    assert.throws(() => readAuthorities(written), /^Error: is no certificate in PEM; write .*base64 -w0 ca\.pem/);
  }
  assert.throws(() => readAuthorities(ca + ca.slice(0, -40)), /has 1 of 2 certificates that cannot be read/);
  assert.throws(() => readAuthorities(ca.replace(/M/, 'x')), /has 1 of 1 certificates that cannot be read/);
});

test('the parameters of TLS are taken out of an address, and the others stay', () => {
  const url =
    'postgres://u:p%40@db.example.com/bot?sslmode=disable&host=%2Frun%2Fpg&sslmode=verify-full&sslrootcert=/a%20b.pem';
  assert.deepEqual(splitTls(url), {
    tls: { sslmode: 'verify-full', sslrootcert: '/a b.pem' },
    rest: 'postgres://u:p%40@db.example.com/bot?host=%2Frun%2Fpg',
  });
  assert.equal(splitTls('postgres://u@h/d?ssl=true').rest, 'postgres://u@h/d');
  for (const same of ['postgres://u@h/d', 'postgres://u@h/d?application_name=a%20b&x=%2f']) {
    assert.deepEqual(splitTls(same), { tls: {}, rest: same });
  }
});

test('modes that mean the same for every client are taken, and no others', () => {
  for (const query of [
    '',
    '?sslmode=verify-full',
    '?sslmode=no-verify',
    '?sslmode=disable',
    '?sslmode=require&sslmode=disable',
  ]) {
    assert.equal(wrongSslMode(`postgres://u@h/d${query}`), null);
  }
  for (const mode of ['require', 'prefer', 'verify-ca', 'allow', '', 'Verify-Full']) {
    assert.match(wrongSslMode(`postgres://u@h/d?sslmode=${mode}`) ?? '', /write sslmode=verify-full/);
  }
});
