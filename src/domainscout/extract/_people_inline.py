"""People who share a line with their title: "Name, Title", "Title: Name", labels of legal notices.

Owns the separators and the labels ("Geschäftsführer", "gérant"). A label may stand on a line of its own above the name.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from domainscout.extract._people_cards import ELSEWHERE
from domainscout.extract._people_mention import Mention
from domainscout.extract._people_praise import after_praise, praised
from domainscout.extract._people_shapes import CONTACT, NOT_TITLE, Section, Shapes
from domainscout.extract._people_words import manager_labels, plain
from domainscout.extract._person_names import MAX_TITLE, is_title, leading_name
from domainscout.extract.base import ReadPage
from domainscout.markup import Line
from domainscout.records import PageKind

_SEPARATOR = re.compile(r"\s*(?:,|\||:|;|\s[-–—·•]|–|—|\()\s*")
_AND = re.compile(r"\s*(?:,|;|/|\||\bund\b|\band\b|&|\bet\b|\by\b|\be\b|\bi\b|\ba\b|\bog\b|\ben\b)\s*")
_AUTHORITY = re.compile(
    r"beauftragte[rn]? für|datenschutz|aufsicht|garante|cnil|web-?\s?design|designed|hosting|hébergeur|agency|agentur",
    re.I,
)
_NAMELESS = frozenset(
    ["vertreten durch", "represented by", "contact person", "ansprechpartner", "ansprechpartnerin", "verantwortlich", "verantwortlich fur den inhalt", "inhaltlich verantwortlich", "responsable", "responsabile", "responsable del tratamiento", "vertretungsberechtigt", "zastoupeny", "zastoupena", "odpovedna osoba", "kontaktni osoba", "contactpersoon", "kontaktperson", "representee par", "editeur", "editeur du site", "proprietaire du site", "betreiber", "titolare del trattamento", "titular del sitio web", "titular de la web", "legal representative", "principal"]
)
MAX_LINE = 160


def inline_mentions(page: ReadPage, shapes: Shapes) -> list[Mention]:
    """Everybody whom a page names on one line with the title, or after a label."""
    section = Section(page)
    found: list[Mention] = []
    for at, line in enumerate(page.document.lines):
        text = line.text
        size = len(text)
        if size > MAX_LINE:
            continue
        section.turn(line, shapes)
        if size < 6 or section.kind == "praise" or text[-1] in "?!" or shapes.name(text) is not None:
            continue
        labelled = _labelled(page, at, text)
        found += labelled or _inline(page, at, line, section.kind, shapes)
    return found


def _inline(page: ReadPage, at: int, line: Line, kind: str, shapes: Shapes) -> list[Mention]:
    text = line.text
    match = _SEPARATOR.search(text, 4)
    if match is None:
        return []
    left, right = text[: match.start()], text[match.end() :].strip(" )")
    name = shapes.name(left)
    if name is not None and right:
        return _name_first(page, at, text, left, right, kind, shapes)
    if not right or len(left) > 70 or not shapes.title(left):
        return []
    name = leading_name(right)
    if name is None or not name.known or praised(page.document.lines, at):
        return []
    return [Mention(name=name, title=left.strip(), url=page.url, quote=text, rule="title first", confidence=0.88)]


def _name_first(page: ReadPage, at: int, text: str, left: str, right: str, kind: str, shapes: Shapes) -> list[Mention]:
    name = shapes.name(left)
    title = _title_part(right)
    if name is None or not (name.known or kind == "team"):
        return []
    lines = page.document.lines
    if title is None:
        if kind == "team" and name.known and len(right) < 60 and not CONTACT.search(right) and right[-1] != ".":
            title = right
        elif name.known and CONTACT.fullmatch(right):
            return [Mention(name=name, title=None, url=page.url, quote=text, rule="contact", confidence=0.6)]
        else:
            return []
    if text[0] in "—–-" and after_praise(lines, at) and not is_own(page.url, right):
        return []
    if text[0] not in "—–-" and praised(lines, at):
        return []
    sure = (0.88 if name.known else 0.65) * (
        ELSEWHERE if kind != "team" and page.kind in (PageKind.OTHER, PageKind.SERVICES) else 1.0
    )
    if text[0] in "—–-" and is_own(page.url, right):
        sure = 0.88
    return [Mention(name=name, title=title, url=page.url, quote=text, rule="name first", confidence=sure)]


def is_own(url: str, text: str) -> bool:
    """Whether a text names the company of the site: its words run together are in the host name."""
    host = re.sub(r"[^a-z0-9]", "", (urlsplit(url).hostname or "").removeprefix("www.").rpartition(".")[0])
    for part in re.split(r"[·|,•–—]|\bat\b|\bof\b", text):
        joined = re.sub(r"[^a-z0-9]", "", plain(part))
        if len(joined) > 4 and (joined in host or host in joined):
            return True
    return False


def _title_part(right: str) -> str | None:
    """The title at the beginning of what follows a name; a phone or a company after it is cut off."""
    for text in (right, re.split(r"\s[·|•–—-]\s|:|\d{3}|\(", right, maxsplit=1)[0]):
        text = text.strip(" ,;:-–—|+(")
        if is_title(text) and not NOT_TITLE.search(text):
            return text[:MAX_TITLE]
    return None


def _labelled(page: ReadPage, at: int, text: str) -> list[Mention]:
    """ "Geschäftsführer: Name und Name", or the label on one line and the names on the next."""
    lines = page.document.lines
    label, colon, rest = text.partition(":")
    if len(label) > 60:
        return []
    folded = plain(label).strip(" *•-–—")
    if folded not in manager_labels() or _AUTHORITY.search(text):
        return []
    rest, quote = rest.strip(), text
    if not rest:
        if at + 1 >= len(lines) or not (colon or page.kind is PageKind.LEGAL):
            return []
        rest = lines[at + 1].text
        quote = f"{text} {rest}"
    title = None if folded in _NAMELESS else label.strip(" *•-–—")
    found = []
    for part in _AND.split(rest[:200])[:6]:
        name = leading_name(part)
        if name is None:
            break
        sure = 0.93 if name.known else 0.7
        found.append(Mention(name=name, title=title, url=page.url, quote=quote[:300], rule="label", confidence=sure))
    return found
