"""Opening hours in seven languages and more: tables, lists, sentences, structured data. Owns words for days and times.

The value is the text with signs and spaces made even ("Mon-Fri 9:00-17:00; Sat closed"); the quote keeps the raw words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from domainscout.extract._lines import index_of
from domainscout.extract._literals import grouped
from domainscout.extract._others import lines_of_others
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.markup import Document, Line, fold, fold_quote
from domainscout.records import Field, Finding

_MAX_VALUE = 400
"""Characters of one block of hours; what is longer is an article, not a table of hours."""

_MAX_LINES = 600
"""Lines of one page that are read for hours."""

_MAX_LINE = 2_500
"""Longer lines are whole pages without markup; hours in them cannot be told from prose."""

_DAY_WORDS = (
    r"mon(?:day)?s?|tue(?:s(?:day)?s?)?|wed(?:s|nesday)?s?|thu(?:r(?:s(?:day)?s?)?)?|fri(?:day)?s?|"
    r"sat(?:urday)?s?|sun(?:day)?s?|"
    r"weekdays|weekends?|daily|every ?day|bank holidays|(?:7|seven) days(?: a week|/week)?|"
    r"montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonnabends?|sonntags?|mo|di|mi|do|fr|sa|"
    r"so|werktags|täglich|feiertags?|"
    r"lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|lun|mar|mer|jeu|ven|sam|dim|"
    r"tous les jours|7j/7|"
    r"lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bados?|domingos?|mi[ée]|jue|vie|s[áa]b|dom|"
    r"todos los d[íi]as|festivos|laborables|"
    r"luned[ìi]|marted[ìi]|mercoled[ìi]|gioved[ìi]|venerd[ìi]|sabato|domenica|gio|festivi|tutti i giorni|"
    r"maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|wo|vr|za|zo|dagelijks|"
    r"segunda(?:-feira)?|ter[çc]a(?:-feira)?|quarta(?:-feira)?|quinta(?:-feira)?|sexta(?:-feira)?|seg|ter|qua|"
    r"qui|sex|todos os dias|"
    r"pond[ěe]l[íi]|[úu]ter[ýy]|st[řr]eda|[čc]tvrtek|p[áa]tek|sobota|ned[ěe]le|po(?! ?box)|[úu]t|[čc]t|p[áa]|"
    r"st(?!\.|, ?[a-z]{3}| (?!zav)[a-z]{3})|"
    r"poniedzia[łl]ek|wtorek|[śs]roda|czwartek|pi[ąa]tek|niedziela|pon|wt|[śs]r|czw|pt|sob|ndz|"
    r"mandag|tirsdag|onsdag|torsdag|fredag|l[øo]rdag|s[øo]ndag|man|tir|ons|tor|fre|l[øo]r|s[øo]n|"
    r"m ?[-\u2013] ?(?:f|th|sa|su|w)|tu|we|th|su|[2-6]ª(?:[ -]feiras?)?"
)
_SHUT = (
    r"closed|geschlossen|ruhetag|ferm[ée]|cerrado|chius[oi]|gesloten|fechad[oa]|zav[řr]eno|zamkni[ęe]te|"
    r"nieczynne|lukket"
)
# The patterns for marks are in lower case, for lines in lower case: so the search compares letters as they are.
_DAY = re.compile(rf"(?<![\w@./-])(?:{grouped(_DAY_WORDS)})(?=\d|{_SHUT}|[^\w@/]|$)")
_CLOCK = (
    r"(?:0\d[0-5]\d(?= ?(?:h\b|hrs|hours|-|\u2013|to\b))|(?<=[-\u2013] )[12]\d[0-5]\d|(?<=to )[12]\d[0-5]\d|"
    r"(?:[01]?\d|2[0-4])(?:[:.h][0-5]\d(?:[:.]00)?)?\s{0,2}(?:[ap]\.?\s?m\b\.?|uhr\b|h\b|hrs?\b|hod\b)?|"
    r"noon|midnight|midday|mittags)"
)
_TO = (
    r"\s{0,2}(?:[-\u2010-\u2015\u2212~>→]{1,3}|to|til|till|until|thru|through|and|bis|à|a|al|alle|ore|au|as|às|"
    r"até|hasta|tot|do|til|und|y|e)\s{0,2}(?:the |las |les |ore |alle )?"
)
_RANGE = re.compile(
    rf"(?<![\d:.,/$£€#+-])(?:from |von |de |dalle |van |das |od |fra |between |h )?{_CLOCK}\s{{0,2}}(?:e[sd]?t|"
    rf"p[sd]?t|c[sd]?t|gmt|bst)?{_TO}{_CLOCK}(?![\w%/€£$]|-\d|[.,:]\d)",
)
_AROUND = 120
"""Characters around a time in a long line that are read together."""
_TIME = re.compile(
    r"[\dh](?:(?<=\d)(?:[:.h][0-5]\d| ?[ap]\.? ?m\b| ?(?:uhr|h|hod|hours|hrs|heures|horas|ore|uur)\b"
    r"|(?<!\d\d)\d?\s?(?:[-\u2010-\u2015]|to|till?|bis|à|a|alle|tot|as|às|do)\s?\d{1,2}(?![\d-]))|(?<=2)4 ?/ ?7"
    r"|(?<=h)(?<!\wh)24|(?<=0)(?<!\w0)\d[0-5]\d ?(?:[-\u2010-\u2015]|to|hrs|hours))"
)
"""Cheap test for a line that could say a time."""
_AFTER_SHORT = re.compile(rf"\s?[-\u2010-\u2015:.,+&/]|\s?\d|\s[aàe]\s\dª|\s?(?:{_SHUT})")
"""What follows a day of two letters; "we" and "so" are words."""
_GLUED_DAY = re.compile(rf"\b({_DAY_WORDS})(?=\d|{_SHUT})", re.I)
_STRICT = re.compile(r"\d[:.h]\d\d|[ap]\.?\s?m\b|uhr\b|\d\s?h\b|noon|\bhod\b")
_CLOSED = re.compile(
    rf"(?:{_SHUT}|"
    r"open all day|by appointment(?: only)?|nach (?:vereinbarung|absprache)|sur rendez-vous|con cita|"
    r"su appuntamento|op afspraak|emergency only)\b"
)
_ALWAYS = re.compile(
    r"\b24 ?/ ?7(?:/365)?\b|\b24[ -]?(?:hours?|hrs?|h) (?:a|per) day\b,?(?: ?(?:and )?(?:7|"
    r"seven) ?days(?: a week| per week)?)?"
    r"|\b24[ -]?(?:hours?|hrs?|h)\b,? ?(?:and )?(?:7|seven) ?days(?: a week| per week)?"
    r"|\b24[ -]?(?:hours?|hrs?|h) (?:[a-z]+ ){0,2}(?:service|response|line|hotline|support|call-?out|help ?line)\b"
    r"|\bh ?24\b(?:,? ?7 giorni su 7)?|\b24 ?(?:heures|h) ?(?:/|sur) ?24\b(?:.{0,3}7 ?j(?:ours)? ?(?:/|"
    r"sur) ?7)?|\b24 ore su 24\b(?:,? ?7 giorni su 7)?"
    r"|\b24 horas(?: al d[íi]a| por dia)|rund um die uhr|24 uur per dag"
)
_TOPIC = re.compile(
    r"\b(?:hours|opening times|business hours|open(?:ing)?|[öo]ffnungszeiten|sprechzeiten|gesch[äa]ftszeiten|"
    r"b[üu]rozeiten|servicezeiten|horaires?|ouvert(?:ure)?|"
    r"horario|abierto|atenci[óo]n|orari[oi]?|apert[oa]|apertura|openingstijden|geopend|hor[áa]rio|aberto|"
    r"atendimento|otev[íi]rac[íi]|otev[řr]eno|"
    r"godziny|otwarte|[åa]bningstider|[åa]ben|call|phone|available|chat|telephone|lines|service|support|"
    r"morning|evening|erreichbar)\b",
    re.I,
)
_EVENT = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|januar|m[äa]rz|mai|"
    r"juni|juli|oktober|dezember|janvier|f[ée]vrier|avril|juin|juillet|ao[ûu]t)\.? \d{1,2}(?:st|nd|rd|"
    r"th)?\b(?! ?[ap]m)|\b\d{1,2}(?:st|nd|rd|th)? (?:january|february|april|june|july|august|"
    r"september|october|november|december)\b|\b(?:19|20)\d\d\b"
)
_TAIL = re.compile(
    r"[ ,]{0,2}\(?(?:e[sd]?t|p[sd]?t|c[sd]?t|m[sd]?t|gmt|bst|cet|(?:eastern|central|mountain|pacific|atlantic|"
    r"local)(?: standard| daylight)? time)\b\)?(?: ?\([a-z]{2,4}\))?"
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
    """Blocks of opening hours; what several pages say counts once, and the words of the site before structured data."""
    found: dict[str, Finding] = {}
    others = lines_of_others(reading)
    written = (one for page in reading.pages for one in _written(page, others[page.document]))
    structured = (one for page in reading.pages for one in _structured(page))
    for one in (*written, *structured):
        found.setdefault(_same(str(one.value)), one)
    return list(found.values())


_ENGLISH_DAY = re.compile(
    r"\b(mo(?=n(?:day)?s?\b|\b)|tu(?=es?(?:day)?s?\b|\b)|we(?=d(?:nesday)?s?\b|\b)|th(?=u(?:rs?)?(?:day)?s?\b|\b)|"
    r"fr(?=i(?:day)?s?\b|\b)|sa(?=t(?:urday)?s?\b|\b)|su(?=n(?:day)?s?\b|\b))[a-z]*"
)
_ANY_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d\d))?(?: ?([ap])\.?m\b\.?|(?<=[:.]\d\d))")
_JOIN = re.compile(r"\W+|\b(?:to|till|until|and)\b")


def _same(value: str) -> str:
    """A key that "Mo-Fr 08:00-17:30" and "Monday to Friday 8am - 5.30pm" share."""
    days = _ENGLISH_DAY.sub(r"\1", fold_quote(value))
    return _JOIN.sub("", _ANY_CLOCK.sub(_minutes, days))


def _minutes(clock: re.Match[str]) -> str:
    hour, minute, half = int(clock[1]), clock[2] or "00", clock[3]
    if half:
        hour = hour % 12 + 12 * (half == "p")
    return f" {hour}h{minute} "


def _written(page: ReadPage, others: frozenset[int]) -> Iterator[Finding]:
    document = page.document
    for block in _blocks(document):
        if block[0][0].index in others:
            continue
        value, quote = _value(block), _quote(block)
        if 4 <= len(value) <= _MAX_VALUE and document.contains(quote):
            sure = _sure([marks for _, marks in block])
            yield finding(Field.HOURS, value, url=page.url, quote=quote, method="rules:hours", confidence=sure)


def _sure(block: list[_Marks]) -> float:
    if any(m.range for m in block):
        return 0.93 if any(m.day for m in block) else 0.8
    return 0.7


def _blocks(document: Document) -> Iterator[list[tuple[Line, _Marks]]]:
    """Lines about hours that follow each other, with the day names and times of table cells put together."""
    block: list[tuple[Line, _Marks]] = []
    for line in _near_times(document):
        above = block[-1] if block and line.index - block[-1][0].index == 1 else None
        marks = _marks_of(line.text, alone=above is not None and _only_days(*above))
        if marks is None or (line.level and not (marks.range or marks.always)):
            continue
        if block and (
            line.index - block[-1][0].index > 2
            or any(b.level for b in document.lines[block[-1][0].index + 1 : line.index])
        ):
            yield from _kept(block, document)
            block = []
        block.append((line, marks))
    yield from _kept(block, document)


def _near_times(document: Document) -> Iterator[Line]:
    """Lines that could hold a time of day, and the three on either side of each: day names, "closed"."""
    lines = document.lines
    last = -1
    budget = _MAX_LINES
    for line in index_of(document).digits:
        if not budget:
            return
        if len(line.text) <= _MAX_LINE and _says_time(line.text):
            for near in range(max(last + 1, line.index - 3), min(len(lines), line.index + 4)):
                if budget and len(lines[near].text) <= _MAX_LINE:
                    budget -= 1
                    yield lines[near]
                last = near


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


def _only_days(line: Line, marks: _Marks) -> bool:
    """Whether a line is nothing but days, so that bare figures below it are times: "Mon, Wed, Fri", then "9 to 5"."""
    return marks.day and not (marks.range or marks.closed) and len(line.text) <= marks.end - marks.start + 2


@lru_cache(maxsize=1024)
def _says_time(text: str) -> bool:
    return _TIME.search(_lowered(text)) is not None


@lru_cache(maxsize=1024)
def _marks_of(text: str, *, alone: bool) -> _Marks | None:
    """What a line says about time; headers and footers say it on every page."""
    return _marks(_lowered(text), alone=alone)


def _lowered(text: str) -> str:
    """The text in lower case, every letter in its place."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _marks(text: str, *, alone: bool = False) -> _Marks | None:
    """What a line in lower case says about time; `alone`: bare figures count, days stand above."""
    timed = _TIME.search(text)
    if timed is None and len(text) > 60:
        return None
    if timed is not None and len(text) > 3 * _AROUND:
        return _marks_around(text, timed.start())
    always = _ALWAYS.search(text) if timed else None
    days = [d for d in _DAY.finditer(text) if len(d[0]) > 2 or _AFTER_SHORT.match(text, d.end())]
    if always:
        days = [d for d in days if not always.start() <= d.start() < always.end()]
    ranges = [m for m in _RANGE.finditer(text) if alone or _STRICT.search(m[0]) or _beside(m, days)] if timed else []
    closed = list(_CLOSED.finditer(text))
    long = len(text) > 60
    if not (ranges or always) and (long or not (days or closed) or (closed and not days and len(text) > 40)):
        return None
    if not always and _EVENT.search(text):
        return None
    days = [d for d in days if not long or len(d[0]) > 3 or _beside(d, ranges)]
    spans = [m.span() for m in (*days, *ranges, *closed, *([always] if always else ()))]
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


def _marks_around(text: str, place: int) -> _Marks | None:
    """A long line is read only around its times; the first passage that states hours counts."""
    while True:
        start = max(0, place - _AROUND)
        end = min(len(text), place + 2 * _AROUND)
        start = text.find(" ", start, place) + 1 if start else 0
        marks = _marks(text[start:end][: 3 * _AROUND])
        if marks is not None and (marks.range or marks.always):
            return replace(marks, start=marks.start + start, end=marks.end + start)
        following = _TIME.search(text, place + _AROUND)
        if following is None:
            return None
        place = following.start()


def _beside(one: re.Match[str], others: list[re.Match[str]]) -> bool:
    """Whether another match stands within a few words: bare figures are times only next to a day."""
    return any(-25 <= other.start() - one.end() <= 25 or -25 <= one.start() - other.end() <= 25 for other in others)


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
        text = _clipped(line.text, marks)
        if marks.day and not (marks.range or marks.closed or marks.always):
            pending = f"{pending} {text}".strip()
            continue
        parts.append(f"{pending} {text}".strip() if pending else text)
        pending = ""
    value = _GLUED_DAY.sub(r"\1 ", "; ".join(parts))
    value = re.sub(r"\s*[\u2010-\u2015\u2212]\s*", "-", value)
    return fold(value).strip(" ;,")


def _clipped(text: str, marks: _Marks) -> str:
    """The words about time; a short label before them stays ("Food served:"), a telephone number does not."""
    if len(text) > 80 or (not marks.day and not marks.range):
        return text[marks.start : marks.end]
    return text[marks.start :] if re.search(r"\d", text[: marks.start]) else text


def _quote(block: list[tuple[Line, _Marks]]) -> str:
    if len(block) == 1:
        line, marks = block[0]
        return line.text if len(line.text) <= 300 else line.text[marks.start : marks.end]
    runs: list[list[Line]] = [[block[0][0]]]
    for line, _ in block[1:]:
        if line.index - runs[-1][-1].index == 1 and sum(len(one.text) for one in runs[-1]) < 400:
            runs[-1].append(line)
        else:
            runs.append([line])
    return " ".join(line.text for line in max(runs, key=len))[:1000]


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
    for item in document.jsonld:
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
            source = _source(document)
            if source:
                yield finding(
                    Field.HOURS, "; ".join(rows), url=page.url, quote=source, method="jsonld", confidence=0.93
                )


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
    return f"{shown} {opens}-{closes}".strip() if opens[:1].isdigit() and closes[:1].isdigit() else ""


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
