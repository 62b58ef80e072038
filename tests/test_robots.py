"""robots.txt as RFC 9309 has it: what an answer says about an address."""

from __future__ import annotations

import pytest

from domainscout.robots import MAX_BYTES, product_token, read_rules

AGENT = "domainscout/1.0 (+https://example.com/bot)"


def rules(text: str | bytes, status: int = 200, kind: str = "text/plain"):  # type: ignore[no-untyped-def]
    return read_rules(status, text.encode() if isinstance(text, str) else text, kind, AGENT)


CASES = [
    ("nothing", "", "/", True),
    ("comments only", "# hello\n\n# there", "/", True),
    ("everything forbidden", "User-agent: *\nDisallow: /", "/", False),
    ("an empty Disallow forbids nothing", "User-agent: *\nDisallow:", "/", True),
    ("a prefix", "User-agent: *\nDisallow: /private", "/private/x", False),
    ("a prefix of a word", "User-agent: *\nDisallow: /priv", "/private", False),
    ("another path", "User-agent: *\nDisallow: /private", "/public", True),
    ("capitals in keys", "USER-AGENT: *\nDISALLOW: /", "/", False),
    ("paths are case-sensitive", "User-agent: *\nDisallow: /Private", "/private", True),
    ("white space around", "  User-agent :  *  \n  Disallow :  /a  ", "/a", False),
    ("a comment after the rule", "User-agent: *\nDisallow: /a # not here", "/a", False),
    ("Allow is longer", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", True),
    ("Disallow is longer", "User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b", False),
    ("equal length: Allow wins", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
    ("a star", "User-agent: *\nDisallow: /*/print", "/page/print", False),
    ("a star at the end", "User-agent: *\nDisallow: /a*", "/abc", False),
    ("a dollar", "User-agent: *\nDisallow: /*.php$", "/x.php", False),
    ("a dollar, further on", "User-agent: *\nDisallow: /*.php$", "/x.php?y", True),
    ("the home page only", "User-agent: *\nDisallow: /$", "/contact", True),
    ("our own group", "User-agent: domainscout\nDisallow: /\n\nUser-agent: *\nAllow: /", "/", False),
    ("our own group in capitals", "User-agent: DomainScout\nAllow: /\n\nUser-agent: *\nDisallow: /", "/", True),
    ("somebody else's group", "User-agent: otherbot\nDisallow: /", "/", True),
    ("our name with a version", "User-agent: domainscout/2.1\nDisallow: /", "/", False),
    ("a name that begins like ours", "User-agent: domainscoutbot\nDisallow: /", "/", True),
    ("a group of two names", "User-agent: otherbot\nUser-agent: domainscout\nDisallow: /", "/", False),
    (
        "two groups of ours are one",
        "User-agent: domainscout\nDisallow: /a\n\nUser-agent: domainscout\nDisallow: /b",
        "/b",
        False,
    ),
    ("rules before any group", "Disallow: /\nUser-agent: *\nAllow: /", "/", True),
    ("escaped paths", "User-agent: *\nDisallow: /caf%C3%A9", "/café", False),
    ("raw UTF-8 paths", "User-agent: *\nDisallow: /café", "/caf%C3%A9", False),
    ("a query", "User-agent: *\nDisallow: /*?session=", "/a?session=1", False),
    ("CR lines", "User-agent: *\rDisallow: /\r", "/", False),
    ("unknown keys", "User-agent: *\nNoindex: /\nHost: x\nClean-param: y", "/", True),
    ("an absolute path is not a rule", "User-agent: *\nDisallow: https://example.com/", "/", True),
    ("robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", True),
    ("a web page", "<!doctype html><html>Disallow: /</html>", "/", True),
]


@pytest.mark.parametrize(("text", "path", "allowed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rules(text: str, path: str, allowed: bool) -> None:
    assert rules(text).allows("https://example.com" + path) is allowed


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (200, False),
        (204, True),
        (301, True),
        (400, True),
        (401, True),
        (403, True),
        (404, True),
        (410, True),
        (451, True),
        (500, False),
        (502, False),
        (503, False),
        (599, False),
    ],
)
def test_statuses(status: int, allowed: bool) -> None:
    body = "User-agent: *\nDisallow: /" if status == 200 else ""
    found = rules(body, status)
    assert found.allows("https://example.com/") is allowed
    assert found.closed is (status >= 500)
    assert str(status) in found.words or status in (200, 204)


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_a_byte_order_mark_is_no_part_of_the_first_word(mark: bytes) -> None:
    assert not rules(mark + b"User-agent: *\nDisallow: /").allows("https://example.com/")


def test_utf16_is_read() -> None:
    assert not rules("User-agent: *\nDisallow: /".encode("utf-16")).allows("https://example.com/")


def test_only_the_first_500_kib_count() -> None:
    filler = "# nothing\n" * (MAX_BYTES // 10)
    assert rules("User-agent: *\nDisallow: /a\n" + filler + "Disallow: /b\n").allows("https://example.com/b")
    assert not rules("User-agent: *\nDisallow: /a\n" + filler).allows("https://example.com/a")


def test_binary_and_huge_lines_forbid_nothing() -> None:
    assert rules(bytes(range(256)) * 100).allows("https://example.com/")
    assert rules("User-agent: *\nDisallow: /" + "a" * 200_000).allows("https://example.com/")


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("Crawl-delay: 5", 5.0),
        ("Crawl-delay: 0.5", 0.5),
        ("Crawl-delay: -3", 0.0),
        ("Crawl-delay: soon", 0.0),
        ("Crawl-delay: nan", 0.0),
        ("Crawl-delay: inf", 0.0),
        ("", 0.0),
    ],
)
def test_crawl_delay(text: str, delay: float) -> None:
    assert rules(f"User-agent: *\n{text}\nDisallow: /x").delay_s == delay


def test_sitemaps_are_told() -> None:
    found = rules("Sitemap: https://example.com/a.xml\nUser-agent: *\nAllow: /\nsitemap: /b.xml")
    assert list(found.sitemaps) == ["https://example.com/a.xml", "/b.xml"]


def test_our_name() -> None:
    assert product_token(AGENT) == "domainscout"
    assert product_token("Some-Bot/2") == "some-bot"
    assert product_token("(odd)") == "*"
