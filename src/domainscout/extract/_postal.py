"""Postal addresses in a text, anchored on postcodes. Owns the shapes of postcodes, regions and streets by country.

Two families: the postcode ends the address (GB US CA IE AU NZ IN KE BR) or it stands before the town (most of Europe).
Knows nothing of pages, structured data or whose address it is: that is `addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_MAX_FOUND = 150
"""Addresses of one page; a page with more is a directory, or made to cost time."""

_MAX_TRIES = 1_000
"""Possible postcodes of one page that are looked at."""

_REACH = 260
"""Characters before a postcode in which its street stands."""

_US = [
    "AL",
    "AK",
    "AZ",
    "AR",
    "CA",
    "CO",
    "CT",
    "DE",
    "FL",
    "GA",
    "HI",
    "ID",
    "IL",
    "IN",
    "IA",
    "KS",
    "KY",
    "LA",
    "ME",
    "MD",
    "MA",
    "MI",
    "MN",
    "MS",
    "MO",
    "MT",
    "NE",
    "NV",
    "NH",
    "NJ",
    "NM",
    "NY",
    "NC",
    "ND",
    "OH",
    "OK",
    "OR",
    "PA",
    "RI",
    "SC",
    "SD",
    "TN",
    "TX",
    "UT",
    "VT",
    "VA",
    "WA",
    "WV",
    "WI",
    "WY",
    "DC",
    "PR",
    "VI",
    "GU",
]
_US_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|"
    "Illinois|Indiana|Iowa|Kansas|"
    "Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|"
    "Nevada|New Hampshire|New Jersey|"
    "New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|"
    "South Carolina|South Dakota|Tennessee|Texas|"
    "Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Calif\\.?|Fla\\.?|Mass\\.?|Penn\\.?|"
    "Tex\\.?|Ariz\\.?|Colo\\.?|Conn\\.?|Wash\\.?|D\\.C\\.|"
    "N\\.Y\\.|N\\.J\\.|N\\.C\\.|S\\.C\\.|N\\.H\\.|N\\.M\\.|R\\.I\\."
)
_CA_NAMES = (
    "Ontario|Quebec|Québec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New Brunswick|"
    "Newfoundland(?: and Labrador)?|"
    "Prince Edward Island|Yukon|Nunavut|Northwest Territories|ON|QC|BC|AB|MB|SK|NS|NB|NL|PEI?|YT|NU|NT|Ont\\.?|"
    "Alta\\.?|Sask\\.?|B\\.C\\."
)
_AU_NAMES = (
    "NSW|VIC|Vic|QLD|Qld|TAS|Tas|ACT|SA|WA|NT|Victoria|Queensland|New South Wales|South Australia|"
    "Western Australia|Tasmania|Northern Territory"
)
_ALSO_WORDS = frozenset(("IN", "OR", "ME", "DE", "LA", "OK", "HI", "AL", "PA", "CO", "MA"))
"""States whose code in small letters is a word."""
_US_MIXED = [code.title() for code in _US if code not in _ALSO_WORDS]
_US_STATE = rf"(?:{'|'.join(_US)}|{'|'.join(_US_MIXED)}|{_US_NAMES})"
_IN_STATES = (
    "Maharashtra|Gujarat|Karnataka|Tamil Nadu|Kerala|Delhi|New Delhi|Rajasthan|Punjab|Haryana|Uttar Pradesh|"
    "Madhya Pradesh|West Bengal|"
    "Telangana|Andhra Pradesh|Bihar|Odisha|Goa|Assam|Jharkhand|Chhattisgarh|Uttarakhand|Himachal Pradesh"
)
_BR_STATES = "AC|AL|AP|AM|BA|CE|DF|ES|GO|MA|MT|MS|MG|PA|PB|PR|PE|PI|RJ|RN|RS|RO|RR|SC|SP|SE|TO"


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one country writes: `postcode` (group 1), `region` before it or None, and whether the town follows."""

    postcode: re.Pattern[str]
    region: re.Pattern[str] | None = None
    town_follows: bool = False
    needs_region: bool = False


_DIGIT = re.compile(r"\d")


def _region(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s,(/-])({names})[\s.,)-]*$")


# What must not stand before a postcode is tested behind its first character, by which the search skips.
SHAPES: dict[str, _Shape] = {
    "US": _Shape(
        re.compile(r"(\d(?<![\d-]\d)\d{4}(?:\s?[-\u2013]\s?\d{4})?)(?![\d-])"), _region(_US_STATE), needs_region=True
    ),
    "CA": _Shape(
        re.compile(
            r"([ABCEGHJ-NPRSTVXYabceghj-nprstvxy](?<!\w.)\d(?i:[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z])\d)\b"
        ),
        _region(_CA_NAMES),
    ),
    "GB": _Shape(re.compile(
            r"([A-PR-UWYZ](?<!\w.)(?:[A-HK-Y]?\d[A-Z\d]?|(?<=G)IR) {0,2}\d[ABD-HJLNP-UW-Z]{2})\b"
        )),
    "IE": _Shape(re.compile(r"([AC-FHKNPRTV-Y](?<!\w.)(?:\d{2}|(?<=D)6W) ?[AC-FHKNPRTV-Y\d]{4})\b")),
    "AU": _Shape(re.compile(r"(\d(?<![\d-]\d)\d{3})(?![\d-])"), _region(_AU_NAMES), needs_region=True),
    "NZ": _Shape(re.compile(r"(\d(?<![\d-]\d)\d{3})(?![\d-])")),
    "IN": _Shape(re.compile(r"([1-9](?<![\d-]\d)\d{2} ?\d{3})(?![\d-])"), _region(_IN_STATES)),
    "KE": _Shape(re.compile(r"(?<=\d)\s?-\s?(\d{5})(?![\d-])"), town_follows=True),
    "BR": _Shape(re.compile(r"(\d(?<![\d-]\d)\d\.?\d{3}-\d{3})(?![\d-])"), _region(_BR_STATES)),
    "ZA": _Shape(re.compile(r"(\d(?<![\d-]\d)\d{3})(?![\d-])")),
    "SG": _Shape(re.compile(r"\bSingapore ?\(?(\d{6})\b")),
    "DE": _Shape(re.compile(r"(?<![\d.,/-])(?:D ?[-\u2013]? ?|DE-)?(\d{5})(?![\d.,/-])"), town_follows=True),
    "AT": _Shape(re.compile(r"(?<![\d.,/-])(?:A ?[-\u2013] ?|AT-)?([1-9]\d{3})(?![\d.,:/-])"), town_follows=True),
    "CH": _Shape(re.compile(r"(?<![\d.,/-])(?:CH ?[-\u2013] ?)?([1-9]\d{3})(?![\d.,:/-])"), town_follows=True),
    "FR": _Shape(re.compile(r"(?<![\d.,/-])(?:F ?[-\u2013] ?)?(\d{5}|\d{2} \d{3})(?![\d.,/-])"), town_follows=True),
    "BE": _Shape(re.compile(r"(?<![\d.,/-])(?:B ?[-\u2013] ?)?([1-9]\d{3})(?![\d.,:/-])"), town_follows=True),
    "NL": _Shape(re.compile(r"(?<![\d.,/-])(?:NL ?[-\u2013] ?)?([1-9]\d{3} ?[A-Z]{2})\b"), town_follows=True),
    "ES": _Shape(re.compile(r"(?<![\d.,/-])(?:E ?[-\u2013] ?)?(\d{5})(?![\d./-])"), town_follows=True),
    "PT": _Shape(
        re.compile(r"(?<![\d.,/-])(?:P ?[-\u2013] ?)?(\d{4} ?[-\u2013] ?\d{3})(?![\d./-])"), town_follows=True
    ),
    "MX": _Shape(re.compile(r"(?<![\d.,/-])(?:C\. ?P\. ?)?(\d{5})(?![\d./-])"), town_follows=True),
    "IT": _Shape(re.compile(r"(?<![\d.,/-])(?:I ?[-\u2013] ?)?(\d{5})(?![\d./-])"), town_follows=True),
    "CZ": _Shape(re.compile(r"(?<![\d.,/-])(\d{3} ?\d{2})(?![\d.,/-])"), town_follows=True),
    "SK": _Shape(re.compile(r"(?<![\d.,/-])(\d{3} ?\d{2})(?![\d.,/-])"), town_follows=True),
    "PL": _Shape(re.compile(r"(?<![\d.,/-])(\d{2}-\d{3})(?![\d.,/-])"), town_follows=True),
    "DK": _Shape(re.compile(r"(?<![\d.,/-])(?:DK ?[-\u2013] ?)?([1-9]\d{3})(?![\d.,:/-])"), town_follows=True),
    "NO": _Shape(re.compile(r"(?<![\d.,/-])(?:N ?[-\u2013] ?)?(\d{4})(?![\d.,:/-])"), town_follows=True),
    "SE": _Shape(re.compile(r"(?<![\d.,/-])(?:SE?-)?(\d{3} ?\d{2})(?![\d.,/-])"), town_follows=True),
    "FI": _Shape(re.compile(r"(?<![\d.,/-])(?:FIN?-)?(\d{5})(?![\d.,/-])"), town_follows=True),
}  # fmt: skip

_SUFFIX = (
    r"street|str|st|road|rd|avenue|ave?|boulevard|blvd|drive|dr|lane|ln|way|court|ct|circle|cir|place|pl|"
    r"square|sq|terrace|ter|trail|trl|parkway|pkwy|"
    r"highway|hwy|freeway|turnpike|tpke|pike|loop|close|crescent|cres|row|walk|mews|gardens?|grove|hill|parade|"
    r"pde|quay|wharf|green|park|rise|view|vale|"
    r"alley|plaza|plz|route|rte|rt|broadway|path|crossing|xing|expressway|expy|bypass|center|centre|concession|"
    r"esplanade|mall|bridge|gate|yard|broadway|"
    r"run|ridge|point|commons?|landing|pass|shrubberies|main"
)
SUFFIX = re.compile(rf"\b(?:{_SUFFIX})\b\.?", re.I)
UNIT = re.compile(
    r"\b(?:suite|ste|unit|apt|apartment|floor|fl|level|room|rm|bldg|building|office|lot|shop|studio|no|block|"
    r"tower|#)\b\.?\s?#?\s?[\w-]{1,6}|#\s?\w{1,6}|"
    r"\b(?:ground|first|second|third|fourth|fifth|\d{1,2}(?:st|nd|rd|th)) floor\b",
    re.I,
)
_PLACE = re.compile(
    r"\b(?:house|building|centre|center|court|park|mill|farm|estate|works|barn|hall|lodge|cottage|chambers|"
    r"plaza|tower|mall|complex|hub|"
    r"industries|industrial|business|units?|suites?|floor|studios?|arcade|campus|village|old|yard|wharf|quay|"
    r"exchange|opposite|opp|above|beside|near|behind)\b",
    re.I,
)
POBOX = re.compile(
    r"\b(?:P\.? ?O\.?|Post Office|Postal)[ -]?Box\.?\s?#?:?\s?[\w-]{1,12}|\b(?:Postfach|Postbus|"
    r"Apartado(?: de correos)?|Casella postale|BP|Caixa Postal|P\.? ?O\.? B\.?)\s?[\d ]{1,8}\d",
    re.I,
)
_EUROPEAN_STREET = re.compile(
    r"(?:str(?:aße|asse|\.)?|weg|platz|allee|gasse|ring|damm|ufer|chaussee|steig|straat|laan|plein|kade|gracht|"
    r"singel|dijk|vej|gade|allé|plads|boulevard|väg(?:en)?|"
    r"gat(?:an|a)|gate|vei(?:en)?|katu|tie|hof|berg|markt|park|promenade|stieg|pfad|twiete|graben|zeile|kamp|feld)\b"
    r"|\b(?:rue|avenue|av|ave|avd|avda|bd|boul|boulevard|place|pl|chemin|route|impasse|all[ée]e|quai|cours|square|"
    r"passage|faubourg|za|zi|zac|zone|lieu-dit|résidence|"
    r"calle|c/|c\.|avenida|paseo|p[ºo]\.?|plaza|pza|ronda|carretera|ctra|camino|travesía|pol[íi]gono|"
    r"urb(?:anizaci[óo]n)?|carrer|rambla|via|viale|piazza|piazzale|corso|largo|vicolo|strada|"
    r"contrada|localit[àa]|loc|fraz(?:ione)?|rua|r\.|avenida|travessa|praça|largo|estrada|rodovia|alameda|ul|"
    r"ulica|al|aleja|pl|os|n[áa]m|n[áa]m[ěe]st[íi]|t[řr][íi]da|ulice|"
    r"am|an der|im|in der|auf der|zum|zur|unter den|alter?|obere|untere)\b",
    re.I,
)
_NUMBER_FIRST = re.compile(
    r"^(?:#?\d{1,6}(?:[-\u2013/]\d{1,6})?(?:-?[A-Za-z])?|One|Two|Three|Four|Five|Six|Ten)(?:[,.]|\s?(?:bis|ter|"
    r"quater)\b)?\s+\S"
)
_STREET_TAIL = re.compile(
    rf"\s(\d{{1,5}}[A-Za-z]?(?:[-\u2013/]\d{{1,5}})?\s(?:[A-Z][\w.'’-]*\s){{1,4}}(?:{_SUFFIX})\b\.?(?:\s(?:N|S|"
    rf"E|W|NE|NW|SE|SW)\b)?)$",
    re.I,
)
_NUMBER_LAST = re.compile(
    r"^[^\d]{3,60}[\s.]\s?(?:n[°ºo.]{0,2}\s?)?\d{1,5}(?:\s?[a-zA-Z]\b)?(?:\s?[-\u2013/+]\s?\d{1,5}\s?[a-zA-Z]?)"
    r"?(?:,? .{0,30})?$"
)
_NUMBER_ONLY = re.compile(
    r"^(?:n[°ºr.]{0,2}\s?)?(?:\d{1,5}\s?[a-zA-Z]?(?:\s?[-\u2013/]\s?\d{1,5}[a-zA-Z]?)?|s/n\.?º?|"
    r"snc)(?:\s(?:bajo|baixo|bis|ter|izq\w*|dcha\w*|local \w+|\d[ºª°]\s?\w{0,3}))?$",
    re.I,
)
_LABEL = re.compile(
    r"^.{0,40}?\b(?:address(?:es)?|adresse|anschrift|direcci[óo]n|indirizzo|adres|morada|endere[çc]o|adresa|"
    r"located at|visit us(?: at)?|find us(?: at)?|headquarters|head office|"
    r"registered office|registered address|our office|office|sitz|siège(?: social)?|sede(?: legale| operativa|"
    r" social)?|domicilio(?: social)?|mailing|standort|location|lokalizacja|siedziba|sídlo|"
    r"provozovna|hlavní sídlo|company registered in|write to us(?: at)?|based at|come see us(?: at)?|"
    r"mail(?: to)?|post|lieu|where)\b\s?(?:is|:|at|-|\u2013|are|in)*:?\s+",
    re.I,
)
_PART_OF_HOUSE = re.compile(
    r"^(?:halle|haus|geb(?:äude|\.)|aufgang|stiege|eingang|trakt|etage|\d\. ?(?:og|stock|etage)|eg|og|hinterhaus|"
    r"b[âa]t(?:iment|\.)?|[ée]tage|escalier|\d+[eè](?:r|me)? [ée]tage|km\.? ?\d[\d.,]*|"
    r"\d{1,2}[ºª°](?: ?(?:[A-Z]|esq|dto|dcha|izq)\w*\.?)?|piso|planta|local|puerta|piano|scala|interno|int\.|"
    r"verdieping|bus|andar|sala|loja|fra[cç])\b.{0,16}$",
    re.I,
)
"""What may stand between a street with its number and the postcode."""
_INDIAN = re.compile(
    r"\d|\b(?:plot|flat|shop|house|floor|block|sector|phase|nagar|marg|road|rd|street|lane|gali|colony|chowk|bazaar|"
    r"industrial|estate|complex|tower|bldg|building|opp|near|behind|main|cross|layout|enclave|vihar|extn|circle|hno)\b",
    re.I,
)
_ANY_LABEL = re.compile(r"^[A-Z][a-z]+(?: [A-Za-z]+){0,2}:\s+(?=\d|P\.? ?O\.? ?B|#)")
_JUNK = re.compile(
    r"@|https?:|www\.|©|\bcopyright\b|\ball rights\b|\b(?:tel|phone|fax|telefon|mobile|mob|email|e-mail|mail|"
    r"call|vat|hours|open|mon|tue|wed|thu|fri|sat|sun|"
    r"monday|friday|customer service|contact)\b\s?[:.]|\d{3}[)\s.-]{1,2}\d{3}[\s.-]\d{4}|\+\d{2}",
    re.I,
)
_SPLIT = re.compile(r"\s*(?:[\n,;|•·●▪►»]|\s[-\u2013\u2014]\s|\s/\s|\(|\))+\s*")
_TOWN = re.compile(
    r"[ ]{0,3}[,\u2013\u2014-]?[ ]{0,3}((?:[A-ZÀ-ŽŁŚŻØÅ']|d'|l')[^\W\d_]*(?:[ '’./-]{1,2}(?:(?:am|an|der|den|"
    r"im|in|ob|vor|bei|sur|sous|les|le|la|lès|lez|en|aux|de|del|della|di|do|da|dos|das|el|y|nad|pod|u|v|et|/|"
    r"a\.?d\.?|d'|l')|[A-ZÀ-ŽŁŚŻØÅ][^\W_]*)\.?){0,5})"
)
_REGION_AFTER = re.compile(
    r"^\s{0,2}[,(-]?\s{0,2}\(?([A-Z]{2}|[A-ZÀ-Ž][a-zà-ž]+(?:[ -][A-ZÀ-Ž][a-zà-ž]+){0,2})\)?(?=[\s,.)]|$)"
)


@dataclass(frozen=True, slots=True)
class Written:
    """An address as it stands in a text: its parts and the span from the street to the end of postcode or town."""

    street: str | None
    city: str | None
    region: str | None
    postcode: str | None
    country: str | None
    start: int
    end: int


def addresses(text: str, countries: Sequence[str]) -> Iterator[Written]:
    """Addresses around the postcodes of a text, in order of country, then of place.

    Args:
        text: visible text, lines separated by newlines.
        countries: whose postcodes to look for, most likely first.
    """
    taken: list[tuple[int, int]] = [(0, 0)]
    tries = _MAX_TRIES
    for country in countries:
        shape = SHAPES.get(country)
        if shape is None:
            continue
        for match in _postcodes(text, shape):
            tries -= 1
            if len(taken) > _MAX_FOUND or not tries:
                return
            if any(a <= match.start(1) < b for a, b in taken):
                continue
            floor = max(b for _, b in taken if b <= match.start(1))
            found = (_before_town if shape.town_follows else _at_the_end)(text, match, shape, country, floor)
            if found is not None:
                taken.append((found.start, found.end))
                yield found


def _postcodes(text: str, shape: _Shape) -> Iterator[re.Match[str]]:
    """Possible postcodes. Before a town they may have a country in front; those are searched in lines with digits."""
    if not shape.town_follows:
        yield from shape.postcode.finditer(text)
        return
    digit = _DIGIT.search(text)
    while digit is not None:
        start, end = text.rfind("\n", 0, digit.start()) + 1, text.find("\n", digit.start())
        end = end if end >= 0 else len(text)
        yield from shape.postcode.finditer(text, start, end)
        digit = _DIGIT.search(text, end)


def _segments(text: str, start: int, end: int) -> list[tuple[str, int]]:
    """Pieces between commas, line breaks and bars, with their place in the text; the last piece is nearest."""
    pieces: list[tuple[str, int]] = []
    position = start
    for cut in (*_SPLIT.finditer(text, start, end), None):
        stop = cut.start() if cut else end
        piece = text[position:stop]
        lead = len(piece) - len(piece.lstrip())
        if piece.strip():
            pieces.append((piece.strip(), position + lead))
        position = cut.end() if cut else end
    return pieces


def _window(text: str, end: int) -> int:
    """Where to begin looking: not before a sentence's end or a far line."""
    start = max(0, end - _REACH)
    lines = 0
    for place in range(end - 1, start, -1):
        if text[place] == "\n":
            lines += 1
            if lines > 6:
                return place + 1
    return start


def _at_the_end(text: str, match: re.Match[str], shape: _Shape, country: str, floor: int) -> Written | None:
    start = max(floor, _window(text, match.start()))
    end = match.start()
    region: str | None = None
    bare = False
    if shape.region is not None:
        found = shape.region.search(text, max(start, end - 40), end)
        bare = found is None and shape.needs_region
        if bare and country != "AU":
            return None
        if found is not None:
            region = found[1].strip(" .,")
            end = found.start(1)
    while end > start and text[end - 1] in " \n,.-(–":
        end -= 1
    pieces = _segments(text, start, end)
    if not pieces:
        return None
    city, rest = pieces[-1], pieces[:-1]
    if bare and not (rest and _NUMBER_FIRST.match(rest[-1][0]) and SUFFIX.search(rest[-1][0])):
        return None
    split = _street_and_town(city[0])
    if split is not None:
        street, town = split
        whole = [*_units(rest), (street, city[1])]
        return _written(whole, town or None, region, match, country)
    if _JUNK.search(city[0]) or len(city[0]) > 45:
        return None
    between: list[str] = []
    while rest:
        piece, place = rest[-1]
        street_piece = _street_part(piece, place)
        if len(rest) > 1 and _number_apart(rest[-2][0], piece, country):
            street_piece, rest = (f"{rest[-2][0]}, {piece}", rest[-2][1]), rest[:-1]
        if street_piece is not None:
            above = _units(rest[:-1])
            names = [*between, city[0]]
            if country in ("GB", "IE", "IN") and len(names) > 1 and region is None:
                region = names[-1] if len(names) > 1 and _countyish(names[-1]) else None
                town = names[-2] if region else names[-1]
            else:
                town = names[-1]
            town = _bare_town(town)
            extra = [(b, 0) for b in names if b not in (town, region) and not (town and b.endswith(f" {town}"))]
            street = ", ".join(p for p, _ in [*above, street_piece, *extra])
            first = above[0][1] if above else street_piece[1]
            return _trim(Written(street, town, region, _post(match[1], country), country, first, match.end(1)), text)
        if _JUNK.search(piece) or len(piece) > 60 or len(between) >= 3:
            break
        between.insert(0, piece)
        rest = rest[:-1]
    if country == "IN" and len(pieces) > 1 and (kept := _indian_street(pieces[:-1])):
        return _written(kept, city[0], region, match, country)
    if country in ("GB", "CA", "IE") and pieces:
        names = [p for p, _ in pieces[-3:] if not _JUNK.search(p) and len(p) <= 40 and p[:1].isupper()]
        if names:
            places = dict(pieces)
            above_town = ", ".join(names[:-1]) or None
            return _trim(
                Written(
                    above_town, names[-1], region, _post(match[1], country), country, places[names[0]], match.end(1)
                ),
                text,
            )
    return None


def _number_apart(before: str, piece: str, country: str) -> bool:
    """Whether street and number stand in two pieces: "Rua Exemplo, 12" in Brazil, "1455, boul. Exemple" in Québec."""
    if country == "BR":
        return bool(_NUMBER_ONLY.match(piece) and _EUROPEAN_STREET.match(before))
    return country == "CA" and bool(_NUMBER_ONLY.match(before) and _EUROPEAN_STREET.match(piece))


def _indian_street(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The pieces before an Indian town that are a street: plots, floors, sectors, roads; no word marks them all."""
    kept: list[tuple[str, int]] = []
    for piece, place in reversed(pieces[-7:]):
        if (
            _JUNK.search(piece)
            or len(piece) > 60
            or not (piece[:1].isupper() or piece[:1].isdigit() or piece[0] == "#")
        ):
            break
        kept.insert(0, (piece, place))
    while kept and not (_INDIAN.search(kept[0][0]) or kept[0][0][:1].isdigit()):
        kept = kept[1:]
    return kept


def _bare_town(name: str) -> str:
    """The town at the end of words about it: "beautiful downtown Oxnard"."""
    if not name[:1].islower():
        return name
    match = re.search(r"(?:[A-Z][\w'’.-]+)(?: (?:[A-Z][\w'’.-]+|of|la|de|del|upon|on))*$", name)
    return match[0] if match else name


def _countyish(name: str) -> bool:
    return bool(
        re.search(
            r"(?:shire|folk|sex)$|^(?:co\.?|county) |^(?:kent|surrey|essex|devon|cornwall|somerset|dorset|"
            r"cumbria|durham|rutland|merseyside|cleveland|"
            r"(?:greater|north|south|east|west) \w+|tyne (?:and|&) wear|isle of \w+|middx|herts|bucks|hants|"
            r"lancs|beds|wilts|notts|northants|worcs|staffs|warks|glos|oxon|berks|cambs|lincs|leics|"
            r"fife|gwent|powys|gwynedd|dyfed|glamorgan|clwyd|england|scotland|wales|united kingdom|uk)$",
            name.strip(),
            re.I,
        )
    )


def _written(
    whole: list[tuple[str, int]], town: str | None, region: str | None, match: re.Match[str], country: str
) -> Written:
    street = ", ".join(piece for piece, _ in whole)
    return Written(street, town, region, _post(match[1], country), country, whole[0][1], match.end(1))


def _trim(found: Written, text: str) -> Written:
    """Labels and names before the street are not part of it."""
    street = found.street or ""
    label = _LABEL.match(street) or _ANY_LABEL.match(street)
    if label and label.end() < len(street):
        street = street[label.end() :]
        at = text.find(street[:20], found.start, found.end)
        return replace(found, street=street, start=at if at >= 0 else found.start)
    return found


def _post(code: str, country: str) -> str:
    code = " ".join(code.split()).replace("\u2013", "-")
    if country in ("GB", "CA"):
        code = code.upper().replace("-", " ")
        return code if " " in code else f"{code[:-3]} {code[-3:]}"
    if country == "CZ" or country == "SK":
        return f"{code.replace(' ', '')[:3]} {code.replace(' ', '')[3:]}"
    return code.replace(" - ", "-")


def _units(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Up to four pieces before the street that belong to it: suites, floors, houses, parks."""
    kept: list[tuple[str, int]] = []
    for piece, place in reversed(pieces[-4:]):
        if kept and _NUMBER_ONLY.match(piece):
            kept.insert(0, (piece, place))
            break
        if (
            len(piece) > 50
            or _JUNK.search(piece)
            or not (UNIT.search(piece) or _PLACE.search(piece) or (_is_street(piece) and piece[:1].isdigit()))
        ):
            break
        if re.search(r"\b(?:our|your|the best|we|you|is|are|visit|find|please|located)\b", piece, re.I):
            break
        kept.insert(0, (piece, place))
    return kept


def _is_street(piece: str) -> bool:
    """Whether a piece reads like house number and street, or a post box."""
    if len(piece) > 90 or (_JUNK.search(piece) and not POBOX.search(piece)):
        return False
    if POBOX.search(piece):
        return True
    if _NUMBER_FIRST.match(piece):
        return len(piece.split()) <= 9
    inside = re.search(r"\b\d{1,5}[A-Za-z]?\s+[A-Z]", piece)
    return bool(SUFFIX.search(piece)) and len(piece.split()) <= (12 if inside else 7) and piece[:1].isupper()


def _street_part(piece: str, place: int) -> tuple[str, int] | None:
    """The piece when it is a street, or the street at the end of a sentence or a credit line."""
    if _is_street(piece):
        return piece, place
    tail = _STREET_TAIL.search(piece)
    return (tail[1], place + tail.start(1)) if tail else None


def _street_and_town(piece: str) -> tuple[str, str] | None:
    """Cuts "12 Example Street Springfield", written without a comma, after the last word for a street or its unit."""
    if not (_NUMBER_FIRST.match(piece) or POBOX.match(piece) or re.search(r"\b\d{1,5} [A-Z]", piece)):
        return None
    if len(piece) > 110:
        return None
    cut = 0
    for pattern in (POBOX, SUFFIX, UNIT):
        for match in pattern.finditer(piece):
            if match.start() > 0 or pattern is POBOX:
                cut = max(cut, match.end())
    if not cut:
        return None
    direction = re.match(r"\s(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?(?=\s|$)", piece[cut:])
    if direction:
        cut += direction.end()
    town = piece[cut:].strip(" ,.")
    if town and (not town[:1].isupper() or len(town) > 40):
        return None
    return piece[:cut].strip(), town


def _before_town(text: str, match: re.Match[str], shape: _Shape, country: str, floor: int) -> Written | None:
    town = _TOWN.match(text, match.end())
    if town is None and not (country in ("CZ", "SK") and re.match(r"[ ,.]*(?:\n|$)", text[match.end() :])):
        return None
    start = max(floor, _window(text, match.start()))
    pieces = _segments(text, start, match.start())
    if not pieces:
        return None
    kept = _continental_street(pieces, country)
    if kept is None:
        return None
    end = town.end(1) if town else match.end(1)
    name = re.sub(r" cedex(?: \d+)?$", "", town[1].strip(" .-"), flags=re.I) if town else None
    region = None
    if country == "IT" and name and re.search(r"[a-zà-ž]\W? [A-Z]{2}$", name):
        name, region = name[:-3].strip(" ,-"), name[-2:]
    if country in ("IT", "ES", "FR"):
        after = _REGION_AFTER.match(text[end : end + 40])
        if after and ("(" in after[0] or (country == "IT" and len(after[1]) == 2)):
            region, end = after[1], end + after.end()
    street = ", ".join(piece for piece, _ in kept)
    return _trim(
        Written(street, name, region, _post(match[1], country), country, kept[0][1], end),
        text,
    )


def _continental_street(pieces: list[tuple[str, int]], country: str) -> list[tuple[str, int]] | None:
    """The last pieces that form a street with its number; "Calle Ejemplo" and "12" may be two pieces."""
    for back in range(1, min(4, len(pieces)) + 1):
        piece, place = pieces[-back]
        if (_JUNK.search(piece) and not POBOX.search(piece)) or len(piece) > 110:
            return None
        label = _LABEL.match(piece)
        bare = piece[label.end() :] if label else piece
        later = pieces[len(pieces) - back + 1 :]
        numbered = any(_NUMBER_ONLY.match(p) for p, _ in later)
        if back < len(pieces) and _EUROPEAN_STREET.match(bare) and _NUMBER_ONLY.match(pieces[-back - 1][0]):
            return [pieces[-back - 1], (bare, place), *later]
        if back < min(4, len(pieces)) and (_PART_OF_HOUSE.match(bare) or _NUMBER_ONLY.match(bare)):
            continue
        if (
            POBOX.search(bare)
            or _NUMBER_LAST.match(bare)
            or (_NUMBER_FIRST.match(bare) and _EUROPEAN_STREET.search(bare))
            or (numbered and bare[:1].isupper())
        ):
            if back > 2 and not (_EUROPEAN_STREET.search(bare) or numbered):
                return None
            if not bare[:1].isupper() and not bare[:1].isdigit() and not _EUROPEAN_STREET.match(bare):
                return None
            return [(bare, place + (label.end() if label else 0)), *later]
        if _EUROPEAN_STREET.search(bare) and back <= 2 and len(bare) <= 60 and bare[:1].isupper():
            return [(bare, place + (label.end() if label else 0)), *later]
    return None


_LOOSE_LAST = re.compile(
    rf"(?:^|\n|[:,;|(] )((?:(?:Unit|Suite|Ste\.?|#) ?[\w-]{{1,5}},? )?(?:[A-Z][\w'’.]* (?:House|Court|Mill|Centre|"
    rf"Center|Park),?\s)?(\d{{1,5}}[A-Za-z]?(?:[-\u2013]\d{{1,5}})? )?(?:[A-Z\d][\w.'’-]* ){{1,4}}(?i:{_SUFFIX})\b\.?"
    rf"(?: (?:N|S|E|W|NE|NW|SE|SW)\b\.?)?(?:,? (?:Suite|Ste|Unit|#|Floor)\.? ?[\w-]{{1,5}})?)\s?([,\n])\s?"
    rf"([A-Z][^\W\d_]+(?:[ '-][A-Z][^\W\d_]+){{0,2}}?)(?:,? (?:(Co\.? [A-Z][a-z]+|County [A-Z][a-z]+|"
    rf"{_US_STATE}|{_CA_NAMES}|{_AU_NAMES})\b)|(?=[.,]?\s*(?:\n|$)))",
    re.M,
)
_PLAIN_STREET = re.compile(r"\b(?:street|st|road|rd|avenue|ave|lane|ln|boulevard|blvd)\b\.?$", re.I)
_LOOSE_FIRST = re.compile(
    r"(?:^|[:,;|(]\s)((?:(?:rue|avenue|av\.?|avd\.?|avda\.?|bd|boulevard|place|chemin|route|all[ée]e|quai|"
    r"calle|c/|avenida|paseo|plaza|carretera|ctra\.?|via|viale|piazza|corso|rua|travessa|praça|estrada|ul\.|"
    r"ulica|al\.)\s[^\n,;|]{3,45}"
    r"|[A-ZÀ-Ž][\w.-]{2,30}(?: [A-ZÀ-Ž][\w.-]+)?(?:str(?:aße|asse|\.)|weg|platz|allee|vej|straat|laan|ská|cká|"
    r"ova|ná|ní|ého))(?:,? (?:n[°ºo.]{0,2} ?)?\d{1,4}[a-zA-Z]?(?:/\d{1,4})?|,? s/n))"
    r"\s?[,\n]\s?([A-ZÀ-Ž][^\W\d_]+(?:[ '-](?:[A-ZÀ-Ž][^\W\d_]+|de|del|di|la|do|da|am|im|"
    r"nad)){0,5})(?: ?\(([A-ZÀ-Ž][^\W\d_]+(?: [A-Z][^\W\d_]+)?)\))?(?=[.,]?\s*(?:\n|$))",
    re.I | re.M,
)


def loose(text: str, country: str) -> Iterator[Written]:
    """Streets with a town but without a postcode; for sites that state no complete address."""
    if country in SHAPES and SHAPES[country].town_follows:
        for match in _LOOSE_FIRST.finditer(text):
            if match[2][:1].isupper() and not _JUNK.search(match[0]):
                yield Written(match[1].strip(" ,"), match[2], match[3], None, country, match.start(1), match.end())
        return
    for match in _LOOSE_LAST.finditer(text):
        street, number, comma, town, region = match.groups()
        plain = bool(_PLAIN_STREET.search(street)) and comma == ","
        if (number or region or plain) and not _JUNK.search(match[0]):
            yield Written(street.strip(" ,"), town, region, None, country, match.start(1), match.end())
