"""What a page says to a visitor: lines, links and images out of good and broken markup, hidden nodes gone."""

import gc
import time
import weakref
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domainscout.markup import Document, Place, absolute, fold, fold_quote, tolerant_json
from domainscout.markup.tame import tame
from domainscout.markup.walk import MAX_LINES

URL = "https://www.example.com/about/team.html"


def read(body: str, head: str = "") -> Document:
    return Document(f"<html lang='de-AT'><head>{head}</head><body>{body}</body></html>", URL)


def texts(body: str, head: str = "") -> list[str]:
    return [line.text for line in read(body, head).lines]


def test_a_line_is_a_block_and_inline_tags_do_not_split_it() -> None:
    assert texts("<p>Call <b>020</b> <span>7946</span>&nbsp;0<i>9</i>58</p><div>now<br>or later</div>") == [
        "Call 020 7946 0958",
        "now",
        "or later",
    ]


def test_words_of_neighbouring_inline_tags_stay_apart_only_where_the_page_has_a_space() -> None:
    assert texts("<p><span>sales</span><span>@example.com</span></p><p><b>Jo</b> <b>Smith</b></p>") == [
        "sales@example.com",
        "Jo Smith",
    ]


def test_invisible_characters_vanish_and_entities_are_read() -> None:
    assert texts("<p>Geb&shy;äude&#8203;reinigung&nbsp;&amp; mehr</p>") == ["Gebäudereinigung & mehr"]


def test_rows_of_preformatted_text_are_lines_with_their_links() -> None:
    rows = "\nPump &amp; Co\nOpen <b>Mon</b> to Fri\n\n<a href='/map'>Map</a> and <a href='/fax'>fax</a>"
    document = read(f"<pre>{rows}</pre><p>End</p>")
    assert [(line.text, line.tag) for line in document.lines] == [
        ("Pump & Co", "pre"),
        ("Open Mon to Fri", "pre"),
        ("Map and fax", "pre"),
        ("End", "p"),
    ]
    assert [document.lines[link.line].text for link in document.links] == ["Map and fax", "Map and fax"]
    assert [[link.text for link in line.links] for line in document.lines] == [[], [], ["Map", "fax"], []]


def test_headings_keep_their_level_and_lists_their_items() -> None:
    lines = read("<h2>Team</h2><ul><li>Anna</li><li><div><div>Ben</div></div></li></ul>").lines
    assert [(line.text, line.tag, line.level) for line in lines] == [
        ("Team", "h2", 2),
        ("Anna", "li", 0),
        ("Ben", "li", 0),
    ]


@pytest.mark.parametrize(
    "tag",
    [
        "<p hidden>",
        '<p hidden="">',
        "<p aria-hidden=true>",
        '<p style="display:none">',
        '<p style="color:red; DISPLAY : none !important">',
        "<p style='visibility:hidden'>",
        "<p style='opacity:0'>",
        "<p style='font-size:0'>",
        "<p style='font-size:0px;'>",
        "<p style='position:absolute;left:-9999px'>",
        "<p style='text-indent:-5000px'>",
        "<p style='width:0;height:0;overflow:hidden'>",
        "<p style='clip:rect(0,0,0,0)'>",
        "<p style='clip-path: inset(50%)'>",
    ],
)
def test_hidden_nodes_are_gone_with_all_they_hold(tag: str) -> None:
    document = read(f"<p>seen</p>{tag}secret <a href='tel:+442079460958'>call</a><img src=x.png alt=secret></p>")
    assert [line.text for line in document.lines] == ["seen"]
    assert document.links == []
    assert document.images == []
    assert not document.contains("secret")


@pytest.mark.parametrize(
    "tag",
    [
        '<p hidden="until-found">',
        '<p style="max-height:0">',
        "<p style='margin-left:-15px'>",
        "<p style='left:-100px;position:relative'>",
        "<p style='opacity:0;transform:translateY(20px)'>",
        "<p style='opacity:0' class='fade-in'>",
        "<p style='opacity:0.8'>",
        "<p style='line-height:0.9;min-width:0;max-width:0.5em'>",
        "<p style='background:url(none.png)'>",
        "<p aria-hidden=false>",
    ],
)
def test_what_only_looks_like_hiding_is_read(tag: str) -> None:
    assert texts(f"{tag}seen</p>") == ["seen"]


def test_comments_scripts_templates_and_form_fields_are_not_text() -> None:
    body = (
        "<!-- 020 7946 0000 --><script>var a='b'</script><template>t</template><svg><text>s</text></svg>"
        "<input value=i><select><option>o</option></select><textarea>x</textarea><p>seen</p>"
    )
    assert texts(body) == ["seen"]


class TestRulesOfTheOwnStyleBlock:
    def test_a_class_or_id_that_one_rule_hides_for_good_hides(self) -> None:
        head = "<style>.trap , #bin{display:none} .far{position:absolute;left:-9999px}</style>"
        assert texts("<p class='a trap'>x</p><p id=bin>y</p><p class=far>z</p><p>seen</p>", head) == ["seen"]

    def test_compound_selectors_count(self) -> None:
        head = "<style>div.note > span.t{visibility:hidden}</style>"
        assert texts("<div class=note>a <span class=t>b</span></div><span class=t>c</span>", head) == ["a", "c"]

    def test_tabs_and_menus_that_another_rule_shows_are_read(self) -> None:
        head = "<style>.tab{display:none}.tab.active{display:block}</style>"
        assert texts("<div class=tab>one</div><div class='tab active'>two</div>", head) == ["one", "two"]

    def test_what_a_script_mentions_is_read(self) -> None:
        head = "<style>.panel{display:none}</style><script>document.querySelector('.panel').hidden=false</script>"
        assert texts("<div class=panel>one</div>", head) == ["one"]

    def test_rules_for_some_screens_hide_nothing(self) -> None:
        head = "<style>a{color:red}@media (max-width:600px){b{top:0}.wide{display:none}}.x{top:1px}</style>"
        assert texts("<p class=wide>one</p>", head) == ["one"]

    def test_hover_and_broken_rules_hide_nothing(self) -> None:
        head = "<style>.m:hover{display:none} .[x{display:none} .n{display:none</style>"
        assert texts("<p class=m>one</p>", head) == ["one"]


def test_places() -> None:
    body = (
        "<header><p>top</p><nav><a href=/x>menu</a></nav></header><div class='site-nav'><p>nav2</p></div>"
        "<main><p>main</p><header><h2>inner</h2></header></main>"
        "<div id='footer-wrap'><p>foot</p><nav>foot nav</nav></div>"
    )
    places = {line.text: line.place for line in read(body).lines}
    assert places == {
        "top": Place.HEADER,
        "menu": Place.NAV,
        "nav2": Place.NAV,
        "main": Place.MAIN,
        "inner": Place.HEADER,
        "foot": Place.FOOTER,
        "foot nav": Place.FOOTER,
    }


def test_links_know_text_line_and_address() -> None:
    document = read("<p>Write <a href='mailto:a@example.com'>us</a> or <a href='../jobs#x'>work <b>here</b></a></p>")
    first, second = document.links
    assert (first.text, first.url, first.line) == ("us", None, 0)
    assert (second.text, second.url) == ("work here", "https://www.example.com/jobs")
    assert document.lines[0].links == [first, second]


def test_icon_links_take_their_label_and_images_their_alt() -> None:
    document = read("<a href=/a aria-label='Our shop'><i></i></a><a href=/b><img src=l.png alt='Logo of Acme'></a>")
    assert [link.text for link in document.links] == ["Our shop", "Logo of Acme"]
    image = document.images[0]
    assert (image.url, image.link) == ("https://www.example.com/about/l.png", "https://www.example.com/b")


def test_a_link_around_blocks_takes_the_first_text() -> None:
    assert [link.text for link in read("<a href=/s><h3>Roofs</h3><p>All kinds</p></a>").links] == ["Roofs"]


def test_lazy_images_are_found() -> None:
    document = read("<img src='data:image/gif;base64,AA' data-src='/i/logo.png'>")
    assert document.images[0].url == "https://www.example.com/i/logo.png"


def test_head_matters() -> None:
    document = read(
        "",
        "<title> A &amp; B \n | C </title><META NAME=Description content='one  two'><base href='https://example.com/x/'>",
    )
    assert (document.title, document.meta["description"], document.language) == ("A & B | C", "one two", "de")
    assert document.resolve("y") == "https://example.com/x/y"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a?b=1#c", "https://www.example.com/a?b=1"),
        ("b.html", "https://www.example.com/about/b.html"),
        ("../b/./c", "https://www.example.com/b/c"),
        ("//example.org/x", "https://example.org/x"),
        ("HTTPS://Example.org/X#y", "HTTPS://Example.org/X"),
        ("?q=1", "https://www.example.com/about/team.html?q=1"),
        ("#top", "https://www.example.com/about/team.html"),
        (" /with space ", "https://www.example.com/with%20space"),
        ("/a\n/b", "https://www.example.com/a/b"),
        ("a//b", "https://www.example.com/about/a/b"),
        ("mailto:x@example.com", None),
        ("javascript:void(0)", None),
        ("tel:020", None),
        ("", None),
        ("http://[::1", None),
        ("http://example.com:99999/", None),
        ("http:///nohost", None),
    ],
)
def test_absolute(href: str, url: str | None) -> None:
    found = absolute(URL, href)
    assert (found.lower() if found else found) == (url.lower() if url else url)


_PIECES = (
    "http: https: HTTP: // / a k.b example.com # ? q=1 & ; .. . ./ :80 : mailto: tel: \u0130 \u017f \\ %20 x.html [ ] @"
)
_BASES = (
    "http://a.example http://a.example/ https://a.example:8/x/y?z=/q/r http://a.example/x;p/y http://a.example/k/s?"
)


@given(st.lists(st.sampled_from([*_PIECES.split(), " ", "\t"]), max_size=8), st.sampled_from(_BASES.split()))
def test_the_short_ways_to_an_absolute_address_lead_where_the_standard_library_does(
    pieces: list[str], base: str
) -> None:
    href = "".join(pieces).strip()
    try:
        joined = urljoin(base, href.replace("\t", ""))
        parts = urlsplit(joined)
        web = bool(href) and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != -1
    except ValueError:
        web = False
    assert absolute(base, href) == (joined.partition("#")[0].replace(" ", "%20") if web else None)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('{"@type":"A"};', 1),
        ('/* c */ {"@type":"A",}', 1),
        ('//<![CDATA[\n{"@type":"A"}\n//]]>', 1),
        ('<!-- {"@type":"A"} -->', 1),
        ('{"@type":"A"}{"@type":"B"}', 2),
        ('{"a":"line\nbreak"}', 1),
        ("{broken", 0),
        ("", 0),
        ("[" * 100_000, 0),
    ],
)
def test_json_as_pages_write_it(source: str, count: int) -> None:
    assert len(list(tolerant_json(source))) == count


def test_jsonld_objects_nested_and_in_graphs() -> None:
    document = read(
        "", '<script type="application/ld+json">{"@graph":[{"@type":"A","b":{"@type":"B"}},{"c":1}]}</script>'
    )
    assert [item["@type"] for item in document.jsonld] == ["A", "B"]
    assert document.contains('"@type":"B"')


def test_values_of_jsonld_are_found_again_however_they_are_escaped() -> None:
    block = (
        r'{"@type":"A","name":"Caf\u00e9 \ud83c\udf08 \"B\u0026C\"","url":"https:\/\/a.example\/x","note":"one\ntwo"}'
    )
    document = read("", f'<script type="application/ld+json">{block}</script>')
    (item,) = document.jsonld
    assert item["name"] == 'Café \U0001f308 "B&C"'
    assert all(document.contains(item[key]) for key in ("name", "url", "note"))


def test_control_characters_reach_nobody() -> None:
    block = r'{"@type":"A","name":"Ex\u001b[31mample\u0000","list":["a\u0007b",{"deep":"c\ud800d"}]}'
    head = (
        f'<title>T&#27;itle</title><meta name=a content="m\x07eta"><script type="application/ld+json">{block}</script>'
    )
    document = read("<p>li\x1bne &#x7;one</p>", head)
    assert (document.title, document.meta["a"], document.text) == ("Title", "meta", "line one")
    (item,) = document.jsonld
    assert (item["name"], item["list"]) == ("Ex[31mample", ["ab", {"deep": "c?d"}])


def test_microdata_in_the_shape_of_jsonld() -> None:
    document = read(
        "<div itemscope itemtype='https://schema.org/Store'><span itemprop=name>Acme</span>"
        "<div itemprop=address itemscope itemtype='https://schema.org/PostalAddress'>"
        "<span itemprop=postalCode>AB1</span></div></div>"
    )
    store, address = document.microdata
    assert store["@type"] == "Store"
    assert store["name"] == "Acme"
    assert store["address"]["postalCode"] == "AB1" == address["postalCode"]


def test_quotes_are_found_across_lines_and_typography() -> None:
    document = read("<p>It’s “open”</p><p>Mon – Fri</p><img src=/p.png alt='The Works'>")
    assert document.contains('it\'s "open" mon - fri')
    assert document.contains("the works")
    assert not document.contains("closed")
    assert not document.contains("  ")


def test_folding() -> None:
    assert fold(" a\u00a0\u2009b\u200bc\u00ad\n") == "a bc"
    assert fold_quote("STRASSE\u2013\u2019") == "strasse-'"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "plain",
        "<",
        "<p",
        "</body></html></p>",
        "<table><p>a<td>b</table>",
        "<a><a><a>",
        "<html><frameset><frame src=x></frameset></html>",
        "\ufffd<p>\x01</p>",
        "<p>" + "&" * 1000,
        "<!doctype html><!--",
        "<script>",
        "<style>.a{display:none",
        "<svg><p>x",
        "<math><mi>",
    ],
)
def test_broken_markup_never_raises(html: str) -> None:
    document = Document(html, URL)
    assert isinstance(document.text, str)
    assert isinstance(document.machine_folded, str)
    assert document.jsonld == []


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<b>" * 200_000,
        "<a href=x>" * 50_000,
        "<p>x" * 200_000,
        "<style>" + ".a{display:none}" * 50_000 + "</style>",
        "<style>" + "@media{" * 100_000 + "</style>",
        "x" * 2_000_000,
        "<p style='" + "left:-" * 50_000 + "'>x",
        "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">",
        "<ul><li>" * 100_000,
        "<p><div></p>" * 100_000,
        "<a<a" * 300_000,
    ],
    ids=[
        *("deep blocks", "deep inline", "anchors", "many lines", "many rules", "deep media", "one line", "long style"),
        *("attributes", "lists", "masked", "no end"),
    ],
)
def test_huge_pages_cost_little(html: str) -> None:
    started = time.process_time()
    document = Document(html[: 2 * 1024 * 1024], URL)
    assert len(document.lines) <= MAX_LINES
    assert time.process_time() - started < 2.0, "0.1 s is usual; far more means that something grew quadratic"


def test_links_of_a_menu_that_opens_later_are_followed_and_a_lone_hidden_link_is_not() -> None:
    menu = '<ul style="display:none">' + "".join(f'<li><a href="/{n}">{n}</a></li>' for n in ("a", "b", "c")) + "</ul>"
    document = Document(
        f'<p>Hi</p>{menu}<div style="display:none"><a href="/trap">x</a></div>', "https://acme.example/"
    )
    assert document.menu == [(f"https://acme.example/{n}", n) for n in ("a", "b", "c")]
    assert document.links == []
    assert document.text == "Hi"


def test_of_a_page_of_too_many_tags_the_beginning_and_the_end_are_read() -> None:
    middle = "".join(f"<p>filler {number}</p>" for number in range(100_000))
    document = Document(f"<body><h1>Gates</h1>{middle}<footer>1 Example Street</footer>", "https://a.test/")
    assert document.text.startswith("Gates\nfiller 0\n")
    assert document.text.endswith("\n1 Example Street")


def test_lines_and_links_of_a_page_of_too_many_lines_know_their_places() -> None:
    middle = "".join(f"<p>filler</p><p>more</p><p>see <a href=/{number}>{number}</a></p>" for number in range(2_000))
    document = Document(f"<body>{middle}<footer><a href=/last>Map</a> 1 Example Street</footer>", "https://a.test/")
    assert len(document.lines) < 6_000
    assert [line.index for line in document.lines] == list(range(len(document.lines)))
    last = document.links[-1]
    assert (last.text, document.lines[last.line].text) == ("Map", "Map 1 Example Street")
    assert sum(link in document.lines[link.line].links for link in document.links) > 1_000


def test_a_document_is_freed_as_soon_as_nobody_has_it() -> None:
    """Large ones would pile up until the interpreter looks for circles of references."""
    gc.disable()
    try:
        document = Document("<p>Gates <a href=/contact>Contact</a> <img src=x></p>", "https://a.test/")
        assert document.links[0].url == "https://a.test/contact"
        gone = weakref.ref(document)
        del document
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("between", [" ", "/", "\n"])
def test_a_tag_of_too_many_attributes_is_cut(between: str) -> None:
    tag = "<p" + "".join(f"{between}a{number}='x'" for number in range(3000)) + ">"
    assert "a2999" not in tame(f"<p>hello</p>{tag}x</p>" + " " * 40_000)


def test_a_tree_that_was_let_go_is_made_again_without_what_is_hidden() -> None:
    source = "<body><p>One</p><div hidden><b>Two</b></div><img src=a.png alt=A><p><a href=/x>Three</a></p></body>"
    page = Document(source, "https://acme.example/")
    before = [(line.text, line.node.tag) for line in page.lines], page.images[0].node.html, page.links[0].node.html
    page.let_go()
    after = [(line.text, line.node.tag) for line in page.lines], page.images[0].node.html, page.links[0].node.html
    assert before == after
    assert page.tree.css_first("b") is None


@pytest.mark.parametrize("end", ["", "</b>" * 600])
def test_unclosed_formatting_does_not_multiply(end: str) -> None:
    bomb = "<div>" + "".join(f"<b a{number}>" for number in range(600)) + "</div>" + "<p>word</p>" * 600 + end
    assert "<b" not in tame(bomb)
    assert Document(bomb, "https://acme.example/").text == "\n".join(["word"] * 600)


def test_old_pages_with_unclosed_fonts_keep_them() -> None:
    old = "<font color=red><font size=2>" + "<p><b>word</b></p>" * 1000
    assert tame(old) == old


def test_neighbouring_elements_without_a_blank_between_are_lines_of_their_own() -> None:
    document = read(
        "<div><strong>Ann Example</strong><em>Director</em></div><p><span>555-0148</span><a href='/m'>Write</a></p>"
    )
    assert [line.text for line in document.lines] == ["Ann Example", "Director", "555-0148", "Write"]


def test_a_word_or_number_cut_into_elements_stays_whole() -> None:
    document = read("<p><b>E</b><i>xample</i> <b>55</b><i>5</i> 01<b>23</b> <u>Mac</u>Beth</p>")
    assert [line.text for line in document.lines] == ["Example 555 0123 MacBeth"]


def test_a_link_over_several_lines_keeps_all_of_its_text() -> None:
    document = read("<a href='/x'><b>Drains</b><small>Cleared fast</small></a>")
    assert document.links[0].text == "Drains Cleared fast"
