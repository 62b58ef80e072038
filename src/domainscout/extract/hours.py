"""Opening hours in seven languages and more: tables, lists, sentences, structured data. Owns the words for days and times.

The value is the text with signs and spaces made even ("Mon-Fri 9:00-17:00; Sat closed"); the raw words stay in the quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domainscout.extract._others import lines_of_others
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.markup import Document, Line, fold, fold_quote
from domainscout.records import Field, Finding

_MAX_VALUE = 400
"""Characters of one block of hours; what is longer is an article, not a table of hours."""

_MAX_LINE = 2_500
"""Longer lines are whole pages without markup; hours in them cannot be told from prose."""

_DAY_WORDS = (
    r"mon(?:day)?s?|tue(?:s(?:day)?s?)?|wed(?:s|nesday)?s?|thu(?:r(?:s(?:day)?s?)?)?|fri(?:day)?s?|sat(?:urday)?s?|sun(?:day)?s?|"
    r"weekdays|weekends?|daily|every ?day|bank holidays|"
    r"montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonnabends?|sonntags?|mo|di|mi|do|fr|sa|so|werktags|täglich|feiertags?|"
    r"lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|lun|mar|mer|jeu|ven|sam|dim|tous les jours|7j/7|"
    r"lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bados?|domingos?|mi[ée]|jue|vie|s[áa]b|dom|todos los d[íi]as|festivos|laborables|"
    r"luned[ìi]|marted[ìi]|mercoled[ìi]|gioved[ìi]|venerd[ìi]|sabato|domenica|gio|festivi|tutti i giorni|"
    r"maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|wo|vr|za|zo|dagelijks|"
    r"segunda(?:-feira)?|ter[çc]a(?:-feira)?|quarta(?:-feira)?|quinta(?:-feira)?|sexta(?:-feira)?|seg|ter|qua|qui|sex|todos os dias|"
    r"pond[ěe]l[íi]|[úu]ter[ýy]|st[řr]eda|[čc]tvrtek|p[áa]tek|sobota|ned[ěe]le|po|[úu]t|st|[čc]t|p[áa]|"
    r"poniedzia[łl]ek|wtorek|[śs]roda|czwartek|pi[ąa]tek|niedziela|pon|wt|[śs]r|czw|pt|sob|ndz|"
    r"mandag|tirsdag|onsdag|torsdag|fredag|l[øo]rdag|s[øo]ndag|man|tir|ons|tor|fre|l[øo]r|s[øo]n|m-f|tu|we|th|su"
)
_DAY = re.compile(rf"(?<![\w@./-])(?:{_DAY_WORDS})(?=\d|closed|[^\w@/]|$)", re.I)
_CLOCK = r"(?:(?:[01]?\d|2[0-4])(?:[:.hH][0-5]\d(?:[:.]00)?)?\s{0,2}(?:[ap]\.?\s?m\b\.?|uhr\b|h\b|hrs?\b|hod\b)?|noon|midnight|midday|mittags)"
_TO = r"\s{0,2}(?:[-\u2010-\u2015\u2212~>→]{1,3}|to|til|till|until|thru|through|and|bis|à|a|al|alle|ore|au|as|às|até|hasta|tot|do|til|und|y|e)\s{0,2}(?:the |las |les |ore |alle )?"
_RANGE = re.compile(
    rf"(?<![\w:.,/$£€#+-])(?:from |von |de |dalle |van |das |od |fra |between |h )?{_CLOCK}\s{{0,2}}(?:E[SD]?T|P[SD]?T|C[SD]?T|GMT|BST)?{_TO}{_CLOCK}(?![\w%/€£$]|-\d|[.,:]\d)",
    re.I,
)
_STRICT = re.compile(r"\d[:.hH]\d\d|[ap]\.?\s?m\b|uhr\b|\d\s?h\b|noon|\bhod\b", re.I)
_CLOSED = re.compile(
    r"\b(?:closed|geschlossen|ruhetag|ferm[ée]e?|cerrado|chius[oi]|gesloten|fechad[oa]|zav[řr]eno|zamkni[ęe]te|nieczynne|lukket|"
    r"open all day|by appointment(?: only)?|nach (?:vereinbarung|absprache)|sur rendez-vous|con cita|su appuntamento|op afspraak|emergency only)\b",
    re.I,
)
_ALWAYS = re.compile(
    r"\b24\s?/\s?7(?:/365)?\b|\b24[ -]?(?:hours?|hrs?|h)\b(?: a day| per day)?,?(?: ?(?:and )?(?:7|seven) ?days(?: a week| per week)?| every day)?|\bh ?24\b(?:,? ?7 giorni su 7)?|"
    r"\b24 ?(?:heures|horas|ore|stunden|uur|hodin) ?(?:/|sur|su|al|am|per)\b[^.]{0,20}|\b7 ?j ?/ ?7\b(?: ?-? ?24 ?h ?/ ?24)?|rund um die uhr",
    re.I,
)
_TOPIC = re.compile(
    r"\b(?:hours|opening times|business hours|open(?:ing)?|[öo]ffnungszeiten|sprechzeiten|gesch[äa]ftszeiten|b[üu]rozeiten|servicezeiten|horaires?|ouvert(?:ure)?|"
    r"horario|abierto|atenci[óo]n|orari[oi]?|apert[oa]|apertura|openingstijden|geopend|hor[áa]rio|aberto|atendimento|otev[íi]rac[íi]|otev[řr]eno|"
    r"godziny|otwarte|[åa]bningstider|[åa]ben|call|phone|available|chat|telephone|lines|service|support|morning|evening|erreichbar)\b",
    re.I,
)
_EVENT = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|januar|m[äa]rz|mai|"
    r"juni|juli|oktober|dezember|janvier|f[ée]vrier|avril|juin|juillet|ao[ûu]t)\.? \d{1,2}(?:st|nd|rd|th)?\b(?! ?[ap]m)|\b\d{1,2}(?:st|nd|rd|th)? (?:january|february|april|june|july|august|"
    r"september|october|november|december)\b|\b(?:19|20)\d\d\b",
    re.I,
)
_TAIL = re.compile(
    r"^[ ,]{0,2}\(?(?:E[SD]?T|P[SD]?T|C[SD]?T|M[SD]?T|GMT|BST|CET|(?:eastern|central|mountain|pacific|atlantic|local)(?: standard| daylight)? time)\b\)?(?: ?\([A-Z]{2,4}\))?",
    re.I,
)
_GLUE = re.compile(r"^[\s,;:.·|&/()\u2010-\u2015-]*$")


@dataclass(frozen=True, slots=True)
class _Marks:
    """What one line says about time: where the first and the last such word stand."""

    start: int
    end: int
    day: bool
    range: bool
    closed: bool
    always: bool

    @property
    def complete(self) -> bool:
        """The line alone states hours."""
        return self.always or (self.day and (self.range or self.closed))


def read(reading: Reading) -> list[Finding]:
    """Blocks of opening hours; the same block on several pages counts once."""
    found: dict[str, Finding] = {}
    for page in reading.pages:
        for one in (*_written(page), *_structured(page)):
            found.setdefault(_same(str(one.value)), one)
    return list(found.values())


def _same(value: str) -> str:
    return re.sub(r"\W+", "", fold_quote(value))


def _written(page: ReadPage) -> Iterator[Finding]:
    document = page.document
    if not (
        re.search(r"\d", document.text)
        and (_DAY.search(document.text) or _ALWAYS.search(document.text) or _RANGE.search(document.text))
    ):
        return
    others = lines_of_others(document)
    for block in _blocks(document):
        if block[0][0].index in others:
            continue
        value, quote = _value(block), _quote(block)
        if len(value) <= _MAX_VALUE and document.contains(quote):
            sure = 0.93 if any(m.day and (m.range or m.closed) for _, m in block) else 0.75
            yield finding(Field.HOURS, value, url=page.url, quote=quote, method="rules:hours", confidence=sure)


def _blocks(document: Document) -> Iterator[list[tuple[Line, _Marks]]]:
    """Lines about hours that follow each other, with the day names and times of table cells put together."""
    block: list[tuple[Line, _Marks]] = []
    for line in document.lines:
        marks = _marks(line.text) if len(line.text) <= _MAX_LINE else None
        if marks is None:
            if block and line.index - block[-1][0].index > 1:
                yield from _kept(block, document)
                block = []
            continue
        if block and line.index - block[-1][0].index > 2:
            yield from _kept(block, document)
            block = []
        block.append((line, marks))
    yield from _kept(block, document)


def _kept(block: list[tuple[Line, _Marks]], document: Document) -> Iterator[list[tuple[Line, _Marks]]]:
    while block and not (block[0][1].range or block[0][1].always or (block[0][1].day and len(block[0][0].text) <= 40)):
        block = block[1:]
    while block and not (block[-1][1].range or block[-1][1].always or block[-1][1].closed):
        block = block[:-1]
    if not block:
        return
    days, ranges = any(m.day for _, m in block), any(m.range or m.closed for _, m in block)
    first = block[0][0]
    before = " ".join(
        line.text for line in document.lines[max(0, first.index - 2) : first.index] if len(line.text) < 120
    )
    topic = _TOPIC.search(before) or any(_TOPIC.search(line.text) for line, _ in block)
    if any(m.always for _, m in block) or (days and ranges) or (ranges and topic):
        yield block


def _marks(text: str) -> _Marks | None:
    days = list(_DAY.finditer(text))
    always = _ALWAYS.search(text)
    ranges = [m for m in _RANGE.finditer(text) if _STRICT.search(m[0]) or days]
    if not (days or always or ranges):
        return None
    if _EVENT.search(text) and not always:
        return None
    closed = list(_CLOSED.finditer(text))
    long = len(text) > 60
    if (long and not (ranges or always)) or (not days and not ranges and always is None):
        return None
    days = [d for d in days if len(d[0]) > 3 or not long or any(abs(d.start() - r.start()) < 40 for r in ranges)]
    spans = [m.span() for m in (*days, *ranges, *(closed if days else ()), *([always] if always else ()))]
    if not spans:
        return None
    start, end = _nearest(sorted(spans))
    tail = _TAIL.match(text[end:])
    return _Marks(
        start=start,
        end=end + (tail.end() if tail else 0),
        day=bool(days),
        range=bool(ranges),
        closed=bool(closed),
        always=always is not None,
    )


def _nearest(spans: list[tuple[int, int]]) -> tuple[int, int]:
    """The run of words about time with most words, gaps of at most 60 characters."""
    runs: list[list[tuple[int, int]]] = [[spans[0]]]
    for span in spans[1:]:
        if span[0] - runs[-1][-1][1] <= 60:
            runs[-1].append(span)
        else:
            runs.append([span])
    best = max(runs, key=len)
    return best[0][0], max(end for _, end in best)


def _value(block: list[tuple[Line, _Marks]]) -> str:
    parts: list[str] = []
    pending = ""
    for line, marks in block:
        text = line.text[marks.start : marks.end] if len(line.text) > 80 else line.text
        if marks.day and not (marks.range or marks.closed):
            pending = f"{pending} {text}".strip()
            continue
        parts.append(f"{pending} {text}".strip() if pending else text)
        pending = ""
    value = "; ".join(parts)
    value = re.sub(r"\s*[\u2010-\u2015\u2212]\s*", "-", value)
    return fold(value).strip(" ;,")


def _quote(block: list[tuple[Line, _Marks]]) -> str:
    if len(block) == 1:
        line, marks = block[0]
        return line.text if len(line.text) <= 300 else line.text[marks.start : marks.end]
    first, last = block[0], block[-1]
    if all(b[0].index - a[0].index == 1 for a, b in zip(block, block[1:], strict=False)):
        return (
            " ".join(line.text for line, _ in block)[:500].rsplit(" ", 1)[0]
            if len(block) > 12
            else " ".join(line.text for line, _ in block)
        )
    return first[0].text if len(first[0].text) > len(last[0].text) else last[0].text


_SHORT = {
    "monday": "Mo",
    "tuesday": "Tu",
    "wednesday": "We",
    "thursday": "Th",
    "friday": "Fr",
    "saturday": "Sa",
    "sunday": "Su",
}


def _structured(page: ReadPage) -> Iterator[Finding]:
    document = page.document
    for item in (*document.jsonld, *document.microdata):
        plain = [text for text in _strings(item.get("openingHours")) if text.strip()]
        if plain:
            quote = plain[0]
            yield finding(
                Field.HOURS, fold("; ".join(plain)), url=page.url, quote=quote, method="jsonld", confidence=0.93
            )
        specified = item.get("openingHoursSpecification")
        rows = [
            _row(one) for one in (specified if isinstance(specified, list) else [specified]) if isinstance(one, dict)
        ]
        rows = [row for row in rows if row]
        if rows:
            quote = _source(document)
            if quote:
                yield finding(Field.HOURS, "; ".join(rows), url=page.url, quote=quote, method="jsonld", confidence=0.93)


def _row(one: dict[str, Any]) -> str:
    days = [str(day).rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1] for day in _strings(one.get("dayOfWeek"))]
    names = [_SHORT.get(day.lower(), day[:2]) for day in days]
    order = list(_SHORT.values())
    shown = ",".join(names)
    if len(names) > 2 and all(n in order for n in names):
        places = [order.index(n) for n in names]
        if places == list(range(places[0], places[0] + len(places))):
            shown = f"{names[0]}-{names[-1]}"
    opens, closes = (str(one.get(key) or "")[:5] for key in ("opens", "closes"))
    return f"{shown} {opens}-{closes}".strip() if opens and closes else ""


def _source(document: Document) -> str | None:
    for node in document.tree.css("script[type]"):
        text = node.text()
        at = text.find('"openingHoursSpecification"')
        if at >= 0:
            return text[at : at + 200]
    return None


def _strings(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


EXTRACTOR = Extractor(name="hours", fields=frozenset({Field.HOURS}), cost=0.3, read=read)
