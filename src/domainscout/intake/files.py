"""Files as they come: what they look like, which encoding they are in, their lines. Owns no meaning of a line."""

from __future__ import annotations

import codecs
import difflib
import hashlib
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from domainscout.domains import verdict
from domainscout.errors import InputError

STDIN = "-"
BLOCK = 1 << 20
HEAD = 1 << 16
"""Bytes from the beginning that are looked at to tell text from something else."""

LINE_CHARS = 1 << 16
"""Characters of a line that are held in memory; the rest of a longer one is read over."""

CONTROL_SHARE = 0.1
"""Share of control characters above which it is no text."""

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "a gzip archive", "gunzip -c {path} | domainscout submit -"),
    (b"BZh", "a bzip2 archive", "bunzip2 -c {path} | domainscout submit -"),
    (b"\xfd7zXZ", "an xz archive", "xz -dc {path} | domainscout submit -"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "zstd -dc {path} | domainscout submit -"),
    (b"PK\x03\x04", "an Excel workbook or a zip archive", "Save the sheet as CSV, then: domainscout submit list.csv"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV, then: domainscout submit list.csv"),
    (b"%PDF", "a PDF", "Copy the domains into a text file, one a line"),
    (b"SQLite format 3", "an SQLite database", "sqlite3 {path} 'SELECT domain FROM …' | domainscout submit -"),
    (b"PAR1", "a Parquet file", "Save the column as CSV, then: domainscout submit list.csv"),
    (b"\x89PNG", "a PNG image", "Name a text file with one domain a line"),
    (b"\xff\xd8\xff", "a JPEG image", "Name a text file with one domain a line"),
    (b"GIF8", "a GIF image", "Name a text file with one domain a line"),
    (b"\x7fELF", "a program", "Name a text file with one domain a line"),
)
_SPELLED: tuple[tuple[bytes, str, str], ...] = (
    (b"<!doctype html", "a web page", "Copy the domains into a text file, one a line"),
    (b"<html", "a web page", "Copy the domains into a text file, one a line"),
    (b"<?xml", "XML", "Copy the domains into a text file, one a line"),
    (b'{"', "JSON lines", "jq -r .domain {path} | domainscout submit -"),
    (b"[{", "JSON", "jq -r '.[].domain' {path} | domainscout submit -"),
    (b'["', "JSON", "jq -r '.[]' {path} | domainscout submit -"),
)
"""How text that is no list begins, in any case and behind white space."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig", "UTF-8"), (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"))
_MARKS_16 = ((codecs.BOM_UTF16_LE, "utf-16", "UTF-16"), (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """A file that was read once from end to end.

    Attributes:
        name: as people call it ("stdin" for the standard input).
        path: where its bytes are; a temporary copy for the standard input.
        size_bytes: its size.
        digest: of its bytes.
        codec: how Python decodes it; undecodable bytes become U+FFFD, so that they cost one line, not the file.
        encoding: the same for people.
    """

    name: str
    path: Path
    size_bytes: int
    digest: str
    codec: str
    encoding: str


LISTS = (".txt", ".csv", ".tsv", ".lst", ".list", ".dat", ".log", ".json", ".jsonl", ".gz", ".zip", ".xlsx")
"""Endings of files: without them a name with a dot may be a domain."""


class Line(NamedTuple):
    """One line of a file, numbered from 1, without its end."""

    number: int
    text: str
    chars: int

    @property
    def cut(self) -> bool:
        """Whether only its beginning is here."""
        return self.chars > len(self.text)


@contextmanager
def inspected(source: str | os.PathLike[str]) -> Iterator[Inspected]:
    """Read a file, or the standard input for "-", once: size, digest, encoding.

    Raises:
        InputError: it is not there, empty, or no text; says what it looks like instead.
    """
    if os.fspath(source) == STDIN:
        with tempfile.NamedTemporaryFile(prefix="domainscout-stdin-") as spool:
            for block in iter(lambda: sys.stdin.buffer.read(BLOCK), b""):
                spool.write(block)
            spool.flush()
            yield _inspect(Path(spool.name), "stdin")
        return
    yield _inspect(Path(source), os.fspath(source))


def lines(source: Inspected) -> Iterator[Line]:
    """The lines of a file, one in memory at a time."""
    with source.path.open(encoding=source.codec, errors="replace") as handle:
        number = 0
        while text := handle.readline(LINE_CHARS):
            number += 1
            chars = len(text)
            while not text.endswith("\n") and chars >= LINE_CHARS:
                rest = handle.readline(LINE_CHARS)
                chars += len(rest)
                if len(rest) < LINE_CHARS or rest.endswith("\n"):
                    break
            yield Line(number, text.rstrip("\n"), chars if chars > LINE_CHARS else len(text.rstrip("\n")))


def _inspect(path: Path, name: str) -> Inspected:
    try:
        with path.open("rb") as handle:
            head = handle.read(HEAD)
            _refuse_what_is_no_text(head, name)
            handle.seek(0)
            size, digest, is_utf8, blank = _scan(handle)
    except OSError as error:
        raise _unreadable(path, name, error) from error
    if blank:
        raise InputError(f"{name} is empty.", why="It has no line with text.", fix="Put one domain on each line")
    codec, encoding = _encoding(head, is_utf8)
    return Inspected(name=name, path=path, size_bytes=size, digest=digest, codec=codec, encoding=encoding)


def _scan(handle: BinaryIO) -> tuple[int, str, bool, bool]:
    """Size, digest, whether all of it is UTF-8, whether there is nothing but white space."""
    digest, decoder = hashlib.blake2b(digest_size=16), codecs.getincrementaldecoder("utf-8")()
    size, is_utf8, blank = 0, True, True
    for block in iter(lambda: handle.read(BLOCK), b""):
        size += len(block)
        digest.update(block)
        blank = blank and not block.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe")
        if is_utf8:
            is_utf8 = _decodes(decoder, block)
    return size, digest.hexdigest(), is_utf8 and _decodes(decoder, b"", final=True), blank


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(head: bytes, is_utf8: bool) -> tuple[str, str]:
    """By byte order mark, by the zeros of unmarked UTF-16, by validity; what is left is Windows' reading of Latin-1."""
    for mark, codec, name in (*_MARKS, *_MARKS_16):
        if head.startswith(mark):
            return codec, name
    wide = _unmarked_utf16(head)
    if wide:
        return wide, "UTF-16"
    return ("utf-8", "UTF-8") if is_utf8 else ("cp1252", "Latin-1")


def _unmarked_utf16(head: bytes) -> str | None:
    """In ASCII text as UTF-16 every second byte is zero."""
    pairs = len(head) // 2
    if pairs < 4:
        return None
    first, second = head[0 : pairs * 2 : 2].count(0) / pairs, head[1 : pairs * 2 : 2].count(0) / pairs
    if second > 0.7 and first < 0.1:
        return "utf-16-le"
    return "utf-16-be" if first > 0.7 and second < 0.1 else None


def _refuse_what_is_no_text(head: bytes, name: str) -> None:
    begins = head.removeprefix(codecs.BOM_UTF8).lstrip()[:20].lower()
    candidates = [(head, *one) for one in _SIGNATURES] + [(begins, *one) for one in _SPELLED]
    for beginning, signature, looks_like, fix in candidates:
        if beginning.startswith(signature):
            raise InputError(
                f"{name} is not a list of domains.",
                why=f"It looks like {looks_like}.",
                fix=fix.format(path=name if name != "stdin" else "FILE"),
            )
    marked = any(head.startswith(mark) for mark, _, _ in (*_MARKS, *_MARKS_16))
    if marked or _unmarked_utf16(head):
        return
    controls = sum(head.count(code) for code in range(32) if code not in b"\t\n\r\f")
    if head and controls / len(head) > CONTROL_SHARE:
        raise InputError(
            f"{name} is not a list of domains.",
            why="It looks like a binary file: many of its bytes are no characters.",
            fix="Name a text file with one domain a line, or a CSV file with a column of domains",
        )


def _unreadable(path: Path, name: str, error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        near = difflib.get_close_matches(path.name, _neighbours(path), n=1)
        if not near and (pipe := _pipe(name)):
            return InputError(f"There is no file {name}.", why="It looks like a domain; files are read.", fix=pipe)
        return InputError(
            f"There is no file {name}.",
            why=f"Did you mean {path.with_name(near[0])}?" if near else f"The folder {path.parent} has no such file.",
            fix=f"ls {path.parent}",
        )
    if isinstance(error, IsADirectoryError):
        return InputError(f"{name} is a folder.", why="Files are read.", fix=f"domainscout submit {name}/*.txt")
    return InputError(f"{name} cannot be read.", why=error.strerror or str(error), fix=f"ls -l {name}")


def _pipe(name: str) -> str | None:
    """What brings a domain, or a list on the web, in by standard input; None for a name that is neither."""
    is_address, is_list = "://" in name, name.lower().endswith(LISTS)
    if ((is_list or "/" in name) and not is_address) or verdict(name)[0] is None:
        return None
    return f"{'curl -sSL' if is_list else 'echo'} {shlex.quote(name)} | domainscout submit -"


def _neighbours(path: Path) -> list[str]:
    try:
        return [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return []
