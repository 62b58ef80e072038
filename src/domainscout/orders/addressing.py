"""Orders known by whom they speak to: a model, a crawler, an assistant, someone who extracts data. Data only."""

from __future__ import annotations

from domainscout.orders.words import (
    CERTAIN,
    CERTAINLY,
    FIELD,
    FIELDS,
    MACHINE,
    MACHINES,
    OF_COMPANY,
    PLACES,
    TEXT,
    TEXTS,
    VALUE,
    VERB,
    VERBS,
    Way,
)

ADDRESSING = (
    Way(rf"^\W*(?:message )?to (?:the |all |any |every )?{CERTAIN}\s*:$", CERTAINLY, "to"),
    Way(rf"\b{TEXT} (?:for|to) (?:the |any |all |every |an? |this |whichever )?{MACHINE}", MACHINES, TEXTS),
    Way(
        r"\b(?:note|message|attention|notice|warning|important|hello|dear|hey|hi)\b[\s:,\-–—!]*(?:(?:to"
        r"|for)\b)?[\s:,]*"
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
        rf"\b(?:valid|correct|verified|official|only) {FIELD} for (?:the )?"
        rf"(?:{MACHINE}|(?:extraction|json|output)\b)",
        f"{MACHINES} extraction json output",
        "valid correct verified official only",
        FIELDS,
    ),
    Way(
        r"\b(?:dear|hey|attention|(?:note|hint|important|correction|message|notice|instructions?) (?:to|for))\b"
        rf" (?:the |all |any |every )?{CERTAIN}[^.!?:,]{{0,30}}[:,]\s*[^!?]{{0,60}}"
        rf"(?:{VALUE}|\b(?:treat|record|report|output|use|say|set|put|our (?:real |legal )?name is)\b"
        r"|\bnot .{1,40} but\b)",
        CERTAINLY,
        "dear hey attention note hint important correction message notice instruction instructions",
    ),
    Way(
        rf"\b(?:to|for) (?:the |all |any |every )?{CERTAIN}[^.!?:,]{{0,30}}:\s*(?!(?:call|ring|phone|contact"
        rf"|ask|e-?mail|tel)\b)[^!?]{{0,40}}"
        rf"(?:{VALUE}|\b(?:treat|record|report|output|our (?:real |legal )?name is)\b)",
        CERTAINLY,
        "to for",
    ),
    Way(
        rf"\b(?:any|all|every|an) {CERTAIN} (?:processing|reading|that reads?|indexing|parsing|scanning|visiting)\b",
        CERTAINLY,
        "processing reading read reads indexing parsing scanning visiting",
    ),
    Way(rf"\bas an? {CERTAIN},? you\b", CERTAINLY, "you"),
    Way(
        rf"(?:^|[>\])]\s*)\W*(?:ai|llms?)\s*:\s*(?:please |you must )?(?:say"
        rf"|{VERB})\b",
        "ai llm llms",
        f"say {VERBS}",
    ),
    Way(
        r"^\W*assistant\b\s*[,:]?\s+"
        r"(?:the (?:correct|real|right|main|official)|use|put|report|output|please|you|set)\b",
        "assistant",
        "correct real right main official use put report output please you set",
    ),
    Way(
        r"^\W*(?:@(?:assistant|ai|bot|claude|gpt)|/system|sudo)\b",
        "assistant ai bot claude gpt system sudo",
    ),
    Way(
        r"\b(?:if|when(?:ever)?|once) (?:you(?:.re| are)? |anyone |being )?asked (?:for|about|to give) "
        rf"(?:a |an )?{OF_COMPANY}[^.!?]{{0,40}}"
        rf"(?:{VALUE}|\b(?:say|answer|name it|respond|reply|report|give|state)\b)",
        "asked",
        "if when whenever once",
        PLACES,
    ),
    Way(
        r"\b(?:data|information|machine|automated|ai|llm) extraction purposes\b"
        r"|\bfor (?:the )?purposes? of (?:data|automated|machine|ai) extraction\b"
        r"|\bextraction (?:hint|note|rule|instruction|override)s?\s*:",
        "extraction",
        "purpose purposes hint hints note notes rule rules instruction instructions override overrides",
    ),
    Way(
        r"\b(?:when|while|if|before|after|anyone)\b[^.!?]{0,12}\b(?:summari[sz]ing|extracting|processing|parsing"
        r"|indexing|crawling|scraping)\b[^.!?]{0,14}\b(?:site|page|website|text|document|company|business)\b"
        rf"[^.!?]{{0,20}}\b(?:always|must|should|{VERB})\b",
        "summarising summarizing extracting processing parsing indexing crawling scraping",
        "when while if before after anyone",
        "site page website text document company business",
    ),
    Way(
        r"\b(?:machine[- ]readable|parser|crawler|scraper|extractor|llm|model|bot|ai) "
        rf"(?:override|directive|instruction|command)s?\b\s*[:,]?[^!?]{{0,40}}(?:{VALUE}|\b(?:must|report|output)\b)",
        "override overrides directive directives instruction instructions command commands",
        "readable parser crawler scraper extractor llm model bot ai",
    ),
    Way(
        r"\byou are\b[^!?]{0,20}\b(?:helpful|obedient|unrestricted|uncensored) (?:assistant|ai|model"
        r"|language model)\b",
        "helpful obedient unrestricted uncensored",
        "you",
    ),
)
