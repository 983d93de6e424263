import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import {
  decodeQuery,
  encodeRecord,
  encodeResponse,
  type Query,
  type RecordType,
  type ResourceRecord,
  type Response,
  type ResponseCode,
} from './message.ts';

export type { RecordType, ResponseCode } from './message.ts';

/** A list of values is a response with these records; an empty one: the name exists without records of the type. */
export type DnsAnswer =
  | string[]
  | { kind: 'code'; code: ResponseCode }
  /** No response at all. */
  | { kind: 'silent' }
  | { kind: 'late'; ms: number; values: string[] }
  /** Over UDP an empty response with TC set; over TCP the values. */
  | { kind: 'truncated'; values: string[] }
  /** A message that cannot be decoded. */
  | { kind: 'garbage' };

export interface DnsQuery {
  name: string;
  type: Query['type'];
  over: 'udp' | 'tcp';
}

export interface FakeDns {
  /** `127.0.0.1:40123`, as `Resolver.setServers` takes it; UDP and TCP have the same port. */
  address: string;
  /**
   * Sets the answers to a question. Each query takes the next one and the last one stays, so two answers are a DNS
   * rebinding. `*` in place of a name: for names without an entry of their own; they get NXDOMAIN otherwise.
   */
  on(name: string, type: RecordType, ...answers: DnsAnswer[]): void;
  /** Forgets all answers. */
  clear(): void;
  /** For every query, before the answers; null: none. */
  fault: DnsAnswer | null;
  queries: DnsQuery[];
  close(): Promise<void>;
}

const ttl = 60;
/** A chain of CNAMEs ends here, as a loop of them must. */
const mostOfAliases = 8;
/** Without EDNS (RFC 1035, section 2.3.4). */
const mostOfDatagram = 512;

/** An authoritative DNS server over UDP and TCP on 127.0.0.1 (RFC 1035). */
export async function startFakeDns(): Promise<FakeDns> {
  const answers = new Map<string, Map<string, DnsAnswer[]>>();
  const timers = new Set<NodeJS.Timeout>();
  const connections = new Set<Socket>();

  function take(name: string, type: string): DnsAnswer {
    const types = answers.get(name) ?? answers.get('*');
    if (types === undefined) return { kind: 'code', code: 'NXDOMAIN' };
    const list = types.get(type) ?? [];
    return (list.length > 1 ? list.shift() : list[0]) ?? [];
  }

  /** Follows CNAMEs to what was asked for. */
  function find(name: string, type: Query['type'], before: ResourceRecord[] = []): [DnsAnswer, ResourceRecord[]] {
    const [alias] = answers.get(name)?.has('CNAME') && type !== 'CNAME' ? valuesOf(take(name, 'CNAME')) : [];
    if (alias === undefined || before.length >= mostOfAliases) return [take(name, type), before];
    return find(alias, type, [...before, { name, type: 'CNAME', value: alias, ttl }]);
  }

  function handle(message: Buffer, over: DnsQuery['over'], send: (response: Buffer) => void) {
    const query = decodeQuery(message);
    if (query === null) return;
    const { name, type } = query;
    fake.queries.push({ name, type, over });
    const [answer, aliases] = fake.fault === null ? find(name, type) : [fake.fault, []];
    if (!Array.isArray(answer) && answer.kind === 'silent') return;
    if (!Array.isArray(answer) && answer.kind === 'garbage') {
      return void send(Buffer.concat([message.subarray(0, 2), garbage]));
    }
    const owner = aliases.at(-1)?.value ?? name;
    const own = valuesOf(answer).map((value) => ({ name: owner, type: type as RecordType, value, ttl }));
    const code = !Array.isArray(answer) && answer.kind === 'code' ? answer.code : 'NOERROR';
    const response: Response = { code, records: [...aliases, ...own] };
    let bytes = encodeResponse(query, response);
    const cut = !Array.isArray(answer) && answer.kind === 'truncated';
    if (over === 'udp' && (cut || bytes.length > mostOfDatagram)) {
      bytes = encodeResponse(query, { ...response, records: [], truncated: true });
    }
    if (Array.isArray(answer) || answer.kind !== 'late') return void send(bytes);
    const timer = setTimeout(() => {
      timers.delete(timer);
      send(bytes);
    }, answer.ms);
    timers.add(timer);
  }

  const { udp, tcp, port } = await listen();
  let closed = false;
  udp.on('message', (message, { address, port: to }) => {
    handle(message, 'udp', (response) => closed || udp.send(response, to, address));
  });
  tcp.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => {});
    framed(socket, (message, send) => handle(message, 'tcp', send));
  });

  const fake: FakeDns = {
    address: `127.0.0.1:${port}`,
    on(name, type, ...list) {
      // A wrong value fails here and not in a query.
      for (const value of list.flatMap(valuesOf)) encodeRecord({ name, type, value, ttl });
      const key = name.toLowerCase();
      answers.set(key, (answers.get(key) ?? new Map()).set(type, [...list]));
    },
    clear: () => answers.clear(),
    fault: null,
    queries: [],
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const socket of connections) socket.destroy();
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
  return fake;
}

/** A header that promises an answer which is not there. */
const garbage = Buffer.from('84000001000100000000ffff', 'hex');

const valuesOf = (answer: DnsAnswer): string[] => {
  if (Array.isArray(answer)) return answer;
  return answer.kind === 'late' || answer.kind === 'truncated' ? answer.values : [];
};

/** Each message has its length in two bytes before it (RFC 1035, section 4.2.2). */
function framed(socket: Socket, take: (message: Buffer, send: (response: Buffer) => void) => void): void {
  let rest = Buffer.alloc(0);
  const send = (response: Buffer) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(response.length);
    if (!socket.destroyed) socket.write(Buffer.concat([length, response]));
  };
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      take(rest.subarray(2, end), send);
      rest = rest.subarray(end);
    }
  });
}

/** A port that is free for both: the system chooses UDP's, and TCP's may be taken. */
async function listen(): Promise<{ udp: DatagramSocket; tcp: Server; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const { port } = udp.address() as AddressInfo;
    const tcp = createServer().listen(port, '127.0.0.1');
    try {
      await once(tcp, 'listening');
      return { udp, tcp, port };
    } catch (error) {
      udp.close();
      if (attempt === 10) throw error;
    }
  }
}
