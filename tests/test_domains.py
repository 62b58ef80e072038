"""A line becomes one canonical host, or a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domainscout.domains import FREE_MAIL, NotADomain, canonical, display, email_verdict, verdict

SPELLINGS = [
    "acme.example",
    "ACME.Example",
    "www.acme.example",
    "WWW.acme.example.",
    "http://acme.example",
    "https://www.acme.example/about/us?x=1#top",
    "https://acme.example:8443/",
    "//acme.example/",
    "acme.example:443",
    "acme.example/contact",
    "http://user:secret@acme.example/",
    "user:secret@acme.example",
    "http:acme.example",
    "https:\\\\acme.example\\path",
    "\ufeffacme.example",
    "  acme.example \t",
    "\u200bacme.example\xa0",
    "ａｃｍｅ．ｅｘａｍｐｌｅ",
    "ｈｔｔｐｓ：／／ａｃｍｅ．ｅｘａｍｐｌｅ／",
    "acme。example",
    '"acme.example"',
    "<https://acme.example>",
    "acme.example,",
    "www.www.acme.example",
    "%61cme.example",
    "ac\u00adme.example",
    "HTTPS://ACME.EXAMPLE",
]


@pytest.mark.parametrize("line", SPELLINGS)
def test_every_spelling_is_the_same_host(line):
    assert canonical(line) == "acme.example"


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("fass.example", "fass.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("shop.acme.co.uk", "shop.acme.co.uk"),
        ("www.com", "www.com"),
        ("www.co.uk", "www.co.uk"),
        ("https://www.com.au.", "www.com.au"),
        ("acme.github.io", "acme.github.io"),
        ("github.io", "github.io"),
        ("acme.test", "acme.test"),
        ("r3---sn.acme.example", "r3---sn.acme.example"),
        ("1und1.example", "1und1.example"),
        ("a.example", "a.example"),
        ("x" * 63 + ".example", "x" * 63 + ".example"),
    ],
)
def test_hosts_that_look_odd_are_hosts(line, host):
    assert canonical(line) == host


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("10.0.0.5", "IP address"),
        ("http://10.0.0.5/", "IP address"),
        ("2130706433", "IP address"),
        ("0x7f.0.0.1", "IP address"),
        ("0177.0.0.1", "IP address"),
        ("127.1", "IP address"),
        ("１０．０．０．５", "IP address"),
        ("[::1]", "IP address"),
        ("::1", "IP address"),
        ("http://[2001:db8::1]:80/", "IP address"),
        ("::ffff:10.0.0.5", "IP address"),
        ("localhost", "localhost"),
        ("http://localhost:8000/", "localhost"),
        ("app.localhost", "localhost"),
        ("acme", "single word"),
        ("printer.local", ".local"),
        ("db.internal", ".internal"),
        ("abc.onion", ".onion"),
        ("info@acme.example", "--from-emails"),
        ("mailto:info@acme.example", "--from-emails"),
        ("tel:+442079460958", "not a web address (tel:)"),
        ("ftp://acme.example", "not a web address (ftp:)"),
        ("javascript:alert(1)", "not a web address"),
        ("co.uk", "public suffix"),
        ("Acme Ltd", "spaces"),
        ("acme .example", "spaces"),
        ("acme..example", "two dots"),
        (".acme.example", "dot at the start"),
        ("-acme.example", "not a host name"),
        ("ac_me.example", "not a host name"),
        ("acme!.example", "not a host name"),
        ("acme.example:port", "':'"),
        ("acme.example:99999", "':'"),
        ("x" * 64 + ".example", "between two dots"),
        (".".join(["abcdefgh"] * 40) + ".example", "too long for a host name"),
        ("a" * 2001, "too long (2,001 characters)"),
        ("acme\x00.example", "control character"),
        ("acme\x1b[31m.example", "control character"),
        ("acme%00.example", "control character"),
        ("http://", "no host name"),
        ("https:///path", "single word"),
        ("", "empty"),
        ("  \t", "empty"),
        ("☃.example", "international"),
        ("xn--a.example", "international"),
        ("\ud800.example", "international"),
    ],
)
def test_what_is_no_host_says_why(line, reason):
    host, given_reason = verdict(line)
    assert host is None
    assert reason in given_reason
    with pytest.raises(NotADomain):
        canonical(line)


def test_a_password_is_not_repeated_in_the_reason():
    assert "hunter2" not in (verdict("http://me:hunter2@10.0.0.5/")[1] or "")
    assert "hunter2" not in (verdict("http://me:hunter2@bad_name/")[1] or "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("jo@acme.example", "acme.example"),
        ("Jo Bloggs <jo.bloggs@www.acme.example>", "acme.example"),
        ("mailto:jo@acme.example?subject=hi", "acme.example"),
        ("jo@bücher.example", "xn--bcher-kva.example"),
        ("acme.example", "acme.example"),
        ("https://jo:pw@acme.example/", "acme.example"),
        ("jo@gmail.com", None),
        ("Jo <jo@Yahoo.co.uk>", None),
        ("jo@localhost", None),
        ("jo@", None),
    ],
)
def test_addresses_give_their_domain_but_not_their_provider(line, expected):
    host, reason = email_verdict(line)
    assert host == expected
    assert (reason is None) == (expected is not None)


def test_providers_of_mailboxes_are_written_as_hosts():
    assert {canonical(provider) for provider in FREE_MAIL} == FREE_MAIL


def test_people_see_letters():
    assert display("xn--bcher-kva.example") == "bücher.example"
    assert display("acme.example") == "acme.example"
    assert display("xn--a.example") == "xn--a.example"


BEFORE = ["", "http://", "https://www.", "HTTPS://", "//"]
AFTER = ["", "/", ":80", "/a?b#c", "."]
hosts = st.from_regex(r"([a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?\.){1,3}(example|test|com|co\.uk)", fullmatch=True)
labels = st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=8)


@given(st.one_of(st.text(max_size=60), hosts, st.builds("{}.{}.example".format, labels, labels)))
def test_canonical_is_idempotent_and_never_raises_anything_else(line):
    host, reason = verdict(line)
    assert (host is None) != (reason is None)
    if host is not None:
        assert verdict(host) == (host, None)
        assert host.isascii()
        assert host == host.lower()
        assert len(host) <= 253
        assert verdict(display(host))[0] in (host, None)


@given(hosts, st.sampled_from(BEFORE), st.sampled_from(AFTER), st.booleans())
def test_every_spelling_of_a_host_is_that_host(host, before, after, shouted):
    spelt = before + (host.upper() if shouted else host) + after
    assert verdict(spelt)[0] == verdict(host)[0]


@given(
    hosts,
    st.sampled_from(["", "http://", "https://www.", "HTTPS://", "//"]),
    st.sampled_from(["", "/", ":80", "/a?b#c", "."]),
)
def test_wrapping_a_host_in_a_url_changes_nothing(host, before, after):
    if verdict(host)[0]:
        assert verdict(before + host + after) == verdict(host)


@given(st.binary(max_size=80))
def test_any_bytes_get_a_verdict(data):
    for encoding in ("utf-8", "latin-1", "utf-16"):
        host, reason = email_verdict(data.decode(encoding, "replace"))
        assert (host is None) != (reason is None)
