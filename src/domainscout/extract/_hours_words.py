"""Words for days, times and "closed" in seven languages and more. Owns the patterns."""

from __future__ import annotations

import re

from domainscout.literals import grouped

_DAY_WORDS = (
    r"mon(?:day)?s?|tue(?:s(?:day)?s?)?|wed(?:s|nesday)?s?|thu(?:r(?:s(?:day)?s?)?)?|fri(?:day)?s?|"
    r"sat(?:urday)?s?|sun(?:day)?s?|"
    r"weekdays|weekends?|werkdagen|vardagar|hverdage|jours ouvr(?:és|ables)|giorni feriali|dias úteis|dni robocze|"
    r"daily|every ?day|bank holidays|(?:7|seven) days(?: a week|/week)?|"
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
    r"poniedzia[łl]ek|wtorek|[śs]roda|czwartek|pi[ąa]tek|niedziela|pon|pn|wt|[śs]r|czw|pt|sob|ndz|nd|"
    r"mandag|tirsdag|onsdag|torsdag|fredag|l[øo]rdag|s[øo]ndag|man|tir|ons|tor|fre|l[øo]r|s[øo]n|"
    r"m ?[-\u2013] ?(?:f|th|sa|su|w)|tu|we|th|su|[2-6]ª(?:[ -]feiras?)?"
)


_SHUT = (
    r"closed|geschlossen|ruhetag|ferm[ée]|cerrado|chius[oi]|gesloten|fechad[oa]|zav[řr]eno|zamkni[ęe]te|"
    r"nieczynne|lukket"
)


# The patterns for marks are in lower case, for lines in lower case: so the search compares letters as they are.
DAY = re.compile(rf"(?<![\w@./-])(?:{grouped(_DAY_WORDS)})(?=\d|{_SHUT}|[^\w@/]|$)")


_CLOCK = (
    r"(?:0\d[0-5]\d(?= ?(?:h\b|hrs|hours|-|\u2013|to\b))|(?<=[-\u2013] )[12]\d[0-5]\d|(?<=to )[12]\d[0-5]\d|"
    r"(?:[01]?\d|2[0-4])(?:[:.h][0-5]\d(?:[:.]00)?| h [0-5]\d)?\s{0,2}(?:[ap](?:\.?\s?m)?\b\.?|(?:uhr|h|hrs?|hod)\b)?|"
    r"noon|midnight|midday|mittags)"
)


_TO = (
    r"\s{0,2}(?:[-\u2010-\u2015\u2212~>→]{1,3}|to|til|till|until|thru|through|and|bis|à|a|al|alle|ore|au|as|às|"
    r"até|hasta|tot|do|til|und|y|e)\s{0,2}(?:the |las |les |ore |alle )?"
)


# What a range can begin with is looked at first: few letters of a line go on from there.
RANGE = re.compile(
    rf"(?=[\dbdfhmnov])(?<![\d:.,/$£€#+-])(?:from |von |de |dalle |van |das |od |fra |between |h )?{_CLOCK}\s{{0,2}}"
    rf"(?:e[sd]?t|p[sd]?t|c[sd]?t|gmt|bst)?{_TO}{_CLOCK}(?![\w%/€£$]|-\d|[.,:]\d)",
)


TIME = re.compile(
    r"\d(?:[:.h][0-5]\d| ?[ap]\.? ?m\b|[ap][-\u2010-\u2015]"
    r"| ?(?:uhr|h|hod|hours|hrs|heures|horas|ore|uur)\b"
    r"|(?<!\d\d)\d?\s?(?:[-\u2010-\u2015]|to|till?|bis|à|a|alle|tot|as|às|do)\s?\d{1,2}(?![\d-])|(?<=2)4 ?/ ?7"
    r"|(?<=h2)(?<!\wh2)4|(?<=0)(?<!\w0)\d[0-5]\d ?(?:[-\u2010-\u2015]|to|hrs|hours))"
)
"""Cheap test for a line that could say a time."""


AFTER_SHORT = re.compile(rf"\s?[-\u2010-\u2015:.,+&/]|\s?\d|\s[aàe]\s\dª|\s?(?:{_SHUT})")
"""What follows a day of two letters; "we" and "so" are words."""


GLUED_DAY = re.compile(rf"\b({_DAY_WORDS})(?=\d|{_SHUT})", re.I)
MAYBE_GLUED = re.compile(rf"[^\W\d_](?:\d|{_SHUT})|7(?<=j/7)(?:\d|{_SHUT})", re.I)
"""Cheap test for a text with such a day."""


STRICT = re.compile(r"\d[:.h]\d\d|[ap]\.?\s?m\b|\d[ap]\b|uhr\b|\d\s?h\b|noon|\bhod\b")


CLOSED = re.compile(
    rf"(?:{_SHUT}|"
    r"open all day|by appointment(?: only)?|nach (?:vereinbarung|absprache)|sur rendez-vous|con cita|"
    r"su appuntamento|op afspraak|emergency only)\b"
)


ALWAYS = re.compile(
    r"\b24 ?/ ?7(?:/365)?\b|\b24[ -]?(?:hours?|hrs?|h) (?:a|per) day\b,?(?: ?(?:and )?(?:7|"
    r"seven) ?days(?: a week| per week)?)?"
    r"|\b24[ -]?(?:hours?|hrs?|h)\b,? ?(?:and )?(?:7|seven) ?days(?: a week| per week)?"
    r"|\b24[ -]?(?:hours?|hrs?|h) (?:[a-z]+ ){0,2}(?:service|response|line|hotline|support|call-?out|help ?line)\b"
    r"|\bh ?24\b(?:,? ?7 giorni su 7)?|\b24 ?(?:heures|h) ?(?:/|sur) ?24\b(?:.{0,3}7 ?j(?:ours)? ?(?:/|"
    r"sur) ?7)?|\b24 ore su 24\b(?:,? ?7 giorni su 7)?"
    r"|\b24 horas(?: al d[íi]a| por dia)|rund um die uhr|24 uur per dag"
)


ALWAYS_HOLDS = ("24", "rund")
"""Letters of which some stand in every line that says so."""


TOPIC = re.compile(
    r"\b(?:hours|opening times|business hours|open(?:ing)?|[öo]ffnungszeiten|sprechzeiten|gesch[äa]ftszeiten|"
    r"b[üu]rozeiten|servicezeiten|horaires?|ouvert(?:ure)?|"
    r"horario|abierto|atenci[óo]n|orari[oi]?|apert[oa]|apertura|openingstijden|geopend|hor[áa]rio|aberto|"
    r"atendimento|otev[íi]rac[íi]|otev[řr]eno|"
    r"godziny|otwarte|[åa]bningstider|[åa]ben|call|phone|available|chat|telephone|lines|service|support|"
    r"morning|evening|erreichbar)\b",
    re.I,
)


EVENT = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|januar|m[äa]rz|mai|"
    r"juni|juli|oktober|dezember|janvier|f[ée]vrier|avril|juin|juillet|ao[ûu]t)\.? \d{1,2}(?:st|nd|rd|"
    r"th)?\b(?! ?[ap]m)|\b\d{1,2}(?:st|nd|rd|th)? (?:january|february|april|june|july|august|"
    r"september|october|november|december)\b|\b(?:19|20)\d\d\b"
)


TAIL = re.compile(
    r"[ ,]{0,2}\(?(?:e[sd]?t|p[sd]?t|c[sd]?t|m[sd]?t|gmt|bst|cet|(?:eastern|central|mountain|pacific|atlantic|"
    r"local)(?: standard| daylight)? time)\b\)?(?: ?\([a-z]{2,4}\))?"
)
