/**
 * Prints the certificate of the authority behind a registry when Node does not trust it by itself; else nothing.
 *   node registry-authority.mjs REGISTRY FILE-OF-CERTIFICATES
 * One and not the whole file: npm hands its settings to every script in the environment, which has room for 128 kB.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, rootCertificates } from 'node:tls';

const [, , registry, file] = process.argv;
const { hostname, port, protocol } = new URL(registry);
const known = readFileSync(file, 'utf8').match(/-----BEGIN CERT[\s\S]*?-----END CERTIFICATE-----/g) ?? [];

if (protocol === 'https:') {
  const socket = connect({ host: hostname, servername: hostname, port: Number(port || 443), ca: known }, () => {
    let certificate = socket.getPeerCertificate(true);
    while (certificate.issuerCertificate && certificate.issuerCertificate !== certificate) {
      certificate = certificate.issuerCertificate;
    }
    const root = new X509Certificate(certificate.raw);
    const builtIn = rootCertificates.some((each) => new X509Certificate(each).fingerprint256 === root.fingerprint256);
    if (!builtIn) process.stdout.write(root.toString());
    socket.end();
  });
}
