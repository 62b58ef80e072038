"""The title within running text: "eye surgeon" of "eye surgeon with a special interest in …"."""

from __future__ import annotations

import re

from domainscout.extract._people_words import listed, plain, words_of
from domainscout.extract._person_names import has_title_word

_STOPS = listed(
    """
    with who that for at in from by on to since based working serving specialising specializing has is was mit
    der die das fur bei im qui avec chez dans que con en per che presso
    """
)
"""Words that end a title once its trade is named."""
_BREAKS = listed("with who that which because where when whose is was has are est sont ist wird wurde")
"""Words that no title goes on behind: relatives and verbs."""


def title_phrase(text: str) -> str | None:
    """The words up to the last word of a trade: "eye surgeon" of "eye surgeon with a special interest"."""
    kept: list[str] = []
    last = 0
    for word in text.split(maxsplit=9)[:9]:
        bare = word.strip(",.;:()–—")
        folded = plain(bare)
        if folded in _BREAKS or (folded in _STOPS and last):
            break
        kept.append(bare if word[-1:] in ",.;:()" else word)
        if has_title_word(words_of(bare)):
            last = len(kept)
        if (word[-1:] in ".;:)" and len(word) > 3) or (word[-1:] == "," and last):
            break
    return " ".join(kept[:last]) if last else None


def title_in_bio(text: str) -> str | None:
    """The trade in the first sentence of a biography: "Ann is an experienced counsellor working with …"."""
    match = re.search(r"\b(?:is|was|as|has been)\s+(?:an?|the|our)\s+([\w ,'/-]{3,90})", text[:260])
    return title_phrase(match[1]) if match else None
