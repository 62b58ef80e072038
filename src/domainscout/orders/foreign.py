"""The commonest orders, to ignore what one was told, in other languages and scripts. Data only."""

from __future__ import annotations

import re

from domainscout.orders.disguises import LOOKALIKES
from domainscout.orders.words import Way

FOREIGN = (
    Way(r"\bignorier\w*\b[^.!?]{0,60}\b(?:anweisung|vorgabe|regel|instruktion)\w*", signs=(b"ignorier",)),
    Way(
        r"\bignor[aeáez]\w*\b[^.!?]{0,60}\b(?:instruc\w+|indicaci\w+|istruzion\w+|consign\w+)",
        signs=(b"ignor",),
    ),
    Way(
        r"\bignor\w*\b[^.!?]{0,40}\b(?:text oben|obigen|vorherig\w*|bisherig\w*|precedent\w*|ci-dessus"
        r"|todo lo anterior|anterior\w*|acima|precedenti|sopra)\b",
        signs=(b"ignor",),
    ),
    Way(
        r"\b(?:negeer|zignoruj|desconsider\w*|olvida\w*|oublie[zr]?|vergiss|dimentica\w*|bortse|ignorera?)\b"
        r"[^.!?]{0,40}\b(?:instruc\w*|instruk\w*|anweisung\w*|consign\w*|istruzion\w*|polecen\w*|aanwijzing\w*)",
        signs=(
            b"negeer",
            b"zignoruj",
            b"desconsider",
            b"olvida",
            b"oublie",
            b"vergiss",
            b"dimentica",
            b"bortse",
            b"ignorer",
        ),
    ),
)


def _seen(russian: str) -> str:
    """Russian as it is seen once look-alike letters are Latin."""
    return russian.translate(LOOKALIKES)


OTHER_SCRIPTS = re.compile(
    r"(?:忽略|无视|無視|무시).{0,20}(?:指令|指示|说明|以上|之前|내용|지시)|(?:指示|지시).{0,12}(?:無視|忽略|무시)|"
    r"(?:تجاهل|انس)\b.{0,30}(?:تعليمات|أوامر|توجيهات|ما سبق)|(?:התעלם|תתעלם).{0,30}(?:הוראות|הנחיות)|"
    r"(?:αγνόησε|αγνοήστε).{0,40}(?:οδηγίες|εντολές)|"
    + _seen(r"(?:игнор|забуд)[^.!?]{0,40}(?:инструк|предыдущ|указани|все )"),
    re.I,
)
"""Ways in other scripts: looked for in lines that are not plain ASCII."""

_SCRIPT = re.compile("[\u0370-\u06ff\u3040-\u9fff\uac00-\ud7af]")


def has_other_script(text: str) -> bool:
    """Whether a text holds letters that these ways need."""
    return not text.isascii() and bool(_SCRIPT.search(text))
