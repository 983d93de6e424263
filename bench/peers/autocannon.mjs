/** The load where there is no wrk; the same requests as post.lua makes. */
import autocannon from 'autocannon';

const [url, method, connections, duration] = process.argv.slice(2);
const hosts = ['web', 'db', 'cache', 'queue'];
const what = ['disk is', 'load is', 'errors are', 'latency is', 'backlog is'];

const requests = Array.from({ length: 1_000 }, (_, n) => {
  const kind = Math.floor(n / 50);
  const text = `:warning: ${hosts[kind % 4]}-${n % 97}: ${what[kind % 5]} ${n}`;
  return { body: JSON.stringify({ msg: { channel: `#c${(n % 50) + 1}`, text, payload: '', title: 'Monitoring' } }) };
});
const headers = { 'content-type': 'application/json', authorization: process.env.AUTHORIZATION };
const post = { method, headers, requests };

const {
  requests: all,
  latency,
  non2xx,
} = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(duration),
  ...(method === 'POST' ? post : {}),
});
const { total: answered, average: perSecond } = all;
const { user, system } = process.cpuUsage();
const ms = { p50Ms: latency.p50, p99Ms: latency.p99 };
console.log(JSON.stringify({ perSecond, answered, refused: non2xx, ...ms, loadCpuSeconds: (user + system) / 1e6 }));
