"""Bytes of a page to text: BOM, then header, then meta, then UTF-8, then a guess. Owns faust-cchardet.

Labels mean what browsers take them to mean (iso-8859-1 is windows-1252). The text is valid Unicode without NUL or
lone surrogates, whatever the bytes are. Source: WHATWG Encoding, HTML §13.2.3.
"""

from __future__ import annotations

import codecs
import re

import cchardet

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

_LEGACY = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "x-cp1252": "cp1252",
    "windows-1252": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "dos-874": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "logical": "iso8859-8",
    "visual": "iso8859-8",
    "gb2312": "gb18030",
    "gb_2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "chinese": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "korean": "cp949",
    "windows-949": "cp949",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "x-euc-jp": "euc_jp",
    "macintosh": "mac_roman",
    "mac": "mac_roman",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ukrainian": "mac_cyrillic",
    "koi8-ru": "koi8_u",
    "koi": "koi8_r",
    "unicode-1-1-utf-8": "utf-8",
    "unicode11utf8": "utf-8",
    "utf8": "utf-8",
    "x-unicode20utf8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-16-le",
    "utf-16": "utf-16-le",
    "ucs-2": "utf-16-le",
    "iso-10646-ucs-2": "utf-16-le",
    "unicodefeff": "utf-16-le",
    "unicodefffe": "utf-16-be",
}

_SAFE = re.compile(
    r"(?:utf[-_]?(?:8|16[-_]?[lb]e)|iso[-_]?8859[-_]?\d{1,2}|latin\d{1,2}|(?:cp|windows-)\d{3,4}|koi8[-_][rut]|euc[-_](?:jp|kr)"
    r"|gb18030|big5(?:hkscs)?|iso[-_]2022[-_]jp|mac[-_](?:roman|cyrillic)|cp932|cp949|l\d{1,2}|ibm866|866)\Z"
)
"""Codecs a page may name. Python knows others (utf-7, idna, rot13, zlib) that no browser honours."""

_META = re.compile(
    rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})",
    re.I,
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]{1,40})", re.I)
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_META_WINDOW = 4096
_SURROGATES = re.compile("[\ud800-\udfff]")


def text_of(body: bytes, content_type: str = "") -> str:
    """The text of a page.

    Args:
        body: the page, content encoding undone; may be cut in the middle of a character.
        content_type: the Content-Type header, for its charset.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _clean(_decoded(body[len(mark) :], codec))
    header = codec_named(_first(_HEADER.search(content_type)))
    if header and header.startswith("utf-16") and 0 not in body[:64]:
        header = None
    if header and header != "utf-8":
        return _clean(_decoded(body, header))
    text = _strict(body, "utf-8") if header else None
    if text is not None:
        return _clean(text)
    meta = _meta_codec(body)
    if meta and meta != "utf-8":
        return _clean(_decoded(body, meta))
    text = _strict(body, "utf-8")
    if text is None:
        guess = None if header or meta else _guessed(body)
        text = _decoded(body, guess or _after_broken_utf8(body))
    return _clean(text)


def codec_named(label: str | None) -> str | None:
    """The Python codec that a charset label means to a browser; None for unknown and dangerous ones."""
    if not label:
        return None
    name = label.strip().lower()
    name = _LEGACY.get(name, name)
    if not _SAFE.match(name):
        return None
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return _LEGACY.get(found, found)


def _first(match: re.Match[str] | None) -> str | None:
    return match[1] if match else None


def _meta_codec(body: bytes) -> str | None:
    head = body[:_META_WINDOW]
    if b"<!--" in head:
        head = _COMMENT.sub(b"", head)
    match = _META.search(head)
    if match is None:
        return _utf16_without_mark(body)
    codec = codec_named((match[1] or match[2]).decode("ascii", "replace"))
    return "utf-8" if codec and codec.startswith("utf-16") else codec


def _utf16_without_mark(body: bytes) -> str | None:
    """UTF-16 that nobody announced: every other byte of the first ASCII tags is zero."""
    head = body[:64]
    if len(head) >= 8 and head[1::2].count(0) * 4 >= len(head) // 2 * 3 and 0 not in head[0:8:2]:
        return "utf-16-le"
    if len(head) >= 8 and head[0::2].count(0) * 4 >= len(head) // 2 * 3 and 0 not in head[1:8:2]:
        return "utf-16-be"
    return None


def _strict(body: bytes, codec: str) -> str | None:
    """The text if it is valid; a character cut off at the very end does not count."""
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(body) - 3:
            return None
        return body[: error.start].decode(codec)
    except (UnicodeError, LookupError):
        return None


def _guessed(body: bytes) -> str | None:
    found = cchardet.detect(body[:65536]).get("encoding")
    return codec_named(found) if found else None


def _after_broken_utf8(body: bytes) -> str:
    """A page that says UTF-8 and is not: a few bad bytes stay bad, a page full of them is windows-1252."""
    broken = body.decode("utf-8", "replace").count("\ufffd")
    good = len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", body))
    return "cp1252" if broken > good else "utf-8"


def _decoded(body: bytes, codec: str) -> str:
    if codec in ("cp1252", "utf-8"):
        return body.decode(codec, "replace")
    try:
        return _SURROGATES.sub("\ufffd", body.decode(codec, "replace"))
    except (UnicodeError, LookupError):
        return body.decode("utf-8", "replace")


def _clean(text: str) -> str:
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.lstrip("\ufeff")
