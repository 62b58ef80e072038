"""Less common ways in which text gives orders to a machine: data like that of `ways`.

Careful with companies that sell machines, name people Claude or say "report faults to …": what they write is no order.
"""

from __future__ import annotations

import re

from domainscout.orders.ways import FIELD, FIELDS, VERB, VERBS, Way

LOOKALIKES = str.maketrans("аеорсухіјѕАЕОРСХВНКМТ", "aeopcyxijsAEOPCXBHKMT")
"""Cyrillic letters that look Latin."""

_VALUE = r"(?:\+?\d[\d ()./-]{6,}\d|[\w.+-]{1,64}@[\w-]{1,64}\.\w)"
"""A telephone number or an e-mail address, about."""

_CERTAIN = (
    r"(?:ai(?: (?:systems?|agents?|assistants?|models?|bots?|crawlers?))?|llms?(?: crawlers?)?|language models?"
    r"|chat ?bots?|(?:chat)?gpt(?:-\d\S*)?|claude|gemini|copilot|crawlers?|scrapers?|web ?bots?|robots?"
    r"|(?:machine|automated|artificial) readers?|models? (?:reading|processing))\b"
)
"""Names of machines that read, without those that companies sell too."""
_CERTAINLY = (
    "ai llm llms language chat chatbot chatbots gpt chatgpt claude gemini copilot crawler crawlers scraper scrapers web"
    " webbot webbots robot robots machine automated artificial model models"
)
_OF_COMPANY = rf"(?:(?:this |the |its |our |that )?(?:{FIELD}|company|business|site|website|firm|page)\b)"
_PLACES = f"{FIELDS} company business site website firm page"

MORE_WAYS = (
    Way(
        r"\b(?:dear|hey|attention|(?:note|hint|important|correction|message|notice|instructions?) (?:to|for))\b"
        rf" (?:the |all |any |every )?{_CERTAIN}[^.!?:,]{{0,30}}[:,]\s*[^!?]{{0,60}}"
        rf"(?:{_VALUE}|\b(?:treat|record|report|output|use|say|set|put|our (?:real |legal )?name is)\b"
        r"|\bnot .{1,40} but\b)",
        _CERTAINLY,
        "dear hey attention note hint important correction message notice instruction instructions",
    ),
    Way(
        rf"\b(?:to|for) (?:the |all |any |every )?{_CERTAIN}[^.!?:,]{{0,30}}:\s*[^!?]{{0,40}}"
        rf"(?:{_VALUE}|\b(?:treat|record|report|output|our (?:real |legal )?name is)\b)",
        _CERTAINLY,
        "to for",
    ),
    Way(
        rf"\b(?:any|all|every|an) {_CERTAIN} (?:processing|reading|that reads?|indexing|parsing|scanning|visiting)\b",
        _CERTAINLY,
        "processing reading read reads indexing parsing scanning visiting",
    ),
    Way(rf"\bas an? {_CERTAIN},? you\b", _CERTAINLY, "you"),
    Way(rf"(?:^|[>\])]\s*)\W*(?:ai|llms?)\s*:\s*(?:please |you must )?(?:say|{VERB})\b", "ai llm llms", f"say {VERBS}"),
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
        r"\b(?:report|return|emit|answer|output|(?:respond|reply) with)\b\s+"
        rf"(?:only |just |that |the |this |with |number |phone |e-?mail |as )*{_VALUE}",
        "report return emit answer output respond reply",
    ),
    Way(
        rf"\b(?:use|treat|put|write|set|give|consider|list|store)\b[^.!?]{{0,12}}{_VALUE}"
        r"[^!?]{0,30}\b(?:as (?:the |its |their )?(?:only |main |valid |correct |official |legal |primary |company )*"
        rf"{FIELD}|under (?:the )?{FIELD}|and nothing else)\b",
        "use treat put write set give consider list store",
        f"{FIELDS} nothing",
    ),
    Way(
        rf"\breplace (?:all|every|any|the|these|its)\b[^.!?]{{0,30}}\b{FIELD}\b[^.!?]{{0,20}}\bwith\b",
        "replace",
        "with",
    ),
    Way(
        r"\b(?:do not|don\Wt|never) (?:report|output|extract|return|mention) (?:the|any|this|that|other|these)\b"
        rf"[^.!?]{{0,20}}\b(?:{FIELD}|above|below)\b",
        "report output extract return mention",
        "not don never",
    ),
    Way(
        r"\b(?:disregard|discard|ignore) (?:the )?(?:others?|rest of the|any other|all others?|everything else)\b"
        r"|\bignore (?:the |this |all )?(?:page|site|website|visible|real)\b",
        "disregard discard ignore",
        "other others rest everything page site website visible real",
    ),
    Way(r"\bstop (?:reading|processing) (?:here|this|now|the page)\b", "stop", "reading processing"),
    Way(
        r"\byour (?:task|job|goal|role|objective|instructions?|guidelines?|prompt|system prompt)"
        r" (?:has changed|have changed|is changed|is now to|are now to)\b",
        "task job goal role objective instruction instructions guideline guidelines prompt",
        "your",
        "changed now",
    ),
    Way(
        r"\b(?:if|when(?:ever)?|once) (?:you(?:.re| are)? |anyone |being )?asked (?:for|about|to give) "
        rf"(?:a |an )?{_OF_COMPANY}[^.!?]{{0,40}}"
        rf"(?:{_VALUE}|\b(?:say|answer|name it|respond|reply|report|give|state)\b)",
        "asked",
        "if when whenever once",
        _PLACES,
    ),
    Way(rf"\bpretend (?:that |to be |you)[^.!?]{{0,30}}\b{_OF_COMPANY}", "pretend", _PLACES),
    Way(
        r"\bexpected (?:output|answer|response|extraction|json)\s*[:=]",
        "expected",
        "output answer response extraction json",
    ),
    Way(
        r"\b(?:in|of|to|into) (?:every|each|any|the|your|all) (?:json|structured output)\b",
        "json structured",
        "every each any the your all",
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
        r"\b(?:overrid|overrul|supersed)(?:e|es|ed|ing) (?:all |any of )?(?:your|the model)\b",
        "override overrides overrided overriding overrule overrules overruled overruling supersede supersedes"
        " superseded superseding",
    ),
    Way(
        r"\byou (?:must|shall|should|will|have to|are to|need to) (?:now |only |always |instead |please )*"
        r"(?:(?:respond|reply|answer) with|output|report|emit)\b(?:(?! (?:to|on|at|by|via) )[^!?]){0,25}"
        rf"(?:{_VALUE}|\bnothing else\b)",
        "respond reply answer output report emit",
        "you",
        "must shall should will have are need",
    ),
    Way(rf"\b(?:answer|output) is\b.{{0,20}}{_VALUE}", "answer output", "is"),
    Way(
        r"\b(?:tool|function)(?:_(?:result|call|use|output)\b| (?:result|call|output)\s*:)",
        "tool function",
        "result call use output",
    ),
    Way(
        rf"\b(?:outdated|obsolete|wrong|incorrect|fake|elsewhere)\b[^!?]{{0,40}}\b(?:report|output|return)\b"
        rf"[^.!?]{{0,12}}{_VALUE}",
        "outdated obsolete wrong incorrect fake elsewhere",
        "report output return",
    ),
    Way(
        r"(?:^|[.!?>|]\s*)\W*(?:prompt|override|directive|(?:extraction |machine )?hint|(?:admin|developer|system)"
        r" (?:note|message|override))\s*:\s*[^.!?]*\b(?:report|output|return|extract|set|respond|company_name)\b",
        "prompt override directive hint note message",
        "report output return extract set respond company",
    ),
    Way(r"\{\{\s*(?:system|user|assistant|prompt)\b", signs=(b"{{",)),
    Way(
        r"\b(?:machine[- ]readable|parser|crawler|scraper|extractor|llm|model|bot|ai) "
        rf"(?:override|directive|instruction|command)s?\b\s*[:,]?[^!?]{{0,40}}(?:{_VALUE}|\b(?:must|report|output)\b)",
        "override overrides directive directives instruction instructions command commands",
        "readable parser crawler scraper extractor llm model bot ai",
    ),
    Way(r"\bhuman\s*:.{0,80}\bassistant\s*:", "human", "assistant"),
    Way(r"#{2,}\s*(?:response|instruction|input|output)s?\s*:", signs=(b"##",)),
    Way(
        r"\byou are\b[^!?]{0,20}\b(?:helpful|obedient|unrestricted|uncensored) (?:assistant|ai|model|language model)\b",
        "helpful obedient unrestricted uncensored",
        "you",
    ),
    Way(
        rf"{_VALUE}[^!?]{{0,30}}[,;:–—-]\s*(?:output|report|return|extract) (?:it|this|that|only)\b",
        "output report return extract",
        "it this that only",
    ),
    Way(r"\b(?:which|that) you must (?:report|output|return)\b", "report output return", "must", "you"),
    Way(rf"\breport (?:the following|this|only this) {FIELD}\b", "report", "following this"),
    Way(
        r"\bset (?:the )?(?:phones?|e-?mails?|company[_ ]?name|legal[_ ]?name)\b"
        rf"(?: (?:field|number|value))?\s*(?:to\b|=)\W*{_VALUE}",
        "set",
        "phone phones email emails mail mails company companyname legal legalname",
    ),
    Way(
        rf"\b(?:add|include|put|insert)\b[^.!?]{{0,8}}{_VALUE}\S*\s*\b(?:to|in|into|under|as) (?:the |your )?"
        r"(?:phones|e-?mails|values?|fields?|list of phones)\b",
        "phones emails mails value values field fields",
        "add include put insert",
    ),
    Way(
        r"\b(?:phone|telephone|fax|e-?mail|(?:company|legal)[_ ]?name)(?:\s*:=\s*|=(?!=))\S",
        signs=(b":=", b"phone=", b"name=", b"email=", b"mail=", b"fax="),
    ),
    Way(
        r"\b(?:begin|end|start) (?:new |system |admin )?(?:instructions|prompt)\b",
        "instructions prompt",
        "begin end start",
    ),
    Way(
        r"\bdecode (?:this|the following|it)\b[^.!?]{0,30}\b(?:use|follow|report|output)\b",
        "decode",
        "use follow report output",
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
    Way(
        r"\b(?:1gn[o0]r[e3]|ign0r[e3]|ignor3|pr3v[i1][o0]us|prev1[o0]us|previ0us|1nstruct[i1][o0]ns?|instruct1[o0]ns?"
        r"|instructi0ns?)\b",
        signs=(b"1gn", b"gn0r", b"nor3", b"pr3v", b"ev1o", b"ev10", b"vi0us", b"1nstr", b"uct1o", b"uct10", b"cti0n"),
    ),
)
"""The less common ways."""


def _seen(russian: str) -> str:
    """Russian as it is seen once look-alike letters are Latin."""
    return russian.translate(LOOKALIKES)


FOREIGN = re.compile(
    r"(?:忽略|无视|無視|무시).{0,20}(?:指令|指示|说明|以上|之前|내용|지시)|(?:指示|지시).{0,12}(?:無視|忽略|무시)|"
    + _seen(r"(?:игнор|забуд)[^.!?]{0,40}(?:инструк|предыдущ|указани|все )"),
    re.I,
)
"""Ways in other scripts: looked for in lines that are not plain ASCII."""
