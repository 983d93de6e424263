"""Packs the files that a server needs of this project's folder. The same files give the same archive, byte by byte.

pack.py FOLDER ARCHIVE
"""
import glob
import os
import sys
import tarfile

# Compose's files and those that its services mount. The files that the image is built from are in .dockerignore. Of the folders
# with a user's own files only the samples: their own have secrets, and those on the server are not overwritten.
PARTS = (
    "docker-compose.yml", "deploy", "haproxy", "replies", "access/users.example.yaml", "hooks/example.yaml.sample",
    "destinations/example.yaml.sample", "watch/example.yaml.sample", "jobs/example.yaml.sample",
    "Dockerfile", ".dockerignore",
)
# Folders and files that tools make, and secrets.
LEFT_OUT = {"node_modules", "__pycache__", ".git", ".env", "dist"}


def parts(folder):
    """PARTS, then the paths that .dockerignore lets in (`!docs/*.md`)."""
    found = list(PARTS)
    with open(os.path.join(folder, ".dockerignore"), encoding="utf-8") as lines:
        for pattern in (line.strip()[1:] for line in lines if line.startswith("!")):
            names = sorted(glob.glob(os.path.join(folder, pattern)))
            found += [os.path.relpath(name, folder) for name in names]
    return dict.fromkeys(found)


def files(folder, part):
    """Yields the paths of a part's files, relative to the folder, sorted."""
    start = os.path.join(folder, part)
    if os.path.isfile(start):
        yield part
    for path, folders, names in os.walk(start):
        folders[:] = sorted(set(folders) - LEFT_OUT)
        for name in sorted(set(names) - LEFT_OUT):
            yield os.path.relpath(os.path.join(path, name), folder)


def plain(entry):
    """Removes what differs between machines: owner, time, and all of the mode but whether it is executable."""
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = "root"
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    return entry


def main(folder, archive):
    with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as tar:
        for part in parts(folder):
            for name in files(folder, part):
                tar.add(os.path.join(folder, name), arcname=name, filter=plain, recursive=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
