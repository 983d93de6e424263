import { Resolver } from 'node:dns/promises';
import { errorCode } from '../../../lib/error-code.ts';
import { lengthOf, type Run } from './run.ts';

/** The addresses of a name; without any, the code of c-ares says why. */
export interface AddressAnswer {
  addresses: string[];
  code: string;
  tookMs: number;
}

/** Longest time to resolve a name, all servers and retries included. */
const longestLookupMs = 5_000;
/** Time limit of the first query to a server. Two rounds over all servers are made. */
const queryMs = 1_000;
/** When one family has answered, the other one may take so much longer (RFC 8305, section 3). */
const otherFamilyMs = 50;

/** Asks for A and AAAA records at once, by a resolver of its own, so that no state of a server is shared or kept. */
export async function askBoth(
  host: string,
  family: 4 | 6 | null,
  servers: readonly string[] | undefined,
  run: Run,
): Promise<AddressAnswer> {
  const { clock } = run;
  const began = clock.monotonic();
  const limitMs = Math.min(longestLookupMs, run.withinMs);
  run.waits('dns', `The DNS server did not answer within ${lengthOf(limitMs)}.`);
  const resolver = new Resolver({ timeout: Math.max(50, Math.min(queryMs, Math.floor(limitMs / 3))), tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  run.onEnd(() => resolver.cancel());
  const cancel = clock.after(limitMs, () => resolver.cancel());
  const queries = [
    ...(family === 6 ? [] : [resolver.resolve4(host)]),
    ...(family === 4 ? [] : [resolver.resolve6(host)]),
  ];
  const answers = await run.until(firstAnswers(queries, run)).finally(cancel);
  return {
    addresses: answers.flatMap(({ addresses }) => addresses),
    code: worst(answers),
    tookMs: clock.monotonic() - began,
  };
}

interface Answer {
  addresses: string[];
  code: string;
}

/** Resolves when all have answered, or soon after the first one with addresses. In the order of the queries. */
function firstAnswers(queries: readonly Promise<string[]>[], { clock, onEnd }: Run): Promise<Answer[]> {
  const answers: (Answer | null)[] = queries.map(() => null);
  return new Promise((resolve) => {
    let cancel = () => {};
    const done = () => {
      cancel();
      resolve(answers.filter((answer) => answer !== null));
    };
    onEnd(() => cancel());
    for (const [index, query] of queries.entries()) {
      const take = (answer: Answer) => {
        answers[index] = answer;
        if (answers.every((each) => each !== null)) return done();
        if (answer.addresses.length > 0) cancel = clock.after(otherFamilyMs, done);
      };
      query.then(
        // An alias without an address has an empty list.
        (addresses) => take({ addresses, code: addresses.length === 0 ? 'ENODATA' : '' }),
        (error) => take({ addresses: [], code: errorCode(error) }),
      );
    }
  });
}

/** A server's trouble says more than a missing record, and a missing record shows that the name exists. */
function worst(answers: readonly Answer[]): string {
  const codes = answers.map(({ code }) => code).filter((code) => code !== '');
  return (
    codes.find((code) => code !== 'ENOTFOUND' && code !== 'ENODATA') ??
    (codes.includes('ENODATA') ? 'ENODATA' : (codes[0] ?? ''))
  );
}
