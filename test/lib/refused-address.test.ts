import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalHost, isRefusedAddress } from '../../src/lib/refused-address.ts';

test('link-local and metadata addresses are refused in every form, and private ones are not', () => {
  const refused = [
    ...['169.254.169.254', '169.254.0.1', '100.100.100.200', '168.63.129.16', 'fe80::1', 'fe80::1%lo'],
    ...['fd00:ec2::254', 'fd20:ce::254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '64:ff9b::a9fe:a9fe'],
    ...['::169.254.169.254', '::a9fe:a9fe', '2002:a9fe:a9fe::1', '::ffff:100.100.100.200'],
  ];
  for (const address of refused) assert.equal(isRefusedAddress(address), true, address);
  const allowed = ['127.0.0.1', '::1', '10.0.0.1', '192.168.1.1', '100.100.100.201', 'fd00::1', '2002:a00:1::1'];
  for (const address of allowed) assert.equal(isRefusedAddress(address), false, address);
});

test('an IPv6 address that carries a refused IPv4 address is refused, in each form that carries one', () => {
  const forms: [string, (hex: string, inverted: string) => string[]][] = [
    ['mapped, compatible, translated', (hex) => [`::ffff:${hex}`, `::${hex}`, `::ffff:0:${hex}`]],
    ['NAT64', (hex) => [`64:ff9b::${hex}`, `64:ff9b:1::${hex}`, `64:ff9b:1:7::${hex}`]],
    ['6to4', (hex) => [`2002:${hex}::1`]],
    ['Teredo', (hex, inverted) => [`2001:0:${hex}::1`, `2001:0:4136:e378:8000:63bf:${inverted}`]],
    ['ISATAP', (hex) => [`2001:db8::5efe:${hex}`, `fd00::200:5efe:${hex}`]],
  ];
  // 169.254.169.254, 100.100.100.200, 168.63.129.16
  const metadata = [
    ['a9fe:a9fe', '5601:5601'],
    ['6464:64c8', '9b9b:9b37'],
    ['a83f:8110', '57c0:7eef'],
  ];
  for (const [form, addresses] of forms) {
    for (const [hex = '', inverted = ''] of metadata) {
      for (const address of addresses(hex, inverted))
        assert.equal(isRefusedAddress(address), true, `${form} ${address}`);
    }
    for (const address of addresses('a00:1', 'f5ff:fffe')) {
      assert.equal(isRefusedAddress(address), false, `${form} ${address}`);
    }
  }
  // Prefixes of 48, 56 and 64 bits, with 169.254.169.254 around the ninth byte (RFC 6052, section 2.2).
  for (const address of ['64:ff9b:1:a9fe:a9:fe00::', '64:ff9b:1:12a9:fe:a9fe::', '64:ff9b:1:1234:a9:fea9:fe00:0']) {
    assert.equal(isRefusedAddress(address), true, address);
  }
  for (const address of ['2001:db8::a9fe:a9fe', '64:ff9b:2::a9fe:a9fe', '2003:a9fe:a9fe::1']) {
    assert.equal(isRefusedAddress(address), false, address);
  }
});

test('a host is read as getaddrinfo reads it', () => {
  for (const written of ['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '169.254.169.254.']) {
    assert.equal(canonicalHost(written), '169.254.169.254', written);
  }
  assert.equal(canonicalHost('[fe80::1]'), 'fe80::1');
  assert.equal(canonicalHost('Shop.Example.COM.'), 'shop.example.com');
  for (const written of ['', 'a/b', 'a:b', 'a b', '999.1.1.1']) assert.equal(canonicalHost(written), null, written);
});
