"""Reads certifications, accreditations, memberships and licences that a company says it holds.

Owns the difference between holding ("ISO 9001:2015 certified", "member of …") and other talk of a standard ("GDPR
compliant", "SOC 2 ready", "we help you to achieve ISO 27001"). The names lie in `data/certifications.txt`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from domainscout.extract._people_words import ordinary_words, plain
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.markup import Line
from domainscout.records import Field, Finding, PageKind

METHOD = "rules:certifications"
MAX_LINE = 1_500
MAX_QUOTE = 200

_ISO = re.compile(
    r"\b(?:(?:BS|DIN|UNI|UNE|NF|ČSN|PN|DS|SS|NEN)[\s-]+)?(?:EN[\s-]+)?(?:ISO(?:\s?/\s?IEC)?|IEC)[\s-]*(?:EN[\s-]+)?\d{4,5}(?:-\d)?(?:\s?:\s?(?:19|20)\d\d)?"
)
_HOLDING = re.compile(
    r"accredit|certifi|registered|register\b|regulated|licen[cs]ed|approved|authori[sz]ed|member|qualified|recogni[sz]ed|awarded|holds?\b|hold\b|partner\b|standard|scheme|"
    r"zertifi|mitglied|zugelassen|anerkannt|geprüft|innung|akkredit|certifié|agréé|agrément|membre|habilit|certificad|acreditad|colegiad|miembro|autorizad|certificat|accreditat|"
    r"iscritt|membro|associad|gecertificeerd|erkend|aangesloten|\blid\b|certyfik|członek|akredyt|certifikov|člen|autorizovan|certificeret|medlem|autoriseret|auktoriserad|godkendt",
    re.I,
)
_CLAIM_AFTER = re.compile(
    r"^[\s'’s-]*(?:\w+\s+){0,2}(?:complian\w+|compliant|ready\b|readiness|aligned|align\w*|requirements?|guidelines?|audits?\b|consult\w*|assessments?|training|course\w*|support\b|"
    r"preparation|implementation|konform|conform\w*|conforme|advice|rules?\b|regulations?|framework)",
    re.I,
)
_CLAIM_BEFORE = re.compile(
    r"(?:help\w*|achiev\w*|prepar\w*|toward\w*|compl(?:y|ies|iance)\b(?: with)?|aligned?\b|in line with|according to|accordance with|\bready for|such as|including|like|"
    r"meets?|following|need\w*|require\w*|obtain\w*|get|gemäß|nach|selon|según|secondo|dle|podle|zgodn\w+ z|your|their|is not|not yet|no|never|for|against|complaints? to|complain to|contact the)\s+(?:\w+\s+){0,2}$",
    re.I,
)
_SECTION = re.compile(
    r"accreditation|certificat|membership|credential|qualification|licen[cs]ure|affiliation|association|zertifi|mitgliedschaft|auszeichnung|agrément|habilitation|certificacion|"
    r"acreditacion|certificazion|certificaç|certificering|keurmerk|certyfikat|členstv|certifikát|certifikater|^trust$|approved by|regulated by|member of|accredited by",
    re.I,
)
_MARK = (
    r"(?:Accredited|Certified|Approved|Authori[sz]ed|Registered)(?:\s+(?:Installer|Contractor|Partner|Dealer|Practitioner|Specialist|Applicator|Supplier|"
    r"Garage|Reseller|Consultant|Member|Business|Advisor|Engineer|Agent|Fitter|Trader)s?)?"
)
_BRANDED = re.compile(
    rf"\b((?:[A-Z][\w+&'-]*\s){{0,2}}(?:[A-Z][\w+&'-]+|&\s[A-Z]\w+))[\s-]({_MARK}|accredited|certified|approved|registered)\b"
)
_MEMBER = re.compile(
    r"\b(?:[Mm]ember(?:s|ship)?\s+(?:of|with)|[Aa]ccredited by|[Rr]egulated by|[Mm]itglied (?:der|des|im|in der)|[Mm]embre d[eu]|[Mm]iembros? de(?:l| la)?|[Ll]id van)\s+(?:the\s+)?"
    r"((?:[A-Z][\w&'-]+|of|and|for|&|the|in|de|der|für)(?:\s+(?:[A-Z][\w&'-]+|of|and|for|&|the|in|de|der|für)){1,8})"
)
_BODY = re.compile(
    r"Association|Society|Institute|Institution|Federation|Guild|Council|Chamber|Academy|College|Board|Authority|Bureau|Union|Register|Verband|Kammer|Innung|Ordre|Colegio",
    re.I,
)
_SPECIALIST = re.compile(
    r"\bAccredited Specialist in [A-Z][\w&' ]{3,40}?(?=[.,;(–—-]|\sLaw\b|\swho\b|\sholds?\b|\sholding\b|$)|\b[A-Z]{3,6} (?:Advanced )?Certificates? in [A-Z][\w &'-]{3,40}?(?=[.,;(–—]|\s-\s|\sand\b|$)"
)
_HYGIENE = re.compile(
    r"\b(?:(?:five|5)[\s-]?stars?\s+(?:food\s+)?hygiene(?:\s+rating)?|(?:food\s+)?hygiene rating(?:\s+(?:of|:|score))*\s+(?:5|five)\b|(?:5|five)[\s-]?star\s+(?:rating for )?food hygiene)",
    re.I,
)
_LICENCE = re.compile(
    r"\b(?:Autorizaci[oó]n Sanitaria|Registro Sanitario|Autorizzazione Sanitaria|Direzione Sanitaria|Carte professionnelle|ATOL|Gas Safe(?: Reg\w*)?|RBQ|CVR-autorisation)\s*(?:n[ºo°.]*|no\.?|number)?\s*:?\s*[A-Z]{0,4}[\d][\w/.-]{3,15}"
)


def read(reading: Reading) -> list[Finding]:
    """Find what the company says it holds."""
    found: dict[str, Finding] = {}
    judged: dict[str, list[tuple[str, str, float]]] = {}
    for page in reading.pages:
        if page.kind is PageKind.LEGAL and page is not reading.pages[0]:
            continue
        for name, quote, sure in _page(page, judged):
            key = _key(name)
            if key not in found or found[key].confidence < sure:
                found[key] = finding(
                    Field.CERTIFICATIONS, name, url=page.url, quote=quote, method=METHOD, confidence=sure
                )
    return list(_without_parts(found).values())


def _page(page: ReadPage, judged: dict[str, list[tuple[str, str, float]]]) -> list[tuple[str, str, float]]:
    found: list[tuple[str, str, float]] = []
    section = 0
    base = bool(_SECTION.search(plain(page.url.rsplit("/", 1)[-1])))
    for line in page.document.lines:
        text = line.text
        if line.level or len(text) < 40:
            if len(text) < 70 and _SECTION.search(text):
                section = line.level or 7
            elif line.level and line.level <= section:
                section = 0
        listed = bool(section) or base
        key = f"{listed:d}{text}"
        if key not in judged:
            judged[key] = _line(line, listed=listed)
        found += judged[key]
    for image in page.document.images:
        if 3 < len(image.alt) < 120:
            found += [(name, image.alt, sure) for name, _, sure in _named(image.alt, listed=True) if sure >= 0.6]
    return found


def _line(line: Line, *, listed: bool) -> list[tuple[str, str, float]]:
    text = line.text[:MAX_LINE]
    found = []
    if _candidates(text):
        found += _named(text, listed=listed)
    if "ISO" in text or "IEC" in text:
        found += _standards(text)
    low = text.lower()
    if "ygiene" in low and (match := _HYGIENE.search(text)):
        found.append((match[0], _around(text, match), 0.85))
    if any(mark in low for mark in _MARKS):
        found += _branded(text)
    if any(char.isdigit() for char in text[-60:]) and (match := _LICENCE.search(text)):
        found.append((match[0].strip(), match[0].strip(), 0.8))
    return found


_MARKS = (
    "accredited",
    "certified",
    "approved",
    "registered",
    "authorised",
    "authorized",
    "member",
    "mitglied",
    "membre",
    "miembro",
    "regulated by",
    "lid van",
    "certificate",
)


def _standards(text: str) -> list[tuple[str, str, float]]:
    found = []
    for match in _ISO.finditer(text):
        if not _claimed(text, match.start(), match.end()):
            sure = 0.9 if _HOLDING.search(text) or len(text) < 60 else 0.6
            found.append((re.sub(r"\s?:\s?", ":", match[0]), _around(text, match), sure))
    return found


def _named(text: str, *, listed: bool) -> list[tuple[str, str, float]]:
    found = []
    taken: list[tuple[int, int]] = []
    for match in _pattern().finditer(text):
        if any(a <= match.start() < b for a, b in taken):
            continue
        shown, weak = _names()[match[0] if match[0] in _names() else match[0].lower()]
        if _claimed(text, match.start(), match.end()):
            continue
        near = text[max(0, match.start() - 60) : match.end() + 60]
        held = bool(_HOLDING.search(near))
        if weak and not held and not (listed and len(text) < 90):
            continue
        taken.append(match.span())
        sure = 0.9 if held and not weak else 0.75 if held or listed else 0.65
        found.append((shown, _around(text, match), sure))
    return found


def _branded(text: str) -> list[tuple[str, str, float]]:
    found = []
    for match in _BRANDED.finditer(text):
        brand = [word for word in match[1].split() if plain(word) not in _NOT_BRANDS]
        if not brand or match[1].split()[-1] not in brand or all(plain(w) in ordinary_words() for w in brand):
            continue
        if _claimed(text, match.start(), match.end()):
            continue
        name = f"{' '.join(brand)} {match[2]}"
        found.append((name, _around(text, match), 0.7))
    for match in _SPECIALIST.finditer(text):
        found.append((match[0].strip(), _around(text, match), 0.8))
    for match in _MEMBER.finditer(text):
        name = re.sub(r"(?:\s+(?:of|and|for|&|the|in|de|der|für))+$", "", match[1])
        if _BODY.search(name) and " " in name:
            found.append((name, _around(text, match), 0.7))
    return found


_NOT_BRANDS = frozenset(
    "our your the fully we are is all a an and & gas safe government locally nationally state board police factory manufacturer trade not company vat firm newly non pre".split()
)


def _claimed(text: str, start: int, end: int) -> bool:
    """Whether the words around speak of a standard without holding it."""
    return bool(_CLAIM_AFTER.match(text[end : end + 40]) or _CLAIM_BEFORE.search(text[max(0, start - 50) : start]))


def _around(text: str, match: re.Match[str]) -> str:
    if len(text) <= MAX_QUOTE:
        return text
    start = max(0, match.start() - 60)
    start = text.find(" ", start) + 1 if start else 0
    stop = text.find(" ", min(len(text), match.end() + 60))
    return text[min(start, match.start()) : stop if stop > 0 else len(text)].strip()


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", plain(name)).strip()


def _without_parts(found: dict[str, Finding]) -> dict[str, Finding]:
    """Drops a name that is a part of a longer one ("CHAS" beside "CHAS Advanced")."""
    keys = {key: frozenset(key.split()) for key in found}
    return {
        key: one
        for key, one in found.items()
        if not any(keys[key] < other for name, other in keys.items() if name != key)
    }


def _candidates(text: str) -> bool:
    return _pattern().search(text) is not None


@cache
def _names() -> dict[str, tuple[str, bool]]:
    found: dict[str, tuple[str, bool]] = {}
    text = (files("domainscout.extract") / "data" / "certifications.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and line[0] != "#":
            weak = line[0] == "*"
            shown, *others = [part.strip() for part in line.lstrip("*").split("|")]
            for spelling in (shown, *others):
                found[spelling if spelling.isupper() else spelling.lower()] = (shown, weak)
    return found


@cache
def _pattern() -> re.Pattern[str]:
    capitals = sorted((re.escape(n) for n in _names() if n.isupper()), key=len, reverse=True)
    words = sorted((re.escape(n) for n in _names() if not n.isupper()), key=len, reverse=True)
    return re.compile(rf"(?<![\w@./-])(?:(?i:{'|'.join(words)})|{'|'.join(capitals)})(?![\w@/])")


EXTRACTOR = Extractor(name="certifications", fields=frozenset([Field.CERTIFICATIONS]), cost=0.05, read=read)
