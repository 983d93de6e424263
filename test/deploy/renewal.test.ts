import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { attempt } from '../stack/command.ts';
import { tempDir } from '../support/temp.ts';

const certbot = resolve(import.meta.dirname, '../../deploy/certbot');

/** Runs `run.py --report` with another certificate: the image of certbot has the library that reads one. */
const script = `
import sys, types, datetime
from datetime import timedelta
given = dict(each.split("=") for each in sys.argv[2:])
class Site:
    names = ["a.test"]
    self_signed = given["site"] == "self-signed"
    def left(self): return timedelta(days=int(given["days"]))
    def is_late(self): return self.left() < timedelta(days=10)
fake = types.ModuleType("certificate")
fake.SITE, fake.read = "/certificates/site.pem", lambda *_: None if given["site"] == "none" else Site()
sys.modules["certificate"], sys.modules["live"] = fake, types.ModuleType("live")
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import run
run.METRICS = given["metrics"]
run.main(["run.py", "--report"])
`;

const cases: [title: string, given: Record<string, string | number>, code: number, line: RegExp][] = [
  ['a valid certificate is well', {}, 0, /^The certificate of a\.test is valid for 61 more days\.$/],
  ['without host names there is nothing to renew', { names: '' }, 3, /^There are no HOST_NAMES/],
  ['no certificate', { site: 'none' }, 1, /^There is no certificate in \/certificates\/site\.pem\.$/],
  ['one of the server’s own making', { site: 'self-signed' }, 1, /^The certificate is self-signed/],
  ['one that is late', { days: 9 }, 1, /valid for 9 more days; the last renewal that went well: at .* UTC\. See:/],
  ['a refusal while the last day had a success', { failed: 1, hours: 13 }, 0, /valid for 61 more days\.$/],
  [
    'no success for a day',
    { failed: 1, hours: 25 },
    1,
    /the last renewal that went well: at \d{4}-\d\d-\d\d \d\d:\d\d UTC\./,
  ],
  ['no success at all', { failed: 1, hours: 'none' }, 1, /the last renewal that went well: never\./],
];
for (const [title, given, code, line] of cases) {
  test(`the renewal report: ${title}: exit code ${code}`, async (t) => {
    const { names = 'a.test', site = 'issued', days = 61, failed = 0, hours = 1 } = given;
    const metrics = join(tempDir(t), 'certificates.prom');
    const last = hours === 'none' ? 0 : Math.round(Date.now() / 1_000 - Number(hours) * 3_600);
    writeFileSync(
      metrics,
      `# TYPE x gauge\nultronex_certificate_expiry_timestamp_seconds{name="a.test"} 5\nultronex_certificate_last_success_timestamp_seconds ${last}\nultronex_certificate_renewal_failed ${failed}\n`,
    );
    const args = [`site=${site}`, `days=${days}`, `metrics=${metrics}`];
    const ran = await attempt('python3', ['-c', script, certbot, ...args], {
      env: { HOST_NAMES: String(names) },
    });
    assert.equal(ran.code, code, ran.stderr);
    assert.match(ran.stdout.trim(), line);
  });
}
