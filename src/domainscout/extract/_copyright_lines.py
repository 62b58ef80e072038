"""Names in copyright lines, before or after the sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domainscout.extract._name_cleaning import Candidate, made
from domainscout.extract.base import ReadPage
from domainscout.markup import Line, fold
from domainscout.memory import remembered

_YEARS = r"(?:\s*(?:19|20)\d\d\s*(?:[-–—/,&+]|to|bis)?\s*(?:present|heute|now|(?:19|20)?\d\d)?[\s,.|:-]*)"


COPYRIGHT_MARK = re.compile(r"©|\(c\)|copyright", re.I)


_COPYRIGHT = re.compile(
    rf"(?:©|\(c\)|\bcopyright\b|℗)(?:\s|©|\(c\)|copyright|by|notice|:|,|-|&copy;)*{_YEARS}*(?:by\s+)?(?P<name>[^|"
    rf"•·\n]{{2,110}})",
    re.I,
)


_COPYRIGHT_AFTER = re.compile(
    rf"(?:^|[.|•·]\s*)(?P<name>[^|•·©.]{{2,60}}?(?:\b(?:Inc|Ltd|Co|Corp)\.)?)[\s,|-]*(?:©|\(c\)|"
    rf"\bcopyright\b)\s*{_YEARS}(?=$|[.|•·,]|\s+all\b)",
    re.I,
)


_COPYRIGHT_END = re.compile(
    r"(?<!\bInc)(?<!\bLtd)(?<!\bCo)(?<!\bCorp)(?<!\b[A-Z])(?<!\b[A-Z]\.[A-Z])(?<!\bDr)(?<!\bSt)(?<!\bM)(?<!\bMr)\.(?:\s|$)|"
    r",?\s*(?:[-–|]\s*)?(?:\ball rights|\btous droits|\btodos (?:los|os) d|\balle rechte|\btutti i diritti|"
    r"\bvšechna práva|\bwszelkie prawa|\balle rettigheder|\bprávo|\breserved|\bdesigned|\bwebsite|\bweb design|"
    r"\bsite by|\bdesign by|\bbuilt (?:by|with)|\bmade (?:by|with|in)|"
    r"\bregistered|\bcompany (?:no|reg|number)|\bprivacy|\bterms|\bimpressum|\bdatenschutz|\bis a (?:trading|"
    r"registered|division|subsidiary|trademark)|\bp\.?\s?iva\b|\bsiret\b|"
    r"\btel\b|\bphone|\bserving\b|\bsite ?map|\bpowered|\bare (?:registered )?trademarks|\band (?:its|or its)\b|"
    r"\bcontact\b|\bunless\b|\bno part\b|\bmentions\b|\bcookie)|\s[-–—|]\s|(?:19|20)\d\d|[!?;]",
    re.I,
)


def copyright_names(line: Line, read: ReadPage) -> Iterator[Candidate]:
    """Names in a copyright line, before or after the sign."""
    for name in _copyright_holders(line.text):
        yield from made(name, "copyright", read, name)


@remembered(maxsize=1024)
def _copyright_holders(text: str) -> tuple[str, ...]:
    before = (fold(_COPYRIGHT_END.split(match["name"].strip(), maxsplit=1)[0]) for match in _COPYRIGHT.finditer(text))
    return (*before, *(fold(match["name"]) for match in _COPYRIGHT_AFTER.finditer(text)))
