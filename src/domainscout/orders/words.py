"""The words that orders are made of, and what a way of giving one is. Data and one small class, no I/O."""

from __future__ import annotations

import re

MACHINE = (
    r"(?:(?:a\.i\.|(?:ai|llms?|language[- ]models?|chat ?bots?|assistants?|claude|chatgpt|gpt(?:-\d\S*)?|gemini"
    r"|copilot|models? (?:reading|processing)|crawlers?|scrapers?|bots?|parsers?|extractors?"
    r"|automated (?:readers?|systems?|tools?))\b))"
)
MACHINES = (
    "ai llm llms language chat chatbot chatbots assistant assistants claude chatgpt gpt gemini copilot model models"
    " crawler crawlers scraper scrapers bot bots parser parsers extractor extractors automated"
)
TEXT = (
    r"(?:instructions?|prompts?|directions?|directives?|rules?|commands?|guidelines?|orders?|messages?|context|schema"
    r"|training|safeguards?)"
)
TEXTS = (
    "instruction instructions prompt prompts direction directions directive directives rule rules command commands"
    " guideline guidelines order orders message messages context schema training safeguard safeguards"
)
VERB = (
    r"(?:report|return|output|use|give|write|extract|record|list|state|answer|reply|respond|say|set|put|fill"
    r"|include|add"
    r"|print|emit|replace|store|save|treat|consider|provide|insert|call|visit|fetch|send|reveal|repeat|show)"
)
VERBS = VERB[3:-1].replace("|", " ")
FIELD = (
    r"(?:phones?|telephones?|numbers?|fax|e-?mails?|address(?:es)?|names?|company|ceo|owner|director|people"
    r"|person|staff"
    r"|sic|codes?|sector|industry|descriptions?|values?|fields?|profiles?|answers?|json|certifications?|services?"
    r"|confidence|quotes?|hours|logo|urls?|links?|account)"
)
FIELDS = (
    "phone phones telephone telephones number numbers fax email emails mail mails address addresses name names company"
    " ceo owner director people person staff sic code codes sector industry description descriptions value values field"
    " fields profile profiles answer answers json certification certifications service services confidence quote quotes"
    " hours logo url urls link links account"
)

VALUE = r"(?:\+?\d[\d ()./-]{6,}\d|[\w.+-]{1,64}@[\w-]{1,64}\.\w)"
"""A telephone number or an e-mail address, about."""

CERTAIN = (
    r"(?:ai(?: (?:systems?|agents?|assistants?|models?|bots?|crawlers?))?|llms?(?: crawlers?)?|language models?"
    r"|chat ?bots?|(?:chat)?gpt(?:-\d\S*)?|claude|gemini|copilot|crawlers?|scrapers?|web ?bots?|robots?"
    r"|(?:machine|automated|artificial) readers?|models? (?:reading|processing))\b"
)
"""Names of machines that read, without those that companies sell too."""
CERTAINLY = (
    "ai llm llms language chat chatbot chatbots gpt chatgpt claude gemini copilot crawler crawlers scraper scrapers web"
    " webbot webbots robot robots machine automated artificial model models"
)
OF_COMPANY = rf"(?:(?:this |the |its |our |that )?(?:{FIELD}|company|business|site|website|firm|page)\b)"
PLACES = f"{FIELDS} company business site website firm page"


class Way:
    """One way of giving an order: its pattern, and what a line must hold for it to match at all.

    Args:
        pattern: regular expression, case ignored.
        needs: words in small letters, of each group at least one; the first group is the rarest.
        signs: literal texts instead of words, of which a line holds at least one.
    """

    def __init__(self, pattern: str, *needs: str, signs: tuple[bytes, ...] = ()) -> None:
        self.pattern = re.compile(pattern, re.I)
        self.needs = tuple(frozenset(group.encode().split()) for group in needs)
        self.signs = signs

    def is_possible(self, words: frozenset[bytes]) -> bool:
        """Whether a line of these words holds one of each group."""
        return not any(map(words.isdisjoint, self.needs))
