"""Hosts that lie about their characters."""

from __future__ import annotations

from tests.hostile.rows import company, http, row

NAME = "Société Générale d'Échafaudage"
PAGE_FR = company(f"<p>{NAME} – œuvres</p>").replace("<meta charset=utf-8>", "{}")


def charset(body: bytes, label: str | None) -> bytes:
    return http(body, kind="text/html" + (f"; charset={label}" if label else ""))


def reads(host: str, does: str, text: str, body: bytes, label: str | None = None) -> None:
    """A host whose bytes, under this label, must come out as this text."""
    row(host, does, "done", answer=charset(body, label), text=text)


reads("utf16.test", "UTF-16 with its mark", NAME, PAGE_FR.encode("utf-16"))
reads("utf16be.test", "UTF-16, big end first, with its mark", NAME, b"\xfe\xff" + PAGE_FR.encode("utf-16-be"), "utf-8")
reads("utf16-bare.test", "UTF-16 without mark or label", NAME, PAGE_FR.encode("utf-16-le"))
reads("utf8-mark.test", "UTF-8 with its mark, labelled Latin-1", NAME, b"\xef\xbb\xbf" + PAGE_FR.encode(), "iso-8859-1")
reads("latin1.test", "windows-1252 labelled iso-8859-1", "– œuvres", PAGE_FR.encode("cp1252"), "iso-8859-1")
reads(
    "latin1-meta.test",
    "windows-1252 labelled in a meta tag",
    NAME,
    PAGE_FR.replace("{}", "<meta charset=latin1>").encode("cp1252"),
)
reads(
    "meta-late.test",
    "the label in an http-equiv after a comment",
    NAME,
    PAGE_FR.replace(
        "{}",
        "<!-- <meta charset=koi8-r> --><meta http-equiv='Content-Type' content='text/html; charset=windows-1252'>",
    ).encode("cp1252"),
)
reads("unlabelled.test", "windows-1252 without a label", "Soci", PAGE_FR.encode("cp1252"))
reads("shift-jis.test", "Shift_JIS", "株式会社", company("<p>株式会社 お問い合わせ</p>").encode("cp932"), "Shift_JIS")
reads("gb2312.test", "GBK labelled gb2312", "有限公司", company("<p>某某有限公司 镕</p>").encode("gb18030"), "gb2312")
reads("koi8.test", "KOI8-R", "Контакты", company("<p>Контакты</p>").encode("koi8-r"), "koi8-r")
reads("wrong-label.test", "UTF-8 that is windows-1252", "Soci", PAGE_FR.encode("cp1252"), "utf-8")
row(
    "utf7.test",
    "labelled UTF-7, which no browser reads",
    "done",
    text="gates",
    not_text="<script>alert",
    answer=charset(company("<p>+ADw-script+AD4-alert(1)</p>").encode(), "utf-7"),
)
reads("odd-label.test", "a label that names a Python codec", "gates", company().encode(), "rot13")
reads("long-label.test", "a label of 5,000 characters", "gates", company().encode(), "x" * 5000)
row(
    "bad-utf8.test",
    "bytes that are no UTF-8 in between",
    "done",
    answer=http(company().encode().replace(b"by hand", b"by \xff\xfe\xc0 hand")),
    text="garden gates",
)
row(
    "cut-utf8.test",
    "ends in the middle of a character",
    "done",
    answer=http((company() + "é").encode()[:-1]),
    text="gates",
)
row(
    "nul.test",
    "NUL bytes in between",
    "done",
    text="garden gates",
    not_text="\0",
    answer=http(company().encode().replace(b"garden", b"gar\0den")),
)
row(
    "surrogates.test",
    "references to lone surrogates",
    "done",
    answer=http(company("<p>&#xD800;&#xDFFF; &#0; &#x110000;</p>")),
    text="gates",
)
row(
    "controls.test",
    "control characters and bidi marks",
    "done",
    answer=http(company("<p>\x01\x02\x1b[31m\u202eetihw\u202c</p>")),
    text="garden gates",
)

# More of it -------------------------------------------------------------------------------------------------------

RUSSIAN = company("<p>Контакты и адреса нашей мастерской, телефон для заказов</p>" * 5).replace(
    "<meta charset=utf-8>", ""
)
JAPANESE = company("<p>株式会社 お問い合わせ 採用情報 会社概要</p>" * 5).replace("<meta charset=utf-8>", "")
PLAIN = company().replace("<meta charset=utf-8>", "")

reads("utf32.test", "UTF-32 with its mark", "gates", PAGE_FR.encode("utf-32"))
row(
    "utf32-label.test",
    "UTF-32 by its label",
    "done/failed",
    "decode/empty",
    answer=charset(PAGE_FR.encode("utf-32-le"), "utf-32"),
)
row(
    "utf32be.test",
    "UTF-32, big end first, with its mark",
    "done/failed",
    "decode/empty",
    answer=charset(b"\0\0\xfe\xff" + PAGE_FR.encode("utf-32-be"), None),
)
reads("utf16-label-only.test", "ASCII labelled UTF-16", "gates", PLAIN.encode(), "utf-16")
reads("utf16-label.test", "UTF-16 by its label", NAME, PAGE_FR.encode("utf-16-le"), "utf-16")
reads("utf16be-label.test", "UTF-16BE by its label", NAME, PAGE_FR.encode("utf-16-be"), "UTF-16BE")
reads("utf16-odd.test", "UTF-16 that ends in half a character", "gates", PAGE_FR.encode("utf-16")[:-1])
reads(
    "utf16-meta.test", "UTF-8 whose meta tag says UTF-16", NAME, PAGE_FR.replace("{}", "<meta charset=utf-16>").encode()
)
reads("mark-and-header.test", "a UTF-16 mark, a header of KOI8-R", NAME, PAGE_FR.encode("utf-16"), "koi8-r")
reads("three-marks.test", "UTF-8 with three marks", NAME, b"\xef\xbb\xbf" * 3 + PAGE_FR.encode())
row(
    "mark-inside.test", "marks in the middle", "done", answer=http(company("\ufeff<p>x\ufeffy</p>\ufeff")), text="gates"
)
reads(
    "header-and-meta.test",
    "a header of UTF-8, a meta tag of KOI8-R",
    NAME,
    PAGE_FR.replace("{}", "<meta charset=koi8-r>").encode(),
    "utf-8",
)
reads(
    "two-metas.test",
    "two meta tags that disagree",
    NAME,
    PAGE_FR.replace("{}", "<meta charset=windows-1252><meta charset=utf-16>").encode("cp1252"),
)
reads(
    "meta-unknown.test",
    "a meta tag of nonsense",
    NAME,
    PAGE_FR.replace("{}", "<meta charset='x-none-of-these'>").encode(),
)
reads("charset-list.test", "two charsets in the header", NAME, PAGE_FR.encode(), "utf-8, iso-8859-1")
reads("charset-empty.test", "an empty charset", NAME, PAGE_FR.encode(), "")
reads("charset-quoted.test", "a charset in single quotes", NAME, PAGE_FR.encode("cp1252"), "'windows-1252'")
reads("idna-codec.test", "a charset of idna", "gates", PLAIN.encode(), "idna")
reads("zlib-codec.test", "a charset of zlib_codec", "gates", PLAIN.encode(), "zlib_codec")
reads("undefined-codec.test", "a charset of undefined", "gates", PLAIN.encode(), "undefined")
row(
    "ebcdic.test",
    "EBCDIC by its label",
    "done/failed",
    "decode/empty/type",
    answer=charset(PLAIN.encode("cp037"), "cp037"),
)
reads("cp1251-bare.test", "windows-1251 without a label", "Контакты", RUSSIAN.encode("cp1251"))
reads("cp1251.test", "windows-1251 by its label", "Контакты", RUSSIAN.encode("cp1251"), "cp-1251")
reads("iso-2022-jp.test", "ISO-2022-JP", "会社概要", JAPANESE.encode("iso2022_jp"), "iso-2022-jp")
reads("euc-jp.test", "EUC-JP", "会社概要", JAPANESE.encode("euc_jp"), "euc-jp")
reads("euc-jp-bare.test", "EUC-JP without a label", "会社概要", JAPANESE.encode("euc_jp"))
reads("big5.test", "Big5", "聯絡我們", company("<p>聯絡我們 公司</p>").encode("big5"), "big5")
reads("euc-kr.test", "EUC-KR", "회사소개", company("<p>회사소개</p>").encode("euc_kr"), "euc-kr")
reads("iso-8859-2.test", "ISO-8859-2", "żółć", company("<p>żółć</p>").encode("iso8859_2"), "iso-8859-2")
reads(
    "cp1250.test",
    "windows-1250 in a meta tag",
    "žluťoučký",
    company("<p>žluťoučký kůň</p>").replace("charset=utf-8", "charset=windows-1250").encode("cp1250"),
)
row(
    "overlong.test",
    "overlong UTF-8",
    "done",
    text="gates",
    not_text="<script>evil",
    answer=http(company("<p>x</p>").encode().replace(b"<p>x", b"<p>\xc0\xbcscript\xc0\xbeevil")),
)
row(
    "cesu.test",
    "surrogates in UTF-8",
    "done",
    answer=http(company("<p>x</p>").encode().replace(b"<p>x", b"<p>\xed\xa0\xbd\xed\xb8\x80")),
    text="gates",
)
row(
    "twice.test",
    "UTF-8 encoded twice",
    "done",
    answer=http(company(f"<p>{NAME}</p>").encode().decode("latin-1").encode()),
    text="gates",
)
row(
    "nul-everywhere.test",
    "a NUL after every letter, labelled UTF-8",
    "done",
    text="garden gates",
    not_text="\0",
    answer=http(company().encode("utf-16-le")),
)
row(
    "nul-title.test",
    "NUL bytes in the title",
    "done",
    text="gates",
    not_text="\0",
    answer=http(company(title="Exam\0ple \0Gates&#0; Ltd")),
)
row(
    "noncharacters.test",
    "characters that are none",
    "done",
    answer=http(company("<p>\ufffe\uffff\U0001ffff\u2028\u2029\u200b</p>")),
    text="gates",
)
row(
    "combining.test",
    "a letter under 50,000 accents",
    "done",
    answer=http(company("<p>Z" + "\u0301" * 50_000 + "</p>")),
    text="gates",
)
row(
    "bidi.test",
    "text from right to left and back",
    "done",
    answer=http(company("<p>" + "\u202e\u2067abc\u202d" * 2000 + "</p>")),
    text="gates",
)
