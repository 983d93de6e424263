"""Keeps /certificates/site.pem valid, on disk and in the running HAProxy.

    run.py                        the service
    run.py --check                its health check
    run.py --report               in the running container: how the renewal goes, in a line. Exit code 0: well; 1: it failed;
                                  3: there is nothing to renew
    run.py --renew-now [--force]  in the running container: renew now; with --force also when it is not due
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

import certificate
import live

HOUR = 3600
BEAT = "/tmp/heartbeat"
REQUEST = "/tmp/renew-request"
RESULT = "/tmp/renew-result"
METRICS = "/textfile/certificates.prom"
LINEAGE = "/etc/letsencrypt/live/site"
RENEWAL = "/etc/letsencrypt/renewal/site.conf"
# Let's Encrypt allows five failed tries of a name an hour. With these pauses there are six in the first hour, and by the sixth the
# limit has recovered two.
FIRST_PAUSE, LONGEST_PAUSE = 60, 6 * HOUR

names = sorted({name.lower() for name in re.split(r"[,\s]+", os.environ.get("HOST_NAMES", "")) if name})
staging = os.environ.get("ACME_STAGING", "").lower() in ("1", "true", "yes", "on")
server = os.environ.get("ACME_SERVER") or (
    f"https://acme-{'staging-' if staging else ''}v02.api.letsencrypt.org/directory"
)


def log(level, msg, **fields):
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    print(json.dumps({"time": now, "level": level, "msg": msg, **fields}), flush=True)


def beat():
    certificate.write(BEAT, b"")


class Service:
    def __init__(self):
        self.failed = False
        self.pause = FIRST_PAUSE
        # The first try waits for HAProxy, through which the authority connects and which starts after this service.
        self.next_renewal = 0
        self.next_minute = 0
        issued = certificate.read(LINEAGE + "/fullchain.pem", LINEAGE + "/privkey.pem")
        self.last_success = issued.not_before.timestamp() if issued else 0

    def run(self):
        live.make_room()
        self.provide()
        started = time.time()
        while True:
            beat()
            if os.path.exists(REQUEST):
                self.answer_request()
            if names and time.time() >= self.next_renewal and (live.is_running() or time.time() > started + 300):
                self.renew()
            if time.time() >= self.next_minute:
                self.next_minute = time.time() + 60
                self.provide()
            time.sleep(1)

    def provide(self):
        """Writes the best certificate there is to disk, into HAProxy and into the metrics. False: HAProxy refused it."""
        site = certificate.read(certificate.SITE)
        issued = certificate.read(LINEAGE + "/fullchain.pem", LINEAGE + "/privkey.pem")
        if issued and issued.left() > timedelta(0):
            if not site or site.serial != issued.serial:
                certificate.write(certificate.SITE, issued.pem)
                log("info", "certificate written", names=issued.names, expires=issued.expires.isoformat())
        elif not site or site.self_signed and (site.left() < timedelta(days=30) or not set(self.wanted()) <= set(site.names)):
            certificate.write(certificate.SITE, certificate.self_signed(self.wanted()))
            log("info", "self-signed certificate written", names=self.wanted())
        site = certificate.read(certificate.SITE)
        loaded = self.load(site)
        self.write_metrics(site)
        return loaded

    def wanted(self):
        return names or ["localhost"]

    def load(self, site):
        """Loads the certificate into a running HAProxy. At its start HAProxy reads the file itself."""
        try:
            if live.serial(certificate.SITE) != site.serial:
                live.replace(certificate.SITE, site)
                log("info", "certificate loaded into haproxy", serial=f"{site.serial:x}")
        except OSError:
            return True
        except live.Refused as refusal:
            log("error", "haproxy refused the certificate", answer=str(refusal))
            return False
        return True

    def renew(self, force=False):
        """Renews if it is due. Returns whether the certificate is valid and loaded afterwards."""
        before = certificate.read(LINEAGE + "/fullchain.pem", LINEAGE + "/privkey.pem")
        problem = self.certbot(self.command(before, force))
        after = certificate.read(LINEAGE + "/fullchain.pem", LINEAGE + "/privkey.pem")
        loaded = self.provide()
        if problem is None and loaded and after:
            self.failed, self.pause, self.last_success = False, FIRST_PAUSE, time.time()
            # Twice a day with a random part, so that not all servers ask at the same time.
            self.next_renewal = time.time() + 12 * HOUR + random.uniform(-HOUR, HOUR)
            changed = before is None or before.serial != after.serial
            log("info", "renewed" if changed else "not due", names=after.names, expires=after.expires.isoformat())
        else:
            self.failed = True
            # After a refusal for too many tries, waits an hour at least.
            pause = max(self.pause, HOUR) if problem and "rateLimited" in problem else self.pause
            self.next_renewal = time.time() + pause * random.uniform(1, 1.1)
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            log("error", "certificate not renewed", problem=problem, next_try_seconds=round(pause))
        self.write_metrics(certificate.read(certificate.SITE))
        return not self.failed

    def command(self, issued, force):
        """Returns the arguments for certbot. `renew` asks the authority when to renew (ARI, since certbot 4.1). Other names or
        another authority need a new order."""
        common = ["--non-interactive", *(["--force-renewal"] if force else [])]
        same_server = f"server = {server}\n" in read_text(RENEWAL)
        if issued and issued.names == names and same_server:
            return ["renew", "--cert-name", "site", "--no-random-sleep-on-renew", *common]
        email = os.environ.get("ACME_EMAIL")
        return [
            "certonly", "--standalone", "--http-01-port", "8080", "--preferred-challenges", "http",
            "--cert-name", "site", "--renew-with-new-domains", "--server", server, "--agree-tos",
            *(["--email", email, "--no-eff-email"] if email else ["--register-unsafely-without-email"]),
            *([] if same_server or force else ["--force-renewal"]), *common,
            *[word for name in names for word in ("-d", name)],
        ]  # fmt: skip

    def certbot(self, arguments):
        """Runs certbot. Returns None, or the end of its output when it failed."""
        log("info", "certbot starts", action=arguments[0], names=names, forced="--force-renewal" in arguments)
        process = subprocess.Popen(
            ["certbot", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        give_up = time.time() + 600
        while True:
            try:
                output = process.communicate(timeout=2)[0].decode(errors="replace").strip()
                return output[-1500:] if process.returncode else None
            except subprocess.TimeoutExpired:
                beat()
                if time.time() > give_up:
                    process.kill()

    def answer_request(self):
        force = read_text(REQUEST) == "force"
        os.unlink(REQUEST)
        done = bool(names) and self.renew(force)
        certificate.write(RESULT, b"ok" if done else b"failed")

    def write_metrics(self, site):
        lines = [f'ultronex_certificate_expiry_timestamp_seconds{{name="{n}"}} {site.expires.timestamp():.0f}' for n in site.names]
        for name, value in {
            "self_signed": int(site.self_signed),
            "last_success_timestamp_seconds": round(self.last_success),
            "renewal_failed": int(self.failed),
            "checked_timestamp_seconds": round(time.time()),
        }.items():
            lines += [f"# TYPE ultronex_certificate_{name} gauge", f"ultronex_certificate_{name} {value}"]
        lines.insert(0, "# TYPE ultronex_certificate_expiry_timestamp_seconds gauge")
        lines += ["# TYPE ultronex_certificate_lifetime_seconds gauge"]
        lines += [f'ultronex_certificate_lifetime_seconds{{name="{n}"}} {site.lifetime.total_seconds():.0f}' for n in site.names]
        certificate.write(METRICS, ("\n".join(lines) + "\n").encode())


def read_text(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ""


def check():
    age = time.time() - os.stat(BEAT).st_mtime if os.path.exists(BEAT) else None
    if age is None or age > 60:
        sys.exit("the service does not run")
    if certificate.read(certificate.SITE) is None:
        sys.exit(f"no certificate in {certificate.SITE}")


def report(now):
    """Returns the exit code of --report, and its line."""
    if not names:
        return 3, "There are no HOST_NAMES, so there is no certificate to renew."
    site = certificate.read(certificate.SITE)
    if site is None:
        return 1, f"There is no certificate in {certificate.SITE}."
    if site.self_signed:
        return 1, "The certificate is self-signed: none could be obtained so far. See: ultronex logs certbot"
    found = dict(re.findall(r"^ultronex_certificate_(\w+) ([\d.]+)$", read_text(METRICS), re.M))
    last = float(found.get("last_success_timestamp_seconds", 0))
    what = f"The certificate of {', '.join(site.names)} is valid for {site.left().days} more days"
    # One refusal is no news: the next try follows within minutes.
    if site.is_late() or now - last > 24 * HOUR and found.get("renewal_failed") != "0":
        when = datetime.fromtimestamp(last, timezone.utc).strftime("at %Y-%m-%d %H:%M UTC") if last else "never"
        return 1, f"{what}; the last renewal that went well: {when}. See: ultronex logs certbot"
    return 0, f"{what}."


def renew_now(force):
    """Asks the service to renew, so that certbot never runs twice at a time, and waits for the result."""
    if os.path.exists(RESULT):
        os.unlink(RESULT)
    certificate.write(REQUEST, b"force" if force else b"")
    for _ in range(660):
        if result := read_text(RESULT):
            print(result)
            sys.exit(0 if result == "ok" else 1)
        time.sleep(1)
    sys.exit("no answer from the service")


def main(arguments):
    if "--check" in arguments:
        return check()
    if "--report" in arguments:
        code, line = report(time.time())
        print(line)
        sys.exit(code)
    if "--renew-now" in arguments:
        return renew_now("--force" in arguments)
    # Process 1 has no default signal handlers. Files are replaced in one step, so the process may end at any moment.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGHUP, lambda *_: certificate.write(REQUEST, b""))
    log("info", "started", names=names, server=server if names else None)
    try:
        Service().run()
    except Exception as error:
        log("fatal", "ended by an error; Docker starts it again", error=repr(error))
        raise


if __name__ == "__main__":
    main(sys.argv[1:])
