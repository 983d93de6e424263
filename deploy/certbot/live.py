"""Reads and replaces the certificate of the running HAProxy, by its admin socket (management guide, "set ssl cert")."""

import os
import re
import socket

ADMIN = "/admin/haproxy.sock"


class Refused(Exception):
    """HAProxy answered that it did not carry out a command."""


def ask(command):
    """Returns HAProxy's answer. Raises OSError when HAProxy does not run."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(ADMIN)
        connection.sendall(command + b"\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer.decode(errors="replace").strip()


def is_running():
    try:
        return ask(b"show version") != ""
    except OSError:
        return False


def serial(path):
    """Serial number of the certificate that HAProxy serves for this file; None when it has none."""
    found = re.search(r"^Serial: ([0-9A-Fa-f]+)$", ask(b"show ssl cert " + path.encode()), re.M)
    return int(found[1], 16) if found else None


def replace(path, certificate):
    """Connections under way keep theirs, new ones get this. Raises Refused with HAProxy's words."""
    name = path.encode()
    # An empty line would end the payload.
    pem = b"\n".join(line for line in certificate.pem.splitlines() if line.strip())
    answer = ask(b"set ssl cert " + name + b" <<\n" + pem + b"\n")
    if "Transaction created" not in answer and "Transaction updated" not in answer:
        raise Refused(answer)
    answer = ask(b"commit ssl cert " + name)
    if "Success" not in answer:
        ask(b"abort ssl cert " + name)
        raise Refused(answer)
    if serial(path) != certificate.serial:
        raise Refused("HAProxy still serves another serial number: " + answer)


def make_room():
    """Lets every user write into the socket's volume: it belongs to root, and HAProxy creates its socket as another user."""
    os.chmod(os.path.dirname(ADMIN), 0o777)
