"""Legal forms of companies ("Ltd", "GmbH", "S.L."), as they stand at the end of registered names.

Owns the list and the two questions asked of it. Does not decide which name is the company's (`names`).
"""

from __future__ import annotations

import re

from domainscout.memory import remembered

_FORMS = (
    # English
    r"ltd\.?|limited|plc|p\.l\.c\.|llp|l\.l\.p\.|llc|l\.l\.c\.|inc\.?|incorporated|corp\.?|corporation|pllc|"
    r"p\.l\.l\.c\.|c\.?i\.?c\.?|"
    r"p\.c\.|lp|pty\.?\s+ltd\.?|pty\.?\s+limited|pty\.?|pte\.?\s+ltd\.?|pvt\.?\s+ltd\.?|private\s+limited|"
    r"co\.,?\s+ltd\.?|co\.,?\s+inc\.?|"
    # German
    r"gmbh\s*&\s*co\.?\s*(?:kgaa|kg|ohg)|ug\s*\(haftungsbeschränkt\)\s*&\s*co\.?\s*kg|ug\s*\(haftungsbeschränkt\)|"
    r"ggmbh|"
    r"gmbh|ag\s*&\s*co\.?\s*kg|ag|kgaa|kg|ohg|gbr|e\.\s?k\.|e\.\s?v\.|partg(?:\s?mbb)?|part\s?mbb|eg|"
    # French, Italian, Spanish, Portuguese
    r"s\.?a\.?r\.?l\.?(?:\s+unipersonnelle)?|s\.?a\.?s\.?u?\.?|e\.?u\.?r\.?l\.?|sci|scop|"
    r"s\.?r\.?l\.?s?\.?|s\.p\.a\.?|(?-i:SpA)|s\.?n\.?c\.?|s\.?a\.?s\.?|s\.?l\.?u?\.?|s\.?l\.?p\.?|s\.?a\.?u?\.?|s\.?c\.?p\.?|"
    r"lda\.?|ltda\.?(?:\s+me)?|unipessoal,?\s+lda\.?|eireli|"
    # Dutch, Nordic, central and eastern Europe
    r"b\.?v\.?b\.?a\.?|b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|aps|a/s|i/s|k/s|ab|as|asa|oyj?|ehf|"
    r"s\.\s?r\.\s?o\.?|spol\.\s+s\s+r\.\s?o\.?|a\.\s?s\.|v\.\s?o\.\s?s\.|z\.\s?s\.|sp\.\s?z\s?o\.?\s?o\.?|s\.\s?c\.|"
    r"sp\.\s?k\.|sp\.\s?j\.|kft\.?|zrt\.?|d\.o\.o\.?|ou|oü|uab|sia"
)
LEGAL_FORM = re.compile(rf"(?<![\w.&/-])(?:{_FORMS})(?![\w&/-])", re.I)
"""A legal form anywhere in a text. Two-letter forms occur by chance: anchor them at the end of a name."""

_AT_END = re.compile(rf"[\s,]+(?:{_FORMS})\s*$", re.I)
_PLAIN_WORDS = re.compile(r"[\s,]+(?:as|ab|ou|eg|sci|sia|co)\s*$")


@remembered(maxsize=1024)
def strip_legal(name: str) -> str:
    """The name without the legal forms at its end; unchanged where nothing else would be left."""
    while True:
        shorter = name if _PLAIN_WORDS.search(name) else _AT_END.sub("", name).rstrip(" ,-")
        if shorter == name or not shorter:
            return name
        name = shorter


def has_legal(name: str) -> bool:
    """Whether the name ends in a legal form."""
    return strip_legal(name) != name
