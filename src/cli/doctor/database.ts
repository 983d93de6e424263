import { systemClock } from '../../domain/clock.ts';
import { reachOf } from '../../domain/plain-http.ts';
import { databasePlace } from '../../lib/database-place.ts';
import type { DatabaseAddress } from '../../lib/database-tls.ts';
import { within } from '../../lib/deadline.ts';
import { type DatabaseFacts, examinePostgres, judgeServerVersion } from '../../stores/index.ts';
import { type Finding, finder } from './finding.ts';
import { describeQueue } from './queue.ts';

const find = finder('store');
/** A server that does not answer is told after this time. */
const answerMs = 3_000;
/** Connections of one program: its pool, its listener, and one for a migration or a command. */
const ofOneInstance = 8;
/** A statement that reads no table takes a round trip and little more. */
const slowMs = 100;
/** Leases are by the server's clock; ages and times of expiry are by each machine's. */
const skewWarnMs = 10_000;
/** Autovacuum begins at 2,000 dead rows of lanes. */
const manyDeadRows = 20_000;
const longTransactionMs = 300_000;

/** How many of each should be there. */
type Wanted = Pick<DatabaseFacts, 'instances' | 'standbys'>;

/** Checks the store in PostgreSQL, also while programs run. Shows no password. */
export async function checkDatabase(address: DatabaseAddress, wanted: Wanted): Promise<Finding[]> {
  const { url } = address;
  const place = databasePlace(url);
  const answer = await within(systemClock, answerMs, examinePostgres(address, systemClock.now));
  if (answer === null) {
    return [
      find(
        'fail',
        `${place} has not answered within ${answerMs / 1_000} s. Look at the server; a commit may wait for a standby that is away`,
      ),
    ];
  }
  const examined = answer.value;
  if ('problem' in examined) return [find('fail', `${place} cannot be used (${examined.problem}). ${examined.remedy}`)];
  return judgeDatabase(examined.facts, url, wanted);
}

export function judgeDatabase(facts: DatabaseFacts, url: string, wanted: Wanted): Finding[] {
  const place = databasePlace(url);
  return [
    versionOf(facts, place),
    encryptionOf(facts, url),
    schemaOf(facts),
    writesOf(facts),
    ...safetyOf(facts),
    connectionsOf(facts),
    ...instancesOf(facts, wanted.instances),
    ...standbysOf(facts, wanted.standbys),
    clockOf(facts),
    ...upkeepOf(facts),
    ...(facts.schema === null ? [] : [describeQueue(facts.queued, facts.oldestAt)]),
  ];
}

function versionOf({ version, answerMs: ms }: DatabaseFacts, place: string): Finding {
  const judged = judgeServerVersion(version);
  const text = `${place} is ${judged.text}`;
  if (judged.remedy !== null) return find('fail', `${text}; ${judged.remedy}`);
  const answers = `${text}, and answers in ${Math.max(1, Math.round(ms))} ms`;
  return ms < slowMs
    ? find('ok', answers)
    : find('warn', `${answers}: each message takes several times that. Put it nearer, or look at its load`);
}

function encryptionOf({ isEncrypted, isVerified }: DatabaseFacts, url: string): Finding {
  if (isEncrypted && isVerified) return find('ok', 'the connection is encrypted, and the certificate is checked');
  if (isEncrypted) {
    return find(
      'warn',
      'the connection is encrypted, but no certificate is checked. Write ?sslmode=verify-full in DATABASE_URL',
    );
  }
  const host = new URL(url).hostname;
  // A host that begins with / is a socket on this machine.
  const reach = host.toLowerCase().startsWith('%2f') ? 'this machine' : reachOf(new URL(`http://${host}`));
  if (reach !== 'elsewhere')
    return find('ok', `the connection is not encrypted, and stays within ${withinWhat[reach]}`);
  return find(
    'fail',
    'the connection leaves this network without encryption. Write ?sslmode=verify-full in DATABASE_URL',
  );
}

const withinWhat = { encrypted: 'TLS', 'this machine': 'this machine', 'own network': 'a private network' } as const;

function schemaOf({ schema, newestSchema, mayCreate }: DatabaseFacts): Finding {
  const grant = 'GRANT CREATE ON DATABASE … TO …, or let its owner start the program once';
  if (schema === null) {
    if (mayCreate) return find('ok', 'there is no store yet; it is made at the first start');
    return find('fail', `there is no store, and the user may not create one. ${grant}`);
  }
  if (schema > newestSchema) {
    return find(
      'fail',
      `${tables} ${schema}, and this program knows versions up to ${newestSchema}. Start the newer program`,
    );
  }
  if (schema === newestSchema) return find('ok', `${tables} ${schema}, which is this program’s`);
  const next = `${tables} ${schema}; the next start brings them to ${newestSchema}`;
  return mayCreate ? find('ok', next) : find('fail', `${next}, but the user may not create in its schema. ${grant}`);
}

const tables = 'its tables have the schema version';

function writesOf({ isReadOnly, mayWrite, schema }: DatabaseFacts): Finding {
  if (isReadOnly)
    return find('fail', 'the server takes no writes: it is a standby, or read-only. Name the primary in DATABASE_URL');
  if (!mayWrite) return find('fail', 'the user may not write into the store. Use the user that owns its schema');
  return find('ok', schema === null ? 'the server is no standby' : 'the server takes writes');
}

function safetyOf({ synchronousCommit, fsync }: DatabaseFacts): Finding[] {
  const findings: Finding[] = [];
  if (fsync === 'off') {
    findings.push(
      find('fail', 'fsync is off: a crash of the machine destroys the store. Set fsync = on in postgresql.conf'),
    );
  }
  if (synchronousCommit === 'off') {
    findings.push(
      find(
        'fail',
        'synchronous_commit is off: a crash loses messages that were acknowledged. ALTER ROLE … SET synchronous_commit = on',
      ),
    );
  }
  return findings.length > 0
    ? findings
    : [find('ok', `a commit is on disk before it is answered (synchronous_commit is ${synchronousCommit})`)];
}

function connectionsOf({ connections: { used, most }, instances }: DatabaseFacts): Finding {
  const text = `${connectedOf(instances)}; ${used} of ${most} connections are used`;
  if (most - used >= ofOneInstance) return find('ok', text);
  return find(
    'warn',
    `${text}, and one more instance takes up to ${ofOneInstance}. Raise max_connections, or the limit of the user or database`,
  );
}

const connectedOf = (instances: number): string =>
  `${instances} ${instances === 1 ? 'instance is' : 'instances are'} connected`;

function instancesOf({ instances }: DatabaseFacts, wanted: number): Finding[] {
  // None runs: the check of the program tells it.
  if (instances >= wanted || instances === 0) return [];
  const text = `${connectedOf(instances)}, ${wanted} should run (INSTANCES)`;
  return [find('warn', `${text}. Start the others, or look at their logs`)];
}

function standbysOf({ standbys }: DatabaseFacts, wanted: number): Finding[] {
  if (standbys === 0 && wanted === 0) return [];
  const text = `${standbys} ${standbys === 1 ? 'standby follows' : 'standbys follow'}`;
  if (standbys >= wanted) return [find('ok', text)];
  return [
    find(
      'warn',
      `${text}, ${wanted} should (DATABASE_STANDBYS). Look at the other machine: its PostgreSQL, and its log`,
    ),
  ];
}

function clockOf({ clockAheadMs }: DatabaseFacts): Finding {
  const seconds = Math.round(Math.abs(clockAheadMs) / 1_000);
  if (Math.abs(clockAheadMs) < skewWarnMs) return find('ok', `its clock is ${seconds} s from this machine’s`);
  const side = clockAheadMs > 0 ? 'ahead of' : 'behind';
  return find(
    'warn',
    `its clock is ${seconds} s ${side} this machine’s. Set both (NTP): messages expire by the machine’s`,
  );
}

function upkeepOf({ lanes, oldestTransactionMs }: DatabaseFacts): Finding[] {
  const findings: Finding[] = [];
  if (lanes !== null) {
    const text = `the table lanes has ${lanes.live} rows in use and ${lanes.dead} dead ones`;
    if (lanes.dead < manyDeadRows) findings.push(find('ok', `autovacuum keeps up: ${text}`));
    else {
      findings.push(
        find(
          'warn',
          `autovacuum does not keep up: ${text}, so sending becomes slow. Turn autovacuum on, end long transactions (pg_stat_activity), and run VACUUM ultronex.lanes`,
        ),
      );
    }
  }
  if (oldestTransactionMs > longTransactionMs) {
    findings.push(
      find(
        'warn',
        `a transaction has been open for ${Math.round(oldestTransactionMs / 1_000)} s; until it ends, autovacuum removes no dead rows. pg_stat_activity names it`,
      ),
    );
  }
  return findings;
}
