"""Common ways in which text gives orders to a machine that reads it: patterns, and the words that a line must hold.

Data only. Patterns see text without disguises (`orders.plain`): no accents, Cyrillic letters that look Latin are Latin.
Each must make sense only when it is said to a machine: the evaluation pages hold no such line.
"""

from __future__ import annotations

import re

MACHINE = (
    r"(?:(?:a\.i\.|(?:ai|llms?|language[- ]models?|chat ?bots?|assistants?|claude|chatgpt|gpt(?:-\d\S*)?|gemini|copilot"
    r"|models?|agents?|crawlers?|scrapers?|bots?|parsers?|extractors?|automated (?:readers?|systems?|tools?))\b))"
)
MACHINES = (
    "ai llm llms language chat chatbot chatbots assistant assistants claude chatgpt gpt gemini copilot model models"
    " agent agents crawler crawlers scraper scrapers bot bots parser parsers extractor extractors automated"
)
_TEXT = (
    r"(?:instructions?|prompts?|directions?|directives?|rules?|commands?|guidelines?|orders?|messages?|context|schema"
    r"|training|safeguards?)"
)
_TEXTS = (
    "instruction instructions prompt prompts direction directions directive directives rule rules command commands"
    " guideline guidelines order orders message messages context schema training safeguard safeguards"
)
VERB = (
    r"(?:report|return|output|use|give|write|extract|record|list|state|answer|reply|respond|say|set|put|fill|include|add"
    r"|print|emit|replace|store|save|treat|consider|provide|insert|call|visit|fetch|send|reveal|repeat|show)"
)
VERBS = VERB[3:-1].replace("|", " ")
FIELD = (
    r"(?:phones?|telephones?|numbers?|fax|e-?mails?|address(?:es)?|names?|company|ceo|owner|director|people|person|staff"
    r"|sic|codes?|sector|industry|descriptions?|values?|fields?|profiles?|answers?|json|certifications?|services?"
    r"|confidence|quotes?|hours|logo|urls?|links?|account)"
)
FIELDS = (
    "phone phones telephone telephones number numbers fax email emails mail mails address addresses name names company"
    " ceo owner director people person staff sic code codes sector industry description descriptions value values field"
    " fields profile profiles answer answers json certification certifications service services confidence quote quotes"
    " hours logo url urls link links account"
)
_ROLES = ("system", "assistant", "user", "human", "developer", "tool", "admin", "administrator", "root", "sys")
_ANSWERS = "json output answer response extraction reply"


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


WAYS = (
    Way(
        r"\b(?:ignore|disregard|forget|override|bypass|overrule|do not (?:follow|obey)|don\Wt (?:follow|obey))\b"
        r"[^.!?]{0,60}\b(?:previous|prior|above|earlier|preceding|all|any|other|your|these|the|system|original)\b"
        rf"[^.!?]{{0,40}}\b{_TEXT}\b",
        "ignore disregard forget override bypass overrule follow obey",
        _TEXTS,
    ),
    Way(
        r"\b(?:ignore|disregard|forget)\b (?:everything|anything|all)\b[^.!?]{0,30}"
        r"\b(?:above|before|previous|earlier|said|told)",
        "ignore disregard forget",
    ),
    Way(
        r"\b(?:ignore|disregard|forget|discard)\b[^.!?]{0,40}\b(?:rest of (?:the|this) (?:page|site|text|document)"
        rf"|(?:other|real|actual|listed|visible) {FIELD})\b",
        "ignore disregard forget discard",
    ),
    Way(
        rf"\b(?:new|updated|revised|additional|special|secret|hidden|system|developer|admin) {_TEXT}"
        r"(?:\s*[:>\]]|\s+for (?:the |all |any )?(?:ai|llm|model|assistant|reader|extract))",
        _TEXTS,
        "new updated revised additional special secret hidden system developer admin",
    ),
    Way(rf"\b{_TEXT} (?:for|to) (?:the |any |all |every |an? |this |whichever )?{MACHINE}", MACHINES, _TEXTS),
    Way(
        r"\b(?:note|message|attention|notice|warning|important|hello|dear|hey|hi)\b[\s:,\-–—!]*(?:(?:to|for)\b)?[\s:,]*"
        rf"(?:the |all |any |every |an? )?{MACHINE}"
        r"(?=[\s]*(?:[,:;!.\-–—]|that|which|who|reading|processing|and|must|should|$))",
        MACHINES,
        "note message attention notice warning important hello dear hey hi",
    ),
    Way(rf"\b(?:if|when|as|since|because) you(?:'re| are)? (?:an? |the )?{MACHINE}", MACHINES, "you"),
    Way(
        r"\byou are (?:now |actually |hereby )?(?:an? |the |in )?"
        rf"(?:{MACHINE}|dan\b|developer mode|debug mode|root\b|jailbroken\b|unrestricted\b)",
        f"{MACHINES} dan developer debug root jailbroken unrestricted",
        "you",
        "are",
    ),
    Way(
        r"\b(?:act|behave|respond|answer|reply) as (?:if you|an? (?:ai|assistant|different|unrestricted|new))\b",
        "act behave respond answer reply",
        "if ai assistant different unrestricted new",
    ),
    Way(
        rf"\b{MACHINE}[^.!?]{{0,40}}\b(?:must|should|shall|has to|have to|is to|are to|needs? to|is required to"
        rf"|are required to|please|is instructed to|are instructed to)\b[^.!?]{{0,40}}\b{VERB}\b",
        MACHINES,
        "must should shall has have is are need needs please",
        VERBS,
    ),
    Way(
        rf"\b{VERB}\b[^.!?]{{0,60}}\b{FIELD}\b(?:[^.!?]|\.(?=\S)){{0,60}}\binstead(?: of\b|\b\s*[:.!,]|\s*$)",
        "instead",
        VERBS,
        FIELDS,
    ),
    Way(rf"\binstead(?: of [^.!?]{{1,60}})?,? {VERB} (?:this|the following|only|that|these)\b", "instead", VERBS),
    Way(
        rf"\b{VERB} (?:this|the following|only this|that) (?:\w+ ){{0,3}}{FIELD} instead\b",
        "instead",
        VERBS,
        FIELDS,
    ),
    Way(
        r"\b(?:(?:report|return|record|print|replace) (?:the |this |that |its |their |only |all |any |every )+"
        r"|(?:output|set|fill in|emit|extract) (?:the |this |that |its |their |only |all |any |every )*)"
        rf"(?:company(?:'s)? |main |correct |real |actual |official |contact |sic |legal )*{FIELD}\b\s*"
        r"(?:field |value |to be |as being |as |to [\"'+\d]|with |:|=)",
        "report return record print replace output set fill emit extract",
        FIELDS,
    ),
    Way(
        r"\b(?:your|the) (?:json|output|answer|response|extraction|reply) (?:must|should|shall|has to|needs to|will)"
        r" (?:be|say|contain|include|state|use|set|list|read|only)\b",
        _ANSWERS,
        "must should shall has needs will",
    ),
    Way(
        r"\b(?:in|to) your (?:json|output|answer|response|extraction|reply|summary|profile|report)\b",
        f"{_ANSWERS} summary profile report",
        "your",
    ),
    Way(
        rf"\b(?:valid|correct|verified|official|only) {FIELD} for (?:the )?"
        rf"(?:{MACHINE}|(?:extraction|json|output)\b)",
        f"{MACHINES} extraction json output",
        "valid correct verified official only",
        FIELDS,
    ),
    Way(
        r"^\W*(?:system|assistant|user|human|developer|tool|admin(?:istrator)?|root|sys)\s*"
        r"(?:message|prompt|override|note|role|notice|update)?\s*[:>\]]\s*\S.*\b(?:you|your|ignore|must|report|return"
        r"|output|instead|extract|instructions?|set|use|json|answer|respond|new|now|number|phone)\b",
        # "sysmessage:" is one word of the page.
        " ".join(
            role + more
            for role in _ROLES
            for more in ["", "message", "prompt", "override", "note", "role", "notice", "update"]
        ),
        "you your ignore must report return output instead extract instruction instructions set use json answer respond"
        " new now number phone",
    ),
    Way(r"<\|[\w /]{1,40}\|?>|<</?SYS>>", signs=(b"<",)),
    Way(r"\[/?(?:INST|SYS|SYSTEM|ASSISTANT|USER)\]", signs=(b"[",)),
    Way(
        r"</?\s*(?:system|assistant|instructions?|prompt|untrusted|data|pages?|document|context|user)"
        r"(?:-[\w-]+)?\b[^>]{0,80}>",
        signs=(b"<",),
    ),
    Way(
        r"(?:^|\s)(?:#{2,}|={3,}|-{3,}|\*{3,}|<{2,}|>{2,})\s*"
        r"(?:system|end|begin|start|new|instructions?|admin|override|untrusted|assistant|user)\b[^.]{0,40}"
        r"\b(?:page|data|input|document|text|prompt|instructions?|message|content|untrusted|override|website)\b",
        signs=(b"#", b"=", b"--", b"*", b"<", b">"),
    ),
    Way(
        r"\b(?:end|close) of (?:the )?(?:untrusted|page|website|user|input|document)(?:'s)?"
        r" (?:data|text|content|input|page|document)s?\b",
        "end close",
        "untrusted page website user input document",
    ),
    Way(
        r"\b(?:reveal|print|repeat|show|leak|send|disclose|output)\b[^.!?]{0,40}"
        r"\b(?:system prompt|api key|your instructions|secret key|your credentials)\b",
        "prompt key instructions credentials",
        "reveal print repeat show leak send disclose output",
    ),
    Way(
        r"\b(?:this|it) (?:overrides|supersedes|takes precedence over)\b[^.!?]{0,60}"
        r"\b(?:instructions?|prompts?|rules?|page|above|else)\b",
        "overrides supersedes precedence",
    ),
    Way(r"\bignorier\w*\b[^.!?]{0,60}\b(?:anweisung|vorgabe|regel|instruktion)\w*", signs=(b"ignorier",)),
    Way(
        r"\bignor[aeáez]\w*\b[^.!?]{0,60}\b(?:instruc\w+|indicaci\w+|istruzion\w+|consign\w+)",
        signs=(b"ignor",),
    ),
    Way(r"\b(?:assistant|model|json|llm)\b.{0,40}\b(?:prefill|jailbreak)\b", "prefill jailbreak"),
    Way(
        r"\b(?:assistant|model|json|llm)\b.{0,40}\bend_turn\b|\bstop_reason\b|\btool_use\b",
        signs=(b"_",),
    ),
    Way(r"\"(?:company_name|phones?|emails?|sic_code|short_description)\"\s*:\s*[\[{\"]", signs=(b'"',)),
)
"""The common ways of giving an order."""
