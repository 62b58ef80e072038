"""Orders known by what they bid: ignore the rules, replace a value, put another into the answer. Data only."""

from __future__ import annotations

from domainscout.orders.words import FIELD, FIELDS, OF_COMPANY, PLACES, TEXT, TEXTS, VALUE, VERB, VERBS, Way

_ANSWERS = "json output answer response extraction reply"
_BID = (
    r"(?:report|return|output|extract|record|state|answer|reply|respond|say|set|put|fill|include|print|emit"
    r"|store|save|treat"
    r"|consider|insert|list|replace)"
)
"""Verbs of recording: "use this number instead of the old one" and "call us instead of writing" are said to people."""
_BIDS = _BID[3:-1].replace("|", " ")

COMMANDING = (
    Way(
        r"\b(?:ignore|disregard|forget|override|bypass|overrule|do not (?:follow|obey)|don\Wt (?:follow|obey))\b"
        r"[^.!?]{0,60}\b(?:previous|prior|above|earlier|preceding|all|any|other|your|these|the|system|original)\b"
        rf"[^.!?]{{0,40}}\b{TEXT}\b",
        "ignore disregard forget override bypass overrule follow obey",
        TEXTS,
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
        rf"\b{_BID}\b(?! \w+ to\b)[^.!?]{{0,60}}\b{FIELD}\b(?:[^.!?]|\.(?=\S)){{0,60}}"
        r"\binstead(?: of\b|\b\s*[:.!,]|\s*$)",
        "instead",
        _BIDS,
        FIELDS,
    ),
    Way(
        rf"\b{VERB}\b[^.!?]{{0,60}}\b{FIELD}\b(?:[^.!?]|\.(?=\S)){{0,60}}\binstead of (?:[\w']+ ){{0,5}}"
        r"(?:above|below|listed|visible|footer|header|page|site|website)\b",
        "instead",
        VERBS,
        FIELDS,
    ),
    Way(rf"\binstead(?: of [^.!?]{{1,60}})?,? {_BID} (?:this|the following|only|that|these)\b", "instead", _BIDS),
    Way(
        rf"\b{_BID} (?:this|the following|only this|that) (?:\w+ ){{0,3}}{FIELD} instead\b",
        "instead",
        _BIDS,
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
    Way(
        r"\b(?:report|return|emit|answer|output|(?:respond|reply) with)\b\s+"
        rf"(?:only |just |that |the |this |with |number |phone |e-?mail |as )*{VALUE}",
        "report return emit answer output respond reply",
    ),
    Way(
        rf"\b(?:use|treat|put|write|set|give|consider|list|store)\b[^.!?]{{0,12}}{VALUE}"
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
    Way(rf"\bpretend (?:that |to be |you)[^.!?]{{0,30}}\b{OF_COMPANY}", "pretend", PLACES),
    Way(
        r"\b(?:in|of|to|into) (?:every|each|any|the|your|all) (?:json|structured output)\b",
        "json structured",
        "every each any the your all",
    ),
    Way(
        r"\b(?:overrid|overrul|supersed)(?:e|es|ed|ing) (?:all |any of )?(?:your|the model)\b",
        "override overrides overrided overriding overrule overrules overruled overruling supersede supersedes"
        " superseded superseding",
    ),
    Way(
        r"\byou (?:must|shall|should|will|have to|are to|need to) (?:now |only |always |instead |please )*"
        r"(?:(?:respond|reply|answer) with|output|report|emit)\b(?:(?! (?:to|on|at|by|via) )[^!?]){0,25}"
        rf"(?:{VALUE}|\bnothing else\b)",
        "respond reply answer output report emit",
        "you",
        "must shall should will have are need",
    ),
    Way(rf"\b(?:answer|output) is\b.{{0,20}}{VALUE}", "answer output", "is"),
    Way(
        rf"\b(?:outdated|obsolete|wrong|incorrect|fake|elsewhere)\b[^!?]{{0,40}}\b(?:report|output|return)\b"
        rf"[^.!?]{{0,12}}{VALUE}",
        "outdated obsolete wrong incorrect fake elsewhere",
        "report output return",
    ),
    Way(
        rf"{VALUE}[^!?]{{0,30}}[,;:–—-]\s*(?:output|report|return|extract) (?:it|this|that|only)\b",
        "output report return extract",
        "it this that only",
    ),
    Way(r"\b(?:which|that) you must (?:report|output|return)\b", "report output return", "must", "you"),
    Way(rf"\breport (?:the following|this|only this) {FIELD}\b", "report", "following this"),
    Way(
        r"\bset (?:the )?(?:phones?|e-?mails?|company[_ ]?name|legal[_ ]?name)\b"
        rf"(?: (?:field|number|value))?\s*(?:to\b|=)\W*{VALUE}",
        "set",
        "phone phones email emails mail mails company companyname legal legalname",
    ),
    Way(
        rf"\b(?:add|include|put|insert)\b[^.!?]{{0,8}}{VALUE}\S*\s*\b(?:to|in|into|under|as) (?:the |your )?"
        r"(?:phones|e-?mails|values?|fields?|list of phones)\b",
        "phones emails mails value values field fields",
        "add include put insert",
    ),
)
