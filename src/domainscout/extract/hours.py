"""Opening hours in a page's words: tables, lists, sentences. Owns which lines make a block, and its value and quote.

The value is the text with signs and spaces made even ("Mon-Fri 9:00-17:00; Sat closed"); the quote keeps the raw words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from domainscout.extract._hours_data import structured_hours
from domainscout.extract._hours_marks import Marks, marks_of, says_time
from domainscout.extract._hours_words import DAY, GLUED_DAY, MAYBE_GLUED, TOPIC
from domainscout.extract._lines import digit_lines
from domainscout.extract._others import lines_of_others
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.markup import Document, Line, fold, fold_quote
from domainscout.memory import remembered
from domainscout.records import Field, Finding

_MAX_VALUE = 400
"""Characters of one block of hours; what is longer is an article, not a table of hours."""


_MAX_LINES = 600
"""Lines of one page that are read for hours."""


_MAX_LINE = 2_500
"""Longer lines are whole pages without markup; hours in them cannot be told from prose."""


_Block = list[tuple[Line, Marks]]
_MAX_NAME = 60
"""Characters of a heading that names a branch."""
_GLUE = re.compile(r"^[\s,;:.·|&/()\u2010-\u2015-]*$")


def read(reading: Reading) -> list[Finding]:
    """Blocks of opening hours; what several pages say counts once, and the words of the site before structured data."""
    found: dict[str, Finding] = {}
    others = lines_of_others(reading)
    timed = _timed(reading)
    told: dict[str, str] = {}
    written = (
        one for page in reading.pages for one in _written(page, timed[page.document], others[page.document], told)
    )
    structured = (one for page in reading.pages for one in structured_hours(page))
    for one in (*written, *structured):
        found.setdefault(_same(str(one.value)), one)
    named = {_same(bare) for value, bare in told.items() if bare != value}
    return [one for key, one in found.items() if key not in named]


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


def _timed(reading: Reading) -> dict[Document, list[Line]]:
    """By page, the lines that could hold a time of day."""
    by_page = digit_lines(reading)
    distinct = {line.text for lines in by_page.values() for line in lines if len(line.text) <= _MAX_LINE}
    timed = {text for text in distinct if says_time(text)}
    return {page: [line for line in lines if line.text in timed] for page, lines in by_page.items()}


def _written(page: ReadPage, timed: list[Line], others: frozenset[int], told: dict[str, str]) -> Iterator[Finding]:
    """Blocks of hours in the text of a page, with the names of branches where several have hours of their own.

    Args:
        told: the values of the pages before, which are not told again, without names; what is new is put in.
    """
    document = page.document
    blocks = [block for block in (_blocks(document, timed) if timed else ()) if block[0][0].index not in others]
    names = _branches(document, blocks)
    for block, name in zip(blocks, names, strict=True):
        bare, quote = _value(block), _quote(block)
        value = f"{name}: {bare}" if name else bare
        if name and document.contains(f"{name} {quote}"):
            quote = f"{name} {quote}"
        if 4 <= len(value) <= _MAX_VALUE and value not in told and document.contains(quote):
            told[value] = bare
            sure = _sure([marks for _, marks in block])
            yield finding(Field.HOURS, value, url=page.url, quote=quote, method="rules:hours", confidence=sure)


def _branches(document: Document, blocks: list[_Block]) -> list[str]:
    """The headings right above blocks, where they tell several from each other: branches, a shop and its café."""
    names = [_heading(document, block) for block in blocks]
    return names if len(set(names) - {""}) > 1 else [""] * len(names)


def _heading(document: Document, block: _Block) -> str:
    """The heading right above hours of several days, unless it says no more than that hours follow."""
    if not block[0][0].index or sum(len(DAY.findall(line.text.lower())) for line, _ in block) < 2:
        return ""
    above = document.lines[block[0][0].index - 1]
    named = above.level and len(above.text) <= _MAX_NAME and not TOPIC.search(above.text)
    return above.text.rstrip(" :") if named else ""


def _sure(block: list[Marks]) -> float:
    if any(m.range for m in block):
        return 0.93 if any(m.day for m in block) else 0.8
    return 0.7


def _blocks(document: Document, timed: list[Line]) -> Iterator[_Block]:
    """Lines about hours that follow each other, with the day names and times of table cells put together."""
    block: _Block = []
    for line in _near(document, timed):
        above = block[-1] if block and line.index - block[-1][0].index == 1 else None
        marks = marks_of(line.text, alone=above is not None and _only_days(*above))
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


def _near(document: Document, timed: list[Line]) -> Iterator[Line]:
    """Lines that could hold a time of day, and the three on either side of each: day names, "closed"."""
    lines = document.lines
    last = -1
    budget = _MAX_LINES
    for line in timed:
        if not budget:
            return
        for near in range(max(last + 1, line.index - 3), min(len(lines), line.index + 4)):
            if budget and len(lines[near].text) <= _MAX_LINE:
                budget -= 1
                yield lines[near]
            last = near


def _kept(block: _Block, document: Document) -> Iterator[_Block]:
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
    topic = TOPIC.search(before) or any(TOPIC.search(line.text) for line, _ in block)
    if any(m.always for _, m in block) or (days and ranges) or (ranges and topic):
        yield block


def _only_days(line: Line, marks: Marks) -> bool:
    """Whether a line is nothing but days, so that bare figures below it are times: "Mon, Wed, Fri", then "9 to 5"."""
    return marks.day and not (marks.range or marks.closed) and len(line.text) <= marks.end - marks.start + 2


def _value(block: _Block) -> str:
    parts: list[str] = []
    pending = ""
    for line, marks in block:
        text = _clipped(line.text, marks)
        if marks.day and not (marks.range or marks.closed or marks.always):
            pending = f"{pending} {text}".strip()
            continue
        parts.append(f"{pending} {text}".strip() if pending else text)
        pending = ""
    return _even("; ".join(parts))


@remembered(maxsize=256)
def _even(value: str) -> str:
    """The words of a block with signs and spaces made even; headers and footers have the same on every page."""
    value = GLUED_DAY.sub(r"\1 ", value) if MAYBE_GLUED.search(value) else value
    value = re.sub(r"\s*[\u2010-\u2015\u2212]\s*", "-", value)
    return fold(value).strip(" ;,")


def _clipped(text: str, marks: Marks) -> str:
    """The words about time; a short label before them stays ("Food served:"), a telephone number does not."""
    if len(text) > 80 or (not marks.day and not marks.range):
        return text[marks.start : marks.end]
    return text[marks.start :] if re.search(r"\d", text[: marks.start]) else text


def _quote(block: _Block) -> str:
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


EXTRACTOR = Extractor(name="hours", fields=frozenset({Field.HOURS}), cost=0.3, read=read)
