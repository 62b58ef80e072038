"""Disguises used against filters, and how they come off: invisible and look-alike letters, spacing, leet, ciphers.

Owns the text without them. Does not own what an order is.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator

from domainscout.memory import remembered

LOOKALIKES = str.maketrans("аеорсухіјѕАЕОРСХВНКМТ", "aeopcyxijsAEOPCXBHKMT")
"""Cyrillic letters that look Latin."""

_DISGUISED = re.compile(
    "[\u00ad\u0300-\u036f\u0400-\u0458\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
    "\uff01-\uff5e\U0001d400-\U0001d7ff\U000e0000-\U000e01ef]"
)
_MAYBE_SPACED = re.compile(r"([ ._-])(?<=[A-Za-z].)[A-Za-z]\1[A-Za-z]\1[A-Za-z]\1[A-Za-z]\b")
_SPACED = re.compile(r"\b[A-Za-z](?:([ ._-])[A-Za-z])(?:\1[A-Za-z]){3,}\b")
_LEET = str.maketrans("013457", "oieast")
_LEET_WORD = re.compile(r"\b(?=\w*[a-z])(?=\w*\d)[a-z013457]{2,}\b|(?<![\d+])[013457]{2}(?!\d)", re.I)
_BASE64 = re.compile(r"\b[A-Za-z0-9+/]{40,4000}={0,2}")
_LONG_WORDS = 12
"""Characters a word on average from which a line may hold base64."""

_TELLTALE = (
    "ignore",
    "disregard",
    "override",
    "instructions",
    "previous",
    "report",
    "output",
    "write",
    "phone",
    "email",
)
"""Words of which a disguised order holds one."""
_WRITTEN_IN_LEET = {word.encode(): word for word in _TELLTALE}
_CIPHERED = frozenset(cipher.encode() for word in _TELLTALE for cipher in (word[::-1], codecs.encode(word, "rot13")))
LETTERS = bytes(
    byte if byte == 10 or 97 <= byte <= 122 else ord(chr(byte).translate(_LEET)) if chr(byte) in "013457" else 32
    for byte in range(256)
)
"""Small letters and ends of lines stay, digits that pass for letters become these, everything else is a space."""

LEADS = _CIPHERED | _WRITTEN_IN_LEET.keys()
"""Words of which a ciphered line, its letters taken by `LETTERS`, holds one."""

_UNDIVIDED = (("ø", "o"), ("Ø", "O"), ("ß", "ss"), ("ł", "l"), ("Ł", "L"), ("æ", "ae"), ("đ", "d"), ("ı", "i"))
_MARKS = re.compile("[\u0300-\u036f]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def ascii_only(text: str) -> str:
    """Letters without accents, everything else that is not ASCII as a question mark; lines stay lines."""
    return text if text.isascii() else _BEYOND_ASCII.sub(lambda match: _in_ascii(match[0]), text)


@remembered(maxsize=1024)
def _in_ascii(letters: str) -> str:
    """Letters beyond ASCII; a language has few dozens of them, which stand alone."""
    for letter, plain in _UNDIVIDED:
        letters = letters.replace(letter, plain)
    return _MARKS.sub("", unicodedata.normalize("NFKD", letters)).encode("ascii", "replace").decode()


def undisguised(lines: list[str]) -> list[str]:
    """The lines without disguises; each stays at its place."""
    whole = "\n".join(lines)
    if not whole.isascii() and _DISGUISED.search(whole):
        lines = [plain(line).replace("\n", " ") if _DISGUISED.search(line) else line for line in lines]
    return lines


def plain(text: str) -> str:
    """The text without the disguises used against filters: invisible characters, full-width and look-alike letters.

    Characters of the Unicode tag block (U+E0000 to U+E007F) carry invisible ASCII and are made visible.
    """
    letters = "".join(chr(ord(c) - 0xE0000) if 0xE0020 <= ord(c) <= 0xE007E else c for c in text)
    folded = unicodedata.normalize("NFKD", letters)
    kept = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Mn", "Cc") or c in "\n\t")
    return kept.translate(LOOKALIKES)


def spells_out(line: str) -> bool:
    """Whether a telling word is spelled out letter by letter, which nobody does for people."""
    if not _MAYBE_SPACED.search(line):
        return False
    runs = (match[0].replace(match[1], "").lower() for match in _SPACED.finditer(line))
    return any(word in run for run in runs for word in _TELLTALE)


def may_be_ciphered(words: Iterable[bytes], line: str) -> bool:
    """Whether a line is worth deciphering: it holds a telling word backwards, by rot13 or with digits for letters."""
    small = line.lower()
    return any(word in _CIPHERED or (word in _WRITTEN_IN_LEET and word.decode() not in small) for word in words)


def deciphered(line: str) -> Iterator[str]:
    """What a line may say in clear, other than what it says as it stands."""
    yield _LEET_WORD.sub(lambda match: match[0].lower().translate(_LEET), line)
    yield line[::-1]
    yield codecs.encode(line, "rot13")


def may_hold_base64(line: str) -> bool:
    """Whether the words of a line are long enough for base64; cheap."""
    return len(line) > 40 and len(line) > _LONG_WORDS * (line.count(" ") + 1)


def from_base64(line: str) -> Iterator[str]:
    """Texts that a line holds in base64."""
    for match in _BASE64.finditer(line):
        try:
            yield base64.b64decode(match[0] + "=" * (-len(match[0].rstrip("=")) % 4)).decode()
        except (binascii.Error, ValueError):
            continue
