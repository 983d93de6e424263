import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';

/** Where Pebble asks who wants a certificate; by default HAProxy's ports inside its container. */
const insideContainer = { http: 8080, https: 8443 };

/** Pebble's folder: its configuration, and a certificate of its own for the API, of an authority of its own. */
export async function writePebble(folder: string, ports = insideContainer): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const config = {
    pebble: {
      listenAddress: '0.0.0.0:14000',
      managementListenAddress: '0.0.0.0:15000',
      certificate: '/pebble/server.pem',
      privateKey: '/pebble/server.key',
      httpPort: ports.http,
      tlsPort: ports.https,
      ocspResponderURL: '',
      externalAccountBindingRequired: false,
    },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'extensions'), 'subjectAltName=DNS:pebble');
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = ['-subj', '/CN=test', '-days', '2', '-addext', 'keyUsage=critical,keyCertSign'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', ...authority);
  await openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=pebble');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'extensions', '-days', '2'];
  await openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', ...signed);
  await run('chmod', ['-R', 'a+rX', folder]);
}
