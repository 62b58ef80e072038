"""Undoes the ways in which pages mask e-mail addresses: Cloudflare, [at] words, shifted and reversed letters, scripts.

Each function gives clear text; whether it is a proper address, and whose, is decided in `emails`.
"""

from __future__ import annotations

import re

from domainscout.extract._lines import holding

_AT = (
    r"(?:\s{0,2}[\[({<|*_-]{1,2}\s?(?:at|ät|et|@|arroba|arobase|arob|chez|chiocciola|apenstaartje|"
    r"zavin[áa][čc]|malpa|małpa|snabel-?a|klammeraffe)\s?[\])}>|*_-]{1,2}\s{0,2}|"
    r"\s{0,2}[\[(]\s?a\s?[\])]\s{0,2}"
    r"|\s(?:at|AT|arroba|chiocciola|arobase)\s|\s{1,2}@\s{1,2}|&#64;|%40|\uff20)"
)
_DOT = (
    r"(?:\s{0,2}[\[({<|*_-]{1,2}\s?(?:dot|punkt|punt|punto|point|ponto|tečka|kropka|\.)\s?[\])}>|"
    r"*_-]{1,2}\s{0,2}|\s(?:dot|DOT|punkt|punto|point|ponto)\s|\s\.\s(?=[a-z])|\.)"
)
_MASKED = re.compile(
    rf"(?<![\w.+-])([A-Za-z0-9][\w+-]{{0,40}}(?:{_DOT}[\w+-]{{1,30}}){{0,3}}){_AT}([A-Za-z0-9][\w-]{{0,60}}(?:"
    rf"{_DOT}[A-Za-z][\w-]{{0,40}}){{1,3}})",
)
_DOTS = re.compile(_DOT)
_BRACKETED = re.compile(
    r"[\[({<|*_-]\s?(?:at|ät|et|@|a|arroba|arobase|arob|chez|chiocciola|apenstaartje|zavin[áa][čc]|ma[lł]pa|"
    r"snabel-?a|klammeraffe)\s?[\])}>|*_-]",
    re.I,
)
_LOOSE_AT = re.compile(r"@(?<=\s@)\s")
_WIDE_AT = re.compile("\uff20")
_WORDS = re.compile(r"\s(?:at|arroba|chiocciola|arobase)\s.{1,60}\s(?:dot|punkt|punto|point|ponto)\s", re.I)
DOT_WORDS = frozenset(["dot", "punkt", "punto", "point", "ponto"])


def cloudflare(code: str) -> str | None:
    """The address behind Cloudflare's hexadecimal code; None when it is no such code."""
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2}){4,128}", code):
        return None
    raw = bytes.fromhex(code)
    try:
        return bytes(byte ^ raw[0] for byte in raw[1:]).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _may_spell(text: str) -> bool:
    """Whether a text could hold an address written with words; cheap."""
    return any(pattern.search(text) for pattern in (_BRACKETED, _LOOSE_AT, _WIDE_AT, _WORDS))


def spelling(text: str) -> set[str]:
    """The lines of a text that could hold an address with a masked "@"."""
    return {line for pattern in (_BRACKETED, _LOOSE_AT, _WIDE_AT) for line in holding(pattern, text)}


def spells_in_words(line: str) -> bool:
    """Whether a line with one of `DOT_WORDS` could hold an address written with nothing but words."""
    return _WORDS.search(line) is not None


def spelled(line: str) -> list[tuple[str, str]]:
    """Addresses written with words ("info [at] example dot com") in a line, as (address, words as written)."""
    if len(line) > 4000 or not _may_spell(line):
        return []
    found = []
    for match in _MASKED.finditer(line):
        if re.search(r"\s(?:at|AT)\s", match[0]) and not re.search(r"\s(?:dot|DOT)\s|[\[({]", match[0]):
            continue
        local, host = (_DOTS.sub(".", part).replace(" ", "") for part in (match[1], match[2]))
        found.append((f"{local}@{host}", match[0]))
    return found


_VARIABLE = re.compile(
    r"\b(?:var|let|const)?\s{0,3}(\w{1,40})\s{0,3}=\s{0,3}(?:'([^'\n]{0,200})'|\"([^\"\n]{0,200})\")"
)
_STATEMENT = re.compile(r"document\.write(?:ln)?\s{0,3}\(([^;\n]{1,800})\)")
_TERM = re.compile(
    r"'((?:[^'\\\n]|\\.){0,300})'|\"((?:[^\"\\\n]|\\.){0,300})\"|([A-Za-z_$][\w$]{0,40})|(\+)|(\s{1,20})"
)


def written(source: str) -> list[tuple[str, str]]:
    """What a script writes by joining strings and variables, as (text written, statement as it stands)."""
    values = {m[1]: m[2] if m[2] is not None else m[3] for m in _VARIABLE.finditer(source)}
    found = []
    for statement in _STATEMENT.finditer(source):
        parts: list[str] = []
        position = 0
        while (term := _TERM.match(statement[1], position)) is not None:
            position = term.end()
            text = term[1] if term[1] is not None else term[2]
            if text is not None:
                parts.append(re.sub(r"\\(.)", r"\1", text))
            elif term[3]:
                parts.append(values.get(term[3], " "))
        if "@" in (clear := "".join(parts)):
            found.append((clear, statement[0]))
    return found


def shifted(text: str) -> str | None:
    """The mailto link inside letters shifted by any amount (rot13, TYPO3's ±n); None when there is none."""
    for start in re.finditer(r"['\"]([^'\"]{8,200})['\"]", text):
        coded = start[1]
        by = ord("m") - ord(coded[0].lower()) if coded[0].isalpha() else 0
        for turn in (by, by + 26, by - 26):
            if turn and (clear := _shift(coded, turn)).lower().startswith("mailto:"):
                return clear[7:]
    return None


def rot13(address: str) -> str:
    """The address with every letter moved by thirteen."""
    return "".join(_turn(c, 13) for c in address)


def _turn(char: str, by: int) -> str:
    for base in ("a", "A"):
        if base <= char <= chr(ord(base) + 25):
            return chr((ord(char) - ord(base) + by) % 26 + ord(base))
    return char


def _shift(text: str, by: int) -> str:
    """TYPO3 turns digits and signs within their own ranges too."""
    return "".join(_shifted_char(char, by) for char in text)


def _shifted_char(char: str, by: int) -> str:
    for low, high in ((0x2B, 0x3A), (0x40, 0x5A), (0x61, 0x7A)):
        if low <= ord(char) <= high:
            return chr((ord(char) - low + by) % (high - low + 1) + low)
    return char
