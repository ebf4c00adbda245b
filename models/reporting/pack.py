"""The audit file as an archive and its manifest, without the ORM: what is in it, with digests, and what is missing.

Dates come from the manifest, never from the clock: made again of the same figures, at a moment that is told to be the
same, it is the same file.
"""

import hashlib
import json
import re
import unicodedata
import zipfile
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryFile
from typing import NamedTuple
from xml.sax.saxutils import escape

FORMAT = 1
KIND = "debt_recovery.audit_file"
MANIFEST, PAPER, SUMS = "manifest.json", "manifest.pdf", "SHA256SUMS"
CHUNK = 1 << 20
_CREATION = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)(\d{14})([^)]*)\)")


class File(NamedTuple):
    """One file: ``as_of`` is the ISO day of its figures, empty where it tells what stood there when it was made.

    ``made_by`` is the model that made it, ``made_at`` the moment, ISO and in UTC.

    ``content_sha256`` is the digest of what it says whenever it is made; empty for a document on paper, which tells
    what the spreadsheet ``figures`` beside it tells.
    """

    path: str
    part: str
    title: str
    as_of: str
    size: int
    sha256: str
    made_by: str
    made_at: str
    content_sha256: str = ""
    figures: str = ""


class Missing(NamedTuple):
    """What should be there and is not: ``is_broken`` if it could not be made, else it was left out for a reason."""

    path: str
    part: str
    title: str
    reason: str
    is_broken: bool = True


class Change(NamedTuple):
    """One difference between two manifests: ``what`` is a code, ``subject`` a path."""

    what: str
    subject: str


def name_path(name: str) -> str:
    """Return a name of a file or a folder that is safe on any system."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-") or "x"


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def serialise(manifest: dict) -> bytes:
    """Return the manifest as bytes, always the same for the same content."""
    return (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def build(facts: dict, parts: list, files: list, missing: list) -> dict:
    """Return the manifest.

    :param dict facts: what is told of the whole: company, period, moments, head, versions.
    :param parts: ``[(code, title)]`` in order.
    """
    return {
        "kind": KIND,
        "format": FORMAT,
        **facts,
        "parts": [{"code": code, "title": title} for code, title in parts],
        "files": [file._asdict() for file in files],
        "missing": [row._asdict() for row in missing],
    }


def compare(old: dict, new: dict) -> list[Change]:
    """Return what two files of the same period tell differently; papers count by the figures beside them."""
    before, after = ({row["path"]: row for row in manifest["files"]} for manifest in (old, new))
    changes = []
    for path in sorted(before.keys() | after.keys()):
        if path not in before:
            changes.append(Change("added", path))
        elif path not in after:
            changes.append(Change("removed", path))
        elif before[path]["content_sha256"] != after[path]["content_sha256"]:
            changes.append(Change("changed", path))
    return changes


def verify(stored) -> list[Change]:
    """Return what is wrong with an archive, empty if each file of it is the one that its manifest tells.

    :param stored: a file that is open for reading.
    """
    try:
        with zipfile.ZipFile(stored) as archive:
            return _verify(archive)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError):
        return [Change("unreadable", "")]


def _verify(archive):
    told = {row["path"]: row["sha256"] for row in json.loads(archive.read(MANIFEST))["files"]}
    sums = dict(reversed(line.split("  ", 1)) for line in archive.read(SUMS).decode().splitlines())
    names = [name for name in archive.namelist() if name != SUMS]
    wrong = [Change("doubled", name) for name in sorted({name for name in names if names.count(name) > 1})]
    wrong += [Change("unknown", name) for name in names if name not in told and name not in (MANIFEST, PAPER)]
    wrong += [Change("absent", name) for name in (*told, MANIFEST, PAPER) if name not in names]
    for name in dict.fromkeys(names):
        found = _digest_member(archive, name)
        if found != sums.get(name) or found != told.get(name, found):
            wrong.append(Change("changed", name))
    return wrong


def _digest_member(archive, name):
    with archive.open(name) as member:
        return digest_file(member)


class Archive:
    """An archive that is being written on disk, a file after the other, with the digest of each."""

    def __init__(self, moment: datetime):
        self.moment = max(moment, datetime(1980, 1, 1)).timetuple()[:6]
        self.store = TemporaryFile()  # noqa: SIM115 - closed by who reads it, or with the archive
        self.zip = zipfile.ZipFile(self.store, "w", zipfile.ZIP_DEFLATED)
        self.sums = {}

    @contextmanager
    def open_member(self, path: str):
        """Yield a file to write to; what was written stands in the archive once the block has ended well."""
        if path in self.sums:
            raise ValueError(path)
        with TemporaryFile() as draft:
            yield draft
            size = draft.tell()
            draft.seek(0)
            running = hashlib.sha256()
            info = zipfile.ZipInfo(path, self.moment)
            info.create_system, info.external_attr, info.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            info.file_size = size
            with self.zip.open(info, "w") as member:
                while chunk := draft.read(CHUNK):
                    running.update(chunk)
                    member.write(chunk)
            self.sums[path] = (running.hexdigest(), size)

    def add(self, path: str, content: bytes):
        """Add a file as it is."""
        with self.open_member(path) as draft:
            draft.write(content)

    def finish(self, manifest: dict, paper: bytes):
        """Close the archive with its manifest and the list of digests; return the file, open at its beginning."""
        self.add(MANIFEST, serialise(manifest))
        self.add(PAPER, paper)
        return self.seal()

    def seal(self):
        """Close the archive with the list of digests; return the file, open at its beginning."""
        lines = [f"{found}  {path}\n" for path, (found, _size) in sorted(self.sums.items())]
        self.add(SUMS, "".join(lines).encode())
        self.zip.close()
        self.store.seek(0)
        return self.store

    def close(self):
        """Let the file on disk go, finished or not."""
        self.zip.close()
        self.store.close()


def digest_file(stored) -> str:
    """Return the SHA-256 of a file that is open for reading."""
    running = hashlib.sha256()
    while chunk := stored.read(CHUNK):
        running.update(chunk)
    return running.hexdigest()


def digest_book(stored, edition: str) -> str:
    """Return the digest of what a spreadsheet says, whoever made it and whenever.

    :param stored: the spreadsheet, open for reading.
    :param edition: the sentence that says who made it and when.
    """
    running = hashlib.sha256()
    needle = escape(edition).encode()
    with zipfile.ZipFile(stored) as book:
        for name in sorted(book.namelist()):
            if name.startswith(("xl/worksheets/", "xl/sharedStrings", "xl/workbook")):
                content = book.read(name)
                running.update(name.encode())
                running.update(content.replace(needle, b"") if needle else content)
    return running.hexdigest()


def settle_pdf(content: bytes, moment: datetime) -> bytes:
    """Return a PDF that says to be made at a moment: its length and its places stay."""
    stamp = f"{moment:%Y%m%d%H%M%S}".encode()

    def replace(found):
        rest = {0: b"", 1: b"Z", 7: b"+00'00'"}.get(len(found[3]), found[3])
        return found[1] + stamp + rest + b")"

    return _CREATION.sub(replace, content)
