"""Bodies as they came to bytes as they were meant: one content encoding, undone with a cap on what comes out.

A decoder is never asked for more than the cap leaves, so a bomb costs the cap and nothing beyond it.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable

import brotli
import zstandard

from domainscout.errors import Category
from domainscout.fetch.failures import FetchError, Step

ACCEPTED = "gzip, deflate, br, zstd"
_ZSTD_WINDOW = 8 * 1024 * 1024
"""Largest window of a zstd frame. Source: RFC 9659 §3."""

_STEPS = 4096
"""Steps in which a body is decoded where damage is near."""

_NO_ENCODING = re.compile(
    r"(?:|identity|none|binary|[78]bit|utf-?8|utf-?16|us-ascii|iso-8859-\d+|windows-\d+|text/.*)\Z"
)
"""What servers write there that is no encoding: charsets, types, MIME's words for "as it is". Browsers ignore it."""

Decoder = Callable[[bytes, int], tuple[bytes, bool]]


def decoded(raw: bytes, encoding: str, cap: int, *, host: str, cut: bool = False) -> tuple[bytes, bool]:
    """A body with its content encoding undone.

    Args:
        raw: the body as it came, possibly incomplete.
        encoding: the Content-Encoding header; at most one encoding.
        cap: most bytes that come out.
        host: for the message.
        cut: the body is known to be incomplete, so that a missing end is no error.

    Returns:
        The bytes, and whether there was more than `cap`.

    Raises:
        FetchError: `decode`: several or unknown encodings, or a stream that is not what it says.
    """
    names = [name for name in (part.strip().lower() for part in encoding.split(",")) if not _NO_ENCODING.match(name)]
    if not names or not raw:
        return raw[:cap], len(raw) > cap
    if len(names) > 1:
        raise _refused(host, "several content encodings on top of each other")
    decoder = _DECODERS.get(names[0])
    if decoder is None:
        raise _refused(host, "a content encoding nobody asked for")
    try:
        body, more = decoder(raw, cap)
    except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
        raise _refused(host, f"a body that is not {names[0]}") from error
    if not body and not cut and not _is_empty(raw):
        raise _refused(host, f"a body that is not {names[0]}")
    return body, more


def unpacked(content: bytes, cap: int) -> bytes:
    """A file that is a gzip by itself, such as sitemap.xml.gz, undone; any other as it is."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return _gzip(content, cap)[0]
    except zlib.error:
        return b""


def _refused(host: str, words: str) -> FetchError:
    return FetchError(Category.DECODE, f"{host} sent {words}.", step=Step.BODY)


def _is_empty(raw: bytes) -> bool:
    return len(raw) <= 32


def _zlib(raw: bytes, cap: int, wbits: int) -> tuple[bytes, bool]:
    """Members one after another, as gzip allows; damage after the first bytes keeps what came before it."""
    out = bytearray()
    rest = raw
    while rest and len(out) <= cap:
        member = zlib.decompressobj(wbits)
        try:
            out += member.decompress(rest, cap + 1 - len(out))
        except zlib.error:
            if not out and rest is raw:
                return _damaged(raw, cap, wbits)
            break
        if not member.eof:
            break
        rest = member.unused_data if wbits > 15 else b""
    return bytes(out[:cap]), len(out) > cap


def _damaged(raw: bytes, cap: int, wbits: int) -> tuple[bytes, bool]:
    """What can be read before the damage, in small steps."""
    member = zlib.decompressobj(wbits)
    out = bytearray()
    for start in range(0, len(raw), 256):
        try:
            out += member.decompress(raw[start : start + 256], max(1, cap + 1 - len(out)))
        except zlib.error:
            if not out:
                raise
            break
        if len(out) > cap:
            break
    return bytes(out[:cap]), len(out) > cap


def _gzip(raw: bytes, cap: int) -> tuple[bytes, bool]:
    return _zlib(raw, cap, 16 + zlib.MAX_WBITS)


def _deflate(raw: bytes, cap: int) -> tuple[bytes, bool]:
    """With zlib's frame, as the standard says, or without, as some servers send it."""
    try:
        return _zlib(raw, cap, zlib.MAX_WBITS)
    except zlib.error:
        return _zlib(raw, cap, -zlib.MAX_WBITS)


def _brotli(raw: bytes, cap: int) -> tuple[bytes, bool]:
    try:
        return _brotli_by(len(raw), raw, cap)
    except brotli.error:
        return _brotli_by(max(1, len(raw) // _STEPS), raw, cap)


def _brotli_by(step: int, raw: bytes, cap: int) -> tuple[bytes, bool]:
    """In steps of so many bytes: what follows the end, or damage, costs its step's output."""
    decoder = brotli.Decompressor()
    out = bytearray()
    start = 0
    data = raw[:step]
    while len(out) <= cap and not decoder.is_finished():
        try:
            piece = decoder.process(data, output_buffer_limit=cap + 1 - len(out))
        except brotli.error:
            if not out:
                raise
            break
        out += piece
        data = b""
        if not piece and decoder.can_accept_more_data():
            start += step
            if start >= len(raw):
                break
            data = raw[start : start + step]
    return bytes(out[:cap]), len(out) > cap


def _zstd(raw: bytes, cap: int) -> tuple[bytes, bool]:
    try:
        return _zstd_frames(raw, cap, across=True)
    except zstandard.ZstdError:
        return _zstd_frames(raw, cap, across=False)


def _zstd_frames(raw: bytes, cap: int, *, across: bool) -> tuple[bytes, bool]:
    """All frames, or the first one: garbage behind it would cost it too."""
    out = bytearray()
    reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).stream_reader(
        io.BytesIO(raw), read_size=16384, read_across_frames=across
    )
    with reader:
        while len(out) <= cap:
            try:
                piece = reader.read(min(65536, cap + 1 - len(out)))
            except zstandard.ZstdError:
                if not out:
                    raise
                break
            if not piece:
                break
            out += piece
    return bytes(out[:cap]), len(out) > cap


_DECODERS: dict[str, Decoder] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
