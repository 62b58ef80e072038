"""Reads certifications, accreditations, memberships and licences that a company says it holds.

Owns the difference between holding ("ISO 9001:2015 certified", "member of …", a list under "Accreditations") and other
talk of a standard ("GDPR compliant", "SOC 2 ready", "we help you to achieve ISO 27001"). The names lie in
`_certificates` and its list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from domainscout.extract._certificates import as_written, known, mentions, triggers, words_in
from domainscout.extract._lines import Question, SiteWords, words_of_site
from domainscout.extract._people_words import listed, ordinary_words, plain
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.literals import anchored, any_of, word_starting
from domainscout.memory import remembered
from domainscout.records import Field, Finding, PageKind

METHOD = "rules:certifications"
MAX_LINE = 1_500
MAX_QUOTE = 200
MAX_HELD = 300
"""Mentions read on one page: bounds the time of a page of 2 MiB."""

SHORT = 60
"""Characters of a line that is a label or an item of a list, not a sentence."""

_Held = tuple[str, str, float]

_ISO = re.compile(
    r"\b(?:(?:BS|DIN|UNI|UNE|NF|ČSN|PN|DS|SS|NEN)[\s-]+)?(?:EN[\s-]+)?(?:ISO(?:\s?/\s?IEC)?|IEC)[\s-]*(?:EN[\s-]+)?"
    r"\d{4,5}(?:-\d)?(?:\s?:\s?(?:19|20)\d\d)?"
)
_HOLDING = re.compile(
    any_of(
        """
        accredit certifi registered regulated licenced licensed approved authorised authorized qualifi awarded zertifi
        mitglied zugelassen anerkannt innung akkredit agréé agrément membre habilit acreditad colegiad miembro autorizad
        accreditat iscritt membro associad gecertificeerd erkend aangesloten certyfik członek akredyt certifikov člen
        autorizovan certificeret medlem autoriseret auktoriserad godkendt
        """
    )
    + r"|partner\b|"
    + word_starting(r"member holds?\b holders?\b holding\b lid\b")
)
"""For texts in lower case."""
_CLAIM_AFTER = re.compile(
    r"^[\s'’-]*(?:\w+\s+){0,2}(?:complian\w+|ready\b|readiness|align\w*|requirements?|guidelines?|audits?\b|consult\w*|"
    r"assessments?|training|course\w*|support\b|preparation|implementation|konform|conform\w*|advice|rules?\b|"
    r"(?:is|are) (?:handled|provided|held|maintained) by|would mean|guidance|:? ?(?:why|what|how|warum|pourquoi)\b|"
    r"regulations?|framework|programs?\b|programmes?\b|pre-?\s?owned|used\b|vehicles?|cars?\b|resellers?\b|dealers\b|"
    r"retailers\b|stores\b|stockists\b)",
    re.I,
)
_CLAIM_BEFORE = re.compile(
    r"(?:\b(?:hosting provider|data ?cent(?:re|er)s?|rechenzentr\w+|centres? de données|centros? de datos|suppliers?|"
    r"lieferanten|subcontractors?|fournisseurs?|proveedores|fornitori|leveranciers|payments? partner)\b[^.!?]{0,60}"
    r"|\bour [\w ]{3,30}, [^.,!?]{3,40}, (?:is|are) (?:\w+ ){0,2}"
    r"|\b(?:do|does|did) not (?:\w+ ){0,2}(?:hold|have) (?:\w+ ){0,2}|\bhelp\w* [^.!?]{0,50} with "
    r"|\b(?:help\w*|follows?|achiev\w*|prepar\w*|towards?|comply|compliance|aligned?|in line with|according to|"
    r"accordance with|ready for|meets?|"
    r"following|needs?|requires?|obtain\w*|gemäß|según|secondo|podle|your|their|is not|are not|not yet|"
    r"never|against|complaints?|complain to|contact the|alongside|unlike|whether|either)\s+(?:[\w,/&-]+\s+){0,3}"
    r"|(?<!certifications )(?<!accreditations )\b(?:such as|standards like|help you|help your)\s+[^.]{0,80})$",
    re.I,
)
_SECTION = re.compile(
    r"accreditation|certificat|membership|credential|qualification|licen[cs]ure|affiliation|association|zertifi|"
    r"mitgliedschaft|auszeichnung|agrément|habilitation|acreditacion|certificaç|certificering|keurmerk|certyfikat|"
    r"členstv|certifik|^trust$|approved by|regulated by|member of|accredited by",
    re.I,
)
_SECTION_WORDS = re.compile(
    anchored(
        listed(
            """
            accredit certifi membership credential qualification licensure licencure affiliation association zertifi
            mitgliedschaft auszeichnung agrément habilitation acreditacion certificaç certificering keurmerk certyfikat
            členstv certifik trust approved regulated member
            """
        )
    )
)
"""Parts of words; every heading of such a section holds one."""
_ISSUERS = frozenset(
    ["TÜV", "DEKRA", "AENOR", "Bureau Veritas", "DNV", "SGS", "ENAC", "ACCREDIA", "UKAS", "NSAI", "BSI"]
)
_TRADES = (
    r"(?:Installer|Contractor|Partner|Dealer|Practitioner|Specialist|Applicator|Supplier|Garage|Reseller|Consultant|"
    r"Member|Business|Advisor|Engineer|Agent|Fitter|Trader)s?"
)
_BRANDED = re.compile(
    rf"\b((?:[A-Z][\w+'-]*\s)?[A-Z][\w+&'-]+)(?:\s[Ff]actory)?[\s-]((?:[Aa]ccredited|[Cc]ertified|[Aa]pproved|[Aa]uthori[sz]ed|[Rr]egistered)(?:\s{_TRADES})?)"
)
_MARKED = re.compile(
    rf"\b((?:[Aa]ccredited|[Cc]ertified|[Aa]pproved|[Aa]uthori[sz]ed)\s(?:[A-Z][\w+&-]+\s){{1,3}}?{_TRADES})\b"
)
_MEMBER = re.compile(
    r"\b(?:[Mm]ember(?:s|ship)?\s+(?:of|with)|[Aa]ccredited by|[Rr]egulated by|[Mm]itglied (?:der|des|im|in der)|"
    r"[Mm]embre d[eu]|[Mm]iembros? de(?:l| la)?|[Ll]id van)\s+(?:the\s+)?"
    r"((?:[A-Z][\w&'’-]+|of|and|for|&|the|in|de|der|für)(?:\s+(?:[A-Z][\w&'’-]+|of|and|for|&|the|in|de|der|für)){1,8})"
)
_AND_THE = re.compile(r"\s+and\s+the\s+")
_BODY = re.compile(
    r"Association|Society|Institut|Federation|Guild|Council|Chamber|Academy|College|Board|Authority|Bureau|Union|"
    r"Register|[Vv]erband|[Kk]ammer|Innung|Ordre|Colegio"
)
_ADMITS = re.compile(
    r"\bLaw Society$|\bBar(?: Association)?$|Rechtsanwaltskammer|Ordre des [Aa]vocats|Colegio de Abogados"
)
"""Bodies that every lawyer belongs to: admission says nothing of the firm."""
_SPECIALIST = re.compile(
    r"\bAccredited Specialist in [A-Z][\w&' ]{3,40}?(?=[.,;(–—-]|\sLaw\b|\swho\b|\shold|$)|"
    r"\b[A-Z]{3,6} (?:Advanced )?Certificates? in [A-Z][\w &'-]{3,40}?(?=[.,;(–—]|\s-\s|\sand\b|$)"
)
_HYGIENE = re.compile(
    r"\b(?:(?:five|5)[\s-]?stars?\s(?:food\s)?hygiene(?:\srating)?|"
    r"(?:food\s)?hygiene rating(?:\s(?:of|:|score)){0,2}\s(?:5|five)\b|"
    r"(?:5|five)[\s-]?star\s(?:rating for )?food hygiene)",
    re.I,
)
_LICENCE = re.compile(
    r"\b(?:Autorizaci[oó]n Sanitaria|Registro Sanitario|Autorizzazione Sanitaria|Carte professionnelle|ATOL|"
    r"Gas Safe(?: Reg\w{0,8})?|RBQ)\s{0,2}(?:n[ºo°.]{1,2}|no\.?|number)?\s{0,2}:?\s{0,2}[A-Z]{0,4}\d[\w/.-]{3,15}"
)
_NO_BRANDS = listed(
    """
    regulations guilds our your the fully we are is all a an and gas safe government locally nationally state board
    police factory trade manufacturer not company vat firm newly non pre chartered licensed insured qualified
    accredited certified approved registered authorised authorized specialist legally officially highly
    type level class grade part stage ii iii iv
    only already also currently now always once become becoming we're it's they're you're i'm
    """
)
_MARKS = listed(
    """
    accredited certified approved registered authorised authorized member members membership mitglied membre miembro
    miembros regulated lid certificate certificates
    """
)
_ISO_WORDS = frozenset(["iso", "iec"])
_LICENCE_WORDS = listed("autorización autorizacion registro autorizzazione carte atol gas rbq")


def read(reading: Reading) -> list[Finding]:
    """Find what the company says it holds."""
    found: dict[str, Finding] = {}
    words = words_of_site(reading)
    lines = _Lines(words, words.answering(_NAMING), {text for text in words.answering(_HEADING) if _opens(text)})
    for page in reading.pages:
        if page.kind is PageKind.LEGAL and page is not reading.pages[0]:
            continue
        for name, quote, sure in _page(page, lines):
            key = re.sub(r"[^a-z0-9]+", " ", plain(name)).strip()
            if key not in found or found[key].confidence < sure:
                shown = as_written(name, quote)
                found[key] = finding(
                    Field.CERTIFICATIONS, shown, url=page.url, quote=quote, method=METHOD, confidence=sure
                )
    own = _own_initials(reading) if reading.pages else frozenset[str]()
    return _without_parts({key: one for key, one in found.items() if key not in own})


def _own_initials(reading: Reading) -> frozenset[str]:
    """What the company's own name is shortened to: "Example Quality Consulting" is no other EQC."""
    home = reading.pages[0].document
    names = re.split(r"\s[|–—-]\s|[|:]", f"{home.title} | {home.meta.get('og:site_name') or ''}")
    return frozenset("".join(word[0] for word in plain(name).split() if word.isalpha()) for name in names)


@dataclass(slots=True)
class _Lines:
    """Which lines of a site are worth reading, and what was read in them, in a section and outside.

    Attributes:
        words: the words of all lines.
        telling: lines that may name something; every other line is passed over.
        opening: lines that open a section of what is held.
    """

    words: SiteWords
    telling: set[str]
    opening: set[str]
    held: dict[tuple[bool, str], list[_Held]] = field(default_factory=dict)


def _opens(text: str) -> bool:
    return len(text) < 70 and _SECTION.search(text) is not None


def _page(page: ReadPage, known: _Lines) -> list[_Held]:
    found: list[_Held] = []
    section = 0
    base = bool(_SECTION.search(page.url.rsplit("/", 1)[-1]))
    for line in page.document.lines:
        text = line.text
        if text in known.opening and (line.level or len(text) < 30):
            section = line.level or 7
        elif line.level and line.level <= section:
            section = 0
        if text not in known.telling:
            continue
        key = (bool(section) or base, text)
        held = known.held.get(key)
        if held is None:
            held = known.held[key] = _held(text, known.words.words_of(text), listed=key[0])
        found += held
        if len(found) > MAX_HELD:
            break
    for image in page.document.images:
        if 3 < len(image.alt) < 120:
            found += _held_by(image.alt)
    return found


@remembered(maxsize=1024)
def _held_by(alt: str) -> tuple[_Held, ...]:
    """What the text of an image says; headers and footers show the same images on every page."""
    return tuple(_held(alt, words_in(alt), listed=len(alt) < 45))


@cache
def _triggers() -> frozenset[str]:
    """Words that begin everything that is looked for: a line without any of them is not read."""
    return _MARKS | _ISO_WORDS | _LICENCE_WORDS | triggers() | {"hygiene"}


_NAMING = Question(_triggers)
_HEADING = Question(like=_SECTION_WORDS)


def _held(text: str, words: frozenset[str], *, listed: bool) -> list[_Held]:
    """What a text with these words says is held."""
    text = text[:MAX_LINE]
    hits = _triggers().intersection(words)
    if not hits:
        return []
    found: list[_Held] = []
    if not hits.isdisjoint(triggers()):
        found += _named(text, words, listed=listed)
    if not _ISO_WORDS.isdisjoint(hits):
        found += _standards(text)
    if "hygiene" in hits and (match := _HYGIENE.search(text)):
        found.append((match[0], _around(text, match), 0.85))
    if not _MARKS.isdisjoint(hits):
        found += _marked(text)
    if not _LICENCE_WORDS.isdisjoint(hits) and (match := _LICENCE.search(text)):
        found.append((match[0].strip(), match[0].strip(), 0.8))
    return found


def _says_holding(text: str) -> bool:
    return _HOLDING.search(text.lower()) is not None


def _standards(text: str) -> list[_Held]:
    found = []
    for match in _ISO.finditer(text):
        holding = _says_holding(text[max(0, match.start() - 80) : match.end() + 80])
        if (holding or len(text) < SHORT) and not _claimed(text, match):
            sure = 0.88 if holding else 0.75
            found.append((re.sub(r"\s?:\s?", ":", match[0]), _around(text, match), sure))
    return found


def _named(text: str, words: frozenset[str], *, listed: bool) -> list[_Held]:
    """Names of the list, where words of holding stand beside them or the line is an item of a list."""
    found = []
    for match in mentions(text, words):
        shown, weak = known()[match[0] if match[0] in known() else match[0].lower()]
        holding = _says_holding(text[max(0, match.start() - 80) : match.end() + 60])
        item = len(text) < SHORT
        if not (holding or (item and (listed or not weak))) or _claimed(text, match):
            continue
        if shown in _ISSUERS and _ISO.search(text[: match.start()]):
            continue  # who certified, not what is held: "ISO 9001 (TÜV Nord)"
        number = re.match(r" \d{4}\b", text[match.end() :]) if shown == "City & Guilds" else None
        sure = (0.88 if holding else 0.8) if not weak else 0.8 if holding and listed else 0.7
        found.append((shown + (number[0] if number else ""), _around(text, match), sure))
    return found


def _marked(text: str) -> list[_Held]:
    """Statements that need no list: "Brand Approved Installer", "member of the … Association"."""
    found = []
    for match in _BRANDED.finditer(text):
        brand = [word for word in match[1].split() if plain(word) not in _NO_BRANDS]
        if match[2].lower() == "approved":
            continue  # who approves without saying whom is advertising: "Airbnb Approved", "Dentist Approved"
        if _is_brand(brand, match[1]) and not _claimed(text, match):
            found.append((f"{' '.join(brand)} {match[2]}", _around(text, match), 0.65))
    for match in _MARKED.finditer(text):
        words = match[1].split()[1:-1]
        if _is_brand(words, " ".join(words)) and not _claimed(text, match):
            found.append((match[1], _around(text, match), 0.65))
    found += [(match[0].strip(), _around(text, match), 0.8) for match in _SPECIALIST.finditer(text)]
    for match in _MEMBER.finditer(text):
        for part in _AND_THE.split(match[1]):
            name = re.sub(r"(?:\s+(?:of|and|for|&|the|in|de|der|für))+$", "", part)
            if _BODY.search(name) and " " in name and name.lower() not in known() and not _ADMITS.search(name):
                found.append((name, _around(text, match), 0.7))
    return found


def _is_brand(words: list[str], whole: str) -> bool:
    """Whether words name a body or a maker that is not in the list already: no ordinary words alone."""
    if not words or words[-1] != whole.split()[-1] or any(plain(word) in _NO_BRANDS for word in words):
        return False
    joined = " ".join(words)
    if mentions(joined, words_in(joined)):
        return False
    return not all(plain(word) in ordinary_words() for word in words)


def _claimed(text: str, match: re.Match[str]) -> bool:
    """Whether the words around speak of a standard without holding it."""
    return bool(
        _CLAIM_AFTER.match(text[match.end() : match.end() + 40])
        or _CLAIM_BEFORE.search(text[max(0, match.start() - 110) : match.start()])
    )


def _around(text: str, match: re.Match[str]) -> str:
    if len(text) <= MAX_QUOTE:
        return text
    start = max(0, match.start() - 60)
    start = text.find(" ", start) + 1 if start else 0
    stop = text.find(" ", min(len(text), match.end() + 60))
    return text[min(start, match.start()) : stop if stop > 0 else len(text)].strip()


def _without_parts(found: dict[str, Finding]) -> list[Finding]:
    """Drops a name that is a part of a longer one ("CHAS" beside "CHAS Advanced")."""
    keys = {key: frozenset(key.split()) for key in found}
    return [one for key, one in found.items() if not any(keys[key] < other for other in keys.values())]


EXTRACTOR = Extractor(name="certifications", fields=frozenset([Field.CERTIFICATIONS]), cost=0.05, read=read)
