import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { plainName } from '../../domain/names.ts';
import { plainText } from '../../domain/plain-text.ts';
import { errorCode } from '../../lib/error-code.ts';
import { isRefusedAddress } from '../../lib/refused-address.ts';
import type { SendOutcome } from '../../ports/sender.ts';
import { later, refused, type Send, sent, type Way } from './named.ts';

/** nodemailer's own limits are minutes. Milliseconds. */
const timeouts = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000, dnsTimeout: 5_000 };
const subjectCharacters = 150;

interface MailError extends Error {
  /** SMTP's code of three digits. */
  responseCode?: number;
  /** The command that failed; `CONN` is the connection. */
  command?: string;
}

/** Sends by SMTP: `smtps://` with TLS, `smtp://` with STARTTLS. A connection a message. */
export function createEmail({ smtp, password, from, to }: Way & { kind: 'email' }): Send {
  const host = smtp.hostname.replace(/^\[|\]$/g, '');
  const secure = smtp.protocol === 'smtps:';
  const user = decodeURIComponent(smtp.username);

  return async ({ deliveryId, title, text }) => {
    const plain = plainText(text);
    try {
      const address = isIP(host) === 0 ? (await lookup(host)).address : host;
      if (isRefusedAddress(address))
        return refused('address_refused', `${host} leads to ${address}, which is not allowed`);
      // Loaded with the first message: a program without e-mail does not load it.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        ...{ ...timeouts, host: address, port: Number(smtp.port) || (secure ? 465 : 587), secure, requireTLS: !secure },
        ...(user !== '' && { auth: { user, pass: password } }),
        // The certificate is of the name, not of the address that was checked.
        tls: { servername: isIP(host) === 0 ? host : undefined },
        ...(isLoopback(address) && { requireTLS: false, tls: { rejectUnauthorized: false } }),
      });
      await transport.sendMail({
        ...{ from, to: [...to], text: plain, subject: subjectOf(title, plain) },
        // The same when it is sent again, so that mail programs show it once.
        messageId: `<${deliveryId}@${hostname()}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Ultronex-Id': deliveryId },
      });
      return sent;
    } catch (error) {
      return outcomeOf(error as MailError);
    }
  };
}

/** A line of its own in the header: without line breaks, which would begin another one. */
function subjectOf(title: string | undefined, text: string): string {
  const [line = ''] = (title ? plainText(title) : text).split('\n');
  return plainName(line, subjectCharacters) || 'Message';
}

const isLoopback = (address: string) => /^127\.|^::1$/.test(address);

/** RFC 5321, 4.2.1: 4yz may pass, 5yz is final. */
function outcomeOf(error: MailError): SendOutcome<null> {
  const { responseCode, command, message } = error;
  const code = errorCode(error).toLowerCase();
  // Wrong passwords are mended by people, not by giving up.
  if (code === 'eauth') return later('smtp_login_refused', message, false);
  if (responseCode !== undefined && responseCode >= 500) return refused(`smtp_${responseCode}`, message);
  // Only the last command hands the message over.
  const mayHaveArrived = responseCode === undefined && command === 'DATA';
  return later(responseCode === undefined ? code || 'not_reached' : `smtp_${responseCode}`, message, mayHaveArrived);
}
