"""Packs what the server needs of this project's folder. The same files give the same archive, byte by byte.

pack.py FOLDER ARCHIVE
"""
import os
import sys
import tarfile

# Compose and what its services mount, then what the Dockerfile copies (.dockerignore lists the same).
PARTS = (
    "docker-compose.yml", "deploy", "haproxy", "replies",
    "Dockerfile", ".dockerignore", "package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json",
    "vite.config.ts", "src", "scripts/vite-markdown.ts", "docs/alerts.md", "docs/runbook.md",
)
# Made by tools, never by hand.
LEFT_OUT = {"node_modules", "__pycache__", ".git", ".env", "dist"}


def files(folder, part):
    """Paths of the files of a part, relative to the folder, sorted."""
    start = os.path.join(folder, part)
    if os.path.isfile(start):
        yield part
    for path, folders, names in os.walk(start):
        folders[:] = sorted(set(folders) - LEFT_OUT)
        for name in sorted(set(names) - LEFT_OUT):
            yield os.path.relpath(os.path.join(path, name), folder)


def plain(entry):
    """Nothing of the machine it was packed on but whether it can be run."""
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = "root"
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    return entry


def main(folder, archive):
    with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as tar:
        for part in PARTS:
            for name in files(folder, part):
                tar.add(os.path.join(folder, name), arcname=name, filter=plain, recursive=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
