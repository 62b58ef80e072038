"""People whose name and title stand side by side: cards, lists, tables, headings, labels of legal notices.

A name has a line of its own, with the title above or below it, or shares a line with the title. Without a title a name
counts only under a heading that promises people ("Meet the team").
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from domainscout.extract._people_mention import Mention
from domainscout.extract._people_words import manager_labels, plain, team_headings, words_of
from domainscout.extract._person_names import (
    MAX_NAME,
    MAX_TITLE,
    PersonName,
    has_title_word,
    is_title,
    name_of,
)
from domainscout.extract.base import ReadPage
from domainscout.markup import Line, Node
from domainscout.records import PageKind

_PRAISE = re.compile(
    r"testimonial|review|rating|\bquote|quote\b|kundenstimm|bewertung|comment|feedback|temoignage|opinion|recensi|byline|post-author|author-|referenz",
    re.I,
)
_PRAISE_HEADING = re.compile(
    r"testimonial|reviews?\b|what (?:our|people|clients|customers|they)|clients? say|customers? say|happy (?:clients|customers)|feedback|kundenstimmen|das sagen|bewertungen|"
    r"meinungen|avis\b|temoignages|opiniones|testimonios|recensioni|dicono di noi|opinie|reference\b|recenze|anmeldelser|depoimentos|ervaringen|referenzen",
    re.I,
)
_INLINE = re.compile(r"\s*(?:,|\||:|;|\s[-–—·•]|–|—|\()\s*")
_NOT_TITLE = re.compile(r"@|https?:|www\.|\d{3}|\bphone\b|\btel\b|\bemail\b|e-mail", re.I)
_NAMELESS = frozenset(
    ["vertreten durch", "represented by", "contact person", "ansprechpartner", "ansprechpartnerin", "verantwortlich", "verantwortlich fur den inhalt", "inhaltlich verantwortlich", "responsable", "responsabile", "responsable del tratamiento", "vertretungsberechtigt", "zastoupeny", "zastoupena", "odpovedna osoba", "kontaktni osoba", "contactpersoon", "kontaktperson", "representee par", "editeur", "editeur du site", "proprietaire du site", "betreiber", "titolare del trattamento", "titular del sitio web", "titular de la web", "legal representative"]
)
_AUTHORITY = re.compile(
    r"beauftragte[rn]? für|datenschutzbehörde|aufsichtsbehörde|garante|cnil|webdesign|web design|designed|hosting|agency",
    re.I,
)
_ROLE_OF_OTHERS = re.compile(r"^(?:by|from|von|par|por|di|door|od|af)\b", re.I)


class Shapes:
    """Judgements on short texts, made once a site: menus and footers repeat on every page."""

    def __init__(self) -> None:
        self._names: dict[str, PersonName | None] = {}
        self._titles: dict[str, bool] = {}

    def name(self, text: str) -> PersonName | None:
        """The person a line names, when it is nothing but a name."""
        if len(text) > MAX_NAME or len(text) < 5:
            return None
        if text not in self._names:
            self._names[text] = name_of(text)
        return self._names[text]

    def title(self, text: str) -> bool:
        """Whether a line is nothing but a job title."""
        if len(text) > MAX_TITLE:
            return False
        if text not in self._titles:
            self._titles[text] = is_title(text) and not _NOT_TITLE.search(text)
        return self._titles[text]


class _Section:
    """Follows the headings of a page: are we among the team, among praise, or elsewhere?"""

    def __init__(self, team_page: bool) -> None:
        self.base = "team" if team_page else ""
        self.kind = self.base
        self.level = 9

    def turn(self, line: Line, shapes: Shapes) -> None:
        """Take note of a heading."""
        text = plain(line.text).strip(" :.!?…")
        if text in team_headings() or _is_team_words(text):
            self.kind, self.level = "team", line.level or 7
        elif _PRAISE_HEADING.search(text):
            self.kind, self.level = "praise", line.level or 7
        elif line.level and line.level <= self.level and self.kind != self.base:
            if shapes.name(line.text) is None and not shapes.title(line.text):
                self.kind, self.level = self.base, 9


def _is_team_words(text: str) -> bool:
    return len(text) < 70 and bool(
        re.match(
            r"(?:meet|our|the|unser\w*|notre|nuestro|il nostro|ons|vores|nas[ez]*) .{0,30}\b(?:team|staff|doctors?|dentists?|attorneys|people|equipe|equipo)\b",
            text,
        )
        or re.search(r"\b(?:staff|team|doctors|hygienists|assistants) (?:at|of) ", text)
    )


def card_mentions(page: ReadPage, shapes: Shapes) -> list[Mention]:
    """Everybody whom a page names beside a title or under a heading for people."""
    lines = page.document.lines
    section = _Section(_is_team_page(page))
    found: list[Mention] = []
    names: list[tuple[int, PersonName, str]] = []
    for at, line in enumerate(lines):
        text = line.text
        size = len(text)
        if size > 160:
            continue
        if line.level or size < 40:
            section.turn(line, shapes) if line.level or plain(text) in team_headings() else None
        if size < 5 or section.kind == "praise":
            continue
        name = shapes.name(text)
        if name is not None:
            names.append((at, name, section.kind))
        elif size <= 160 and text[-1:] not in "?!":
            found += _labelled(page, at, text, shapes)
            found += _inline(page, at, text, section.kind)
    return found + _alone(page, names, shapes)


def _is_team_page(page: ReadPage) -> bool:
    if page.kind is PageKind.TEAM:
        return True
    if page.kind in (PageKind.HOME, PageKind.LEGAL):
        return False
    stem = urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[-1].partition(".")[0]
    return plain(unquote(stem)).replace("-", " ").replace("_", " ") in team_headings()


def _alone(page: ReadPage, names: list[tuple[int, PersonName, str]], shapes: Shapes) -> list[Mention]:
    """Names with a line of their own; all of one page have their title on the same side."""
    lines = page.document.lines
    below = above = 0
    for at, _, _ in names:
        below += at + 1 < len(lines) and shapes.title(lines[at + 1].text)
        above += at > 0 and shapes.title(lines[at - 1].text)
    found = []
    for place, (at, name, kind) in enumerate(names):
        until = names[place + 1][0] if place + 1 < len(names) else len(lines)
        title_at = _title_at(lines, at, until, shapes, upward=above > below)
        mention = _alone_mention(page, at, name, kind, title_at)
        if mention is not None and not _praised(lines, at):
            _contacts(page, mention, lines[at : min(until, at + 7)])
            found.append(mention)
    return found


def _title_at(lines: list[Line], at: int, until: int, shapes: Shapes, *, upward: bool) -> int | None:
    if upward:
        return at - 1 if at and shapes.title(lines[at - 1].text) else None
    for step in (1, 2):
        here = at + step
        if here >= min(until, len(lines)):
            return None
        text = lines[here].text
        if shapes.title(text) or shapes.title(text.partition(". ")[0]):
            return here
        if not (len(text) < 30 and _NOT_TITLE.search(text)):
            return None
    return None


def _alone_mention(page: ReadPage, at: int, name: PersonName, kind: str, title_at: int | None) -> Mention | None:
    lines = page.document.lines
    line = lines[at]
    if title_at is None:
        if kind != "team" or not (name.known or name.honorific or line.level):
            return None
        after = lines[at + 1].text if at + 1 < len(lines) else ""
        title = name.degrees or _title_in_bio(after, name) or None
        sure = 0.85 if name.known else 0.6
        return Mention(name=name, title=title, url=page.url, quote=line.text, rule="team", confidence=sure)
    title_line = lines[title_at].text
    title = title_line if len(title_line) <= MAX_TITLE else title_line.partition(". ")[0]
    first, last = sorted((at, title_at))
    quote = (
        " ".join(one.text for one in lines[first : last + 1])[:300]
        if len(title_line) <= MAX_TITLE
        else f"{line.text} {title}"
    )
    sure = 0.9 if name.known or kind == "team" else 0.75 if line.level or name.honorific else 0.6
    return Mention(name=name, title=title.strip(" ,;:-–—|"), url=page.url, quote=quote, rule="card", confidence=sure)


def _title_in_bio(text: str, name: PersonName) -> str | None:
    """The trade in the first sentence of a biography: "Ann is an experienced counsellor working with …"."""
    if len(text) < 20 or plain(text.split(" ", 1)[0]).strip(",") not in (plain(name.shown.split()[0]), "dr", "dr."):
        return None
    match = re.search(r"\b(?:is|was|as)\s+(?:an?|the|our)\s+([\w ,'/-]{3,80})", text[:200])
    if not match:
        return None
    return title_phrase(match[1])


def title_phrase(text: str) -> str | None:
    """The words of a sentence up to the last word of a trade: "eye surgeon" of "eye surgeon with a special interest"."""
    kept: list[str] = []
    last = 0
    for word in text.split()[:9]:
        bare = word.strip(",.;:()")
        if plain(bare) in _STOPS and last:
            break
        if plain(bare) in _BREAKS:
            break
        kept.append(bare if word[-1:] in ",.;:()" else word)
        if has_title_word(words_of(bare)):
            last = len(kept)
        if word[-1:] in ".;:)" or (word[-1:] == "," and last):
            break
    return " ".join(kept[:last]) if last else None


_STOPS = frozenset(
    ["with", "who", "that", "for", "at", "in", "from", "by", "on", "to", "since", "based", "working", "serving", "specialising", "specializing", "has", "is", "was", "mit", "der", "die", "das", "fur", "bei", "im", "qui", "avec", "chez", "dans", "que", "con", "en", "per", "che", "presso"]
)
_BREAKS = frozenset(["with", "who", "that", "which", "because", "where", "when", "whose"])


def _inline(page: ReadPage, at: int, text: str, kind: str) -> list[Mention]:
    """ "Name, Title", "Name – Title", "Title: Name", "— Name, Title" on one line."""
    match = _INLINE.search(text, 4)
    if match is None:
        return []
    left, right = text[: match.start()], text[match.end() :].strip(" )")
    if not right or len(left) > MAX_TITLE:
        return []
    name, title = name_of(left), right
    rule = "name first"
    if name is None:
        if len(left) > 70 or not is_title(left) or _NOT_TITLE.search(left):
            return []
        name, title, rule = leading_name(right), left, "title first"
        if name is None or not name.known:
            return []
    elif not is_title(title) or _NOT_TITLE.search(title):
        degrees = name.degrees or ""
        if not (kind == "team" and name.known and (degrees or len(right) < 60) and not _NOT_TITLE.search(title)):
            return []
    if _praised(page.document.lines, at) or (text[0] in "—–-" and _after_praise(page.document.lines, at)):
        return []
    sure = 0.88 if name.known else 0.6
    return [Mention(name=name, title=title.strip(" ,;:-–—|"), url=page.url, quote=text, rule=rule, confidence=sure)]


def _labelled(page: ReadPage, at: int, text: str, shapes: Shapes) -> list[Mention]:
    """ "Geschäftsführer: Name und Name", or the label on one line and the names on the next."""
    lines = page.document.lines
    label, colon, rest = text.partition(":")
    if len(label) > 60:
        return []
    folded = plain(label).strip(" *•-–—")
    if folded not in manager_labels():
        return []
    rest = rest.strip()
    quote = text
    if not rest:
        if at + 1 >= len(lines) or not (colon or page.kind is PageKind.LEGAL):
            return []
        rest = lines[at + 1].text
        quote = f"{text} {rest}"
    if len(rest) > 200 or _AUTHORITY.search(text):
        return []
    title = None if folded in _NAMELESS else label.strip(" *•-–—")
    found = []
    for part in re.split(r"\s*(?:,|;|/|\||\bund\b|\band\b|&|\bet\b|\by\b|\be\b|\bi\b|\ba\b|\bog\b|\ben\b)\s*", rest)[
        :6
    ]:
        name = leading_name(part)
        if name is None:
            break
        sure = 0.93 if name.known else 0.7
        found.append(Mention(name=name, title=title, url=page.url, quote=quote[:300], rule="label", confidence=sure))
    return found


def leading_name(text: str) -> PersonName | None:
    """The name at the beginning of a text, as long as it holds."""
    words = text.split()[:7]
    for size in range(min(len(words), 6), 1, -1):
        if words[size - 1][-1:] in ",;:" or size == len(words) or not words[size - 1].endswith((",", ";")):
            name = name_of(" ".join(words[:size]).rstrip(",;:."))
            if name is not None and (size < 4 or name.known):
                return name
    return None


def _praised(lines: list[Line], at: int) -> bool:
    """Whether a line stands in praise by customers or is the by-line of a post."""
    node: Node | None = lines[at].node
    for _ in range(6):
        if node is None:
            break
        if node.tag in ("blockquote", "cite"):
            return True
        attributes = node.attributes
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if len(name) > 1 and _PRAISE.search(name):
            return True
        node = node.parent
    return _after_praise(lines, at) or any("★★★" in one.text for one in lines[max(0, at - 3) : at + 4])


def _after_praise(lines: list[Line], at: int) -> bool:
    if not at:
        return False
    before = lines[at - 1].text
    return len(before) > 25 and (before[0] in "\"“”„«‚'‘" or before[-1] in '"“”»’')


def _contacts(page: ReadPage, mention: Mention, card: list[Line]) -> None:
    """The e-mail address and the profile that stand in a person's card."""
    parts = [plain(part) for part in mention.name.shown.split() if len(part) > 2]
    for line in card:
        for link in line.links:
            if link.href.lower().startswith("mailto:"):
                address = unquote(link.href[7:].partition("?")[0]).strip().lower()
                if mention.email is None and "@" in address and any(p in plain(address) for p in parts):
                    mention.email = address
            elif (
                mention.profile is None
                and link.url
                and ("linkedin.com/in/" in link.url or (line is card[0] and link.url != page.url))
            ):
                mention.profile = link.url
