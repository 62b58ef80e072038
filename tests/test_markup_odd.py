"""Pages whose source looks like something else when it is read as text, and markup that is only soup."""

import pytest
from hypothesis import given, settings, strategies

from domainscout.markup import Document

URL = "https://www.example.com/about/team.html"


def read(body: str) -> Document:
    return Document(f"<html><head></head><body>{body}</body></html>", URL)


def texts(body: str) -> list[str]:
    return [line.text for line in read(body).lines]


class TestOddSource:
    """Markup that looks like something else when it is read as text."""

    @pytest.mark.parametrize(
        "odd",
        [
            "<!-- > <p>no</p> <b -->",
            "<script>if (a < b && c > d) document.write('<p>no</p>')</script>",
            "<script><!-- document.write('<script>no</script><p>no</p>') --></script>",
            "<style>a > b::after { content: '<p>no</p>' }</style>",
            "<svg><!-- <svg> --><title>no</title><svg><text>no</text></svg></svg>",
            "<div hidden><!-- </div> --><div>no</div><script>'<div>'</script>no</div>",
            "<template><div>no<template>no</template></div></template>",
            "<select><option>no</select><textarea></div><p>no</textarea>",
            "<?php echo '<p' ?>",
            "<p a<b c=d><i e\"f='>'></i></p>",
        ],
    )
    def test_it_hides_nothing_and_shows_nothing(self, odd: str) -> None:
        document = read(f"<p>one</p>{odd}<p>two <a href=/three>three</a></p>")
        assert [line.text for line in document.lines] == ["one", "two three"]
        assert document.lines[1].node.text() == "two three"
        assert document.links[0].node.attributes == {"href": "/three"}

    def test_text_that_is_written_raw_is_read_as_it_is(self) -> None:
        assert texts("<xmp><b> &amp; </b></xmp><p>&amp;lt; &lt;b&gt; &quot;</p>") == ["<b> &amp; </b>", '&lt; <b> "']

    def test_values_are_read_as_they_are(self) -> None:
        document = read(
            "<a title='see href=' href='/a?b=1&amp;c=&quot;&lt;'><img alt='x > &amp;nbsp;' src=\"'a'.png\"></a>"
        )
        assert document.links[0].href == '/a?b=1&c="<'
        assert (document.images[0].alt, document.images[0].url) == (
            "x > &nbsp;",
            "https://www.example.com/about/'a'.png",
        )

    def test_a_label_names_a_link_without_text_only(self) -> None:
        body = (
            "<a href=1 aria-label=Home><i class=icon></i></a><a href=2 title=Shop><img alt=cart src=c.png></a>"
            "<a href=3 aria-label=Open><svg><title>x</title></svg></a><a href=4 title=Long>short</a>"
        )
        assert [link.text for link in read(body).links] == ["Home", "Shop", "", "short"]

    def test_a_base_counts_wherever_it_stands(self) -> None:
        for base in ("<base href=/b/>", "<div><base href=/b/></div>", "<div hidden><base href=/b/></div>"):
            assert read(f"{base}<a href=c>d</a>").links[0].url == "https://www.example.com/b/c"

    def test_an_end_without_a_beginning_and_the_other_way_round(self) -> None:
        assert texts("</p></b></div>one<div><b>two<p>three</b></div></section>four") == ["one", "two", "three", "four"]


SOUP = [
    *["<p>", "</p>", "<div>", "</div>", "<div hidden>", "<b>", "</b>", "<table>", "<tr><td>", "</table>", "<ul><li>"],
    *[
        "<a href=/x?a&amp;b>",
        "</a>",
        "<img src=i.png alt='>'>",
        "<br>",
        "<!-- <p> -->",
        "<script>'<p>'</script>",
        "<h2>",
    ],
    *["<svg><g>", "</svg>", "<select>", "</select>", "<footer>", "<span style='display:none'>", "</span>", "<p a<b>"],
    *[
        "word",
        " ",
        "&lt;p&gt;",
        "&nbsp;",
        "<template><p>",
        "</template>",
        "<form>",
        "<button>",
        "<h2 class=x>",
        "<x-y>",
    ],
]


@settings(deadline=None)
@given(strategies.lists(strategies.sampled_from(SOUP), max_size=40))
def test_lines_links_and_images_know_their_nodes_in_any_soup(soup: list[str]) -> None:
    document = read("".join(soup))
    for line in document.lines:
        assert line.node.tag == line.tag
    for link in document.links:
        assert link.node.attributes.get("href") == link.href == "/x?a&b"
    for image in document.images:
        assert image.node.attributes.get("src") == "i.png"
    assert "'<p>'" not in document.text
