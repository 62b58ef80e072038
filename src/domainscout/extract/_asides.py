"""Whose contact data a sentence gives in passing: partners, makers, emergency lines, fairs, an address that was left.

Owns the words that say so within one sentence; passages that others fill altogether are `_others`.
"""

from __future__ import annotations

import re

from domainscout.extract._people_praise import is_foreign_path
from domainscout.memory import remembered

_MAX_SENTENCE = 240
"""Characters before a place that are read for its sentence."""

_NAME = r"(?:the |der |den |die |la |le |el |il |de |het )?[A-ZÀ-Ž]"
"""What begins the name of somebody."""
_BREAK = re.compile(r"(?:\w{4}|[\w)]{3}\))[.!] (?=[A-ZÀ-Ž])| [|·•] ")
"""Where a sentence or a part of a line ends; "Str.", "Ltd." and "Tel." end none."""
_DOERS = re.compile(
    r"\b(?i:supplied|provided|protected|handled|operated|delivered|manufactured|hosted|financed|insured|underwritten|"
    r"issued|distributed|organi[sz]ed|covered|carried out|administered|finance|financing|marketing|"
    r"seo|photograph[ys]|photos|branding)"
    rf" by {_NAME}"
    r"|\b(?i:(?:we|they) (?:also )?(?:work|partner) with|wir arbeiten mit|nous travaillons avec|trabajamos con|"
    rf"lavoriamo con|wij werken (?:samen )?met|współpracujemy z|trabalhamos com) {_NAME}"
    r"|\b[a-z]+[ -](?i:partner|distributor|importer|stockist|dealer|lieferant|importeur|fournisseur|proveedor|"
    rf"fornitore|leverancier|dostawca)s?\s?: {_NAME}"
    r"|\b[A-Z]\w+ claims:|\b[A-Z]{2,5} members?:|"
    r"\b(?:City|County|Borough|District|Town) Council\b|\b[A-Z]\w+ box office\b"
    r"|\b(?i:clients?|customers?|kunden?|clientes?|klanten?|klient)\s?: [A-ZÀ-Ž]"
    r"|\b(?i:klacht(?:en)?|beschwerden?|complaints?|r[ée]clamations?|reclamaci[oó]n(?:es)?|reclami|skargi?)\? [A-ZÀ-Ž]"
    r"|\b(?i:datenschutzbeauftragte\w*|data protection officer|délégué à la protection|delegad[oa] de protección|"
    r"responsabile della protezione|functionaris (?:voor )?gegevensbescherming|inspektor\w* ochrony)\b[^.]{0,80}"
    r"\b(?:GmbH|AG|UG|KG|Ltd|Limited|LLP|SARL|SAS|S\.L\.|S\.r\.l|B\.V\.|Sp\. z)"
)
"""Somebody else named as the one who does something for the company or its customers."""
_WORDS = re.compile(
    r"\b(?:filed|lodged?) (?:\w+ )?with\b|\bhosten (?:\w+ )?bei\b|\bgehostet (?:bei|von|durch)\b|"
    r"\bgehost (?:bij|door)\b|"
    r"\bhosted (?:with|at)\b|\bhéberg\w+ (?:par|chez)\b|\balojad[oa] (?:en|por)\b|\bospitat[oa] (?:da|presso)\b|"
    r"\bsmell gas\b|\bgas (?:leak|emergenc)|\bpoison (?:control|info|cent)|\bgiftnotruf|\blifeline\b|\bsamaritans\b|"
    r"\bcrisis (?:line|hotline)\b|\bsuicide\b|\bnhs 111\b|\bantipoison\b|\btelefonseelsorge\b|"
    r"\bärztliche[rn]? (?:bereitschafts|not)dienst|\bguardia medica\b|"
    r"\bwarranty claims\b|\bunder (?:the )?manufacturer|"
    r"\bmanufacturer(?:'s|’s)? (?:helpline|technical|warranty|service)|"
    r"\bhersteller-?(?:service|hotline|kundendienst|garantie)|\bwerkskundendienst\b|\bservicio técnico oficial de\b|"
    r"\b(?:sister|partner|associated|affiliated) (?:company|firm|business|clinic|practice|shop|restaurant|hotel)\b|"
    r"\b(?:schwester|partner)(?:firma|unternehmen|gesellschaft|betrieb)\b|\bsociété s(?:œ|oe)ur\b|"
    r"\bempresa hermana\b|\bzuster(?:bedrijf|maatschappij)\b|\bconsociata\b|"
    r"\b(?:sister|twin) (?:hotel|site|school|shop|restaurant)\b|"
    r"\b(?:notre|our|unser\w*|nuestr[oa]|nostr[oa]|onze) (?:partenaire|partner(?:in)?|colaborador\w*)\b|"
    r"\b(?:coast|regional|overseas|local) (?:rep|agent|representative)s?\b|\brecommended \w+ (?:is|are)\b|"
    r"\bà venda em\b|\ben vente (?:chez|à)\b|\bde venta en\b|\bin vendita (?:presso|da|a)\b|\berhältlich bei\b|"
    r"\b(?:verkrijgbaar|te koop) bij\b|\b(?:stocked|sold) (?:by|at)\b|\bdo kupienia w\b|"
    r"\bsafeguarding concern|\bpomoc (?:doraźna|nocna)|\bnocna pomoc|"
    r"\bindependent(?:ly)?(?: owned)?(?: and operated)? (?:franchise|office|branch|business)"
)
"""For sentences in lower case."""
_OURS = re.compile(r"\b(?:us|uns|nous|ons|noi|nos)\b[^.;]{0,25}$", re.I)
_FAIR = re.compile(
    r"\b(?:stand|booth|stall) [a-z]?\d|\bwe(?: are|'re|’re) also at\b|\bfarmers['’]? market\b|\bwochenmarkt\b|"
    r"\b(?:dinner|reunion|gala|conference|next open (?:day|evening|house))\b|\b[a-z]+ (?:theatre|arena) box office\b|"
    r"\btickets?\b[^.]{0,30}\bfrom\b|"
    r"\btrade (?:fair|show)\b|\bmesse\b|\bexpo\b|\bexhibition\b|\bfoire\b|\bferia\b|\bfiera\b|\bvakbeurs\b|\btargi\b"
)
_LEFT = re.compile(
    r"\b(?:left|leaving) our (?:old|former|previous)\b|\bmoved (?:out )?(?:from|of)\b|"
    r"\bno longer (?:\w+ )?(?:at|in|on)\b|"
    r"\bnicht mehr in\b|\bnie (?:\w+ )?już\b|\bplus (?:au|à l'adresse)\b|\bya no (?:\w+ ){0,2}en\b|"
    r"\bformerly (?:at|of|in|located|based)\b|\bpreviously (?:at|in|located|based)\b|"
    r"\b(?:our|the) (?:old|former|previous) (?:\w+ ){1,2}(?:at|in|on|was|were)\b|"
    r"\b(?:old|former|previous) (?:address|premises|office|shop|workshop)\b|"
    r"\b(?:bisherige|ehemalige|frühere|alte)[rns]? (?:adresse|anschrift|standort|werkstatt|büro)|\bumgezogen von\b|"
    r"\banciens?(?:ne)?s? (?:adresse|locaux|atelier|bureau)|\banteriormente en\b|"
    r"\bantigu[oa] (?:dirección|sede|local)\b|\bvecchi[ao] (?:sede|indirizzo)\b|\b(?:het )?oude adres\b|"
    r"\bvoorheen (?:op|aan|in|gevestigd)\b|\bpoprzedni\w* (?:adres|siedzib)"
)
_FIRST_PERSON = re.compile(
    r"\b(?:(?<!meet )(?<!visit )(?<!find )(?<!see )(?<!join )us|"
    r"our|we|uns|unsere?[mnrs]?|wir|(?<!retrouvez-)(?<!rejoignez-)nous|"
    r"notre|nos|nuestr[oa]s?|nosotros|ons|onze|wij|noi|nostr[oaie]|nas|"
    r"nasz\w*|nós|noss[oa]s?)\b",
    re.I,
)
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]")
_LONG = 45
"""Characters of a line that tells something; shorter ones are labels and parts of addresses."""


@remembered(maxsize=1024)
def is_in_passing(line: str, place: int) -> bool:
    """Whether the sentence before a place in a line names somebody else whose contact data follow."""
    sentence = _sentence(line, place)
    if len(sentence) < 8 or not (_DOERS.search(sentence) or _WORDS.search(sentence.lower())):
        return False
    return _OURS.search(sentence) is None


@remembered(maxsize=1024)
def is_elsewhere(line: str, place: int) -> bool:
    """Whether the sentence before an address says that it is a fair's, or that the company has left it."""
    sentence = _sentence(line, place).lower()
    return len(sentence) >= 8 and (_FAIR.search(sentence) or _LEFT.search(sentence)) is not None


def is_told_of_others(url: str, line: str) -> bool:
    """Whether a line of a post or a reference tells of somebody without a word about the company itself."""
    if len(line) <= _LONG or not is_foreign_path(url):
        return False
    return _FIRST_PERSON.search(_QUOTED.sub("", line)) is None


def _sentence(line: str, place: int) -> str:
    before = line[max(0, place - _MAX_SENTENCE) : place]
    start = max((match.end() for match in _BREAK.finditer(before)), default=0)
    return before[start:]
