"""Orders known by what they pretend to be: the end of the data, a role, a tool's result, an answer. Data only."""

from __future__ import annotations

from domainscout.orders.words import TEXT, TEXTS, Way

_ROLES = ("system", "assistant", "user", "human", "developer", "tool", "admin", "administrator", "root", "sys")

FORGING = (
    Way(
        rf"\b(?:new|updated|revised|additional|special|secret|hidden|system|developer|admin) {TEXT}"
        r"(?:\s*[:>\]]|\s+for (?:the |all |any )?(?:ai|llm|model|assistant|reader|extract))",
        TEXTS,
        "new updated revised additional special secret hidden system developer admin",
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
    Way(r"\b(?:assistant|model|json|llm)\b.{0,40}\b(?:prefill|jailbreak)\b", "prefill jailbreak"),
    Way(
        r"\b(?:assistant|model|json|llm)\b.{0,40}\bend_turn\b|\bstop_reason\b|\btool_use\b",
        signs=(b"_",),
    ),
    Way(r"\"(?:company_name|phones?|emails?|sic_code|short_description)\"\s*:\s*[\[{\"]", signs=(b'"',)),
    Way(
        r"\bexpected (?:output|answer|response|extraction|json)\s*[:=]",
        "expected",
        "output answer response extraction json",
    ),
    Way(
        r"\b(?:tool|function)(?:_(?:result|call|use|output)\b| (?:result|call|output)\s*:)",
        "tool function",
        "result call use output",
    ),
    Way(
        r"(?:^|[.!?>|]\s*)\W*(?:prompt|override|directive|(?:extraction |machine )?hint|(?:admin|developer|system)"
        r" (?:note|message|override))\s*:\s*[^.!?]*\b(?:report|output|return|extract|set|respond|company_name)\b",
        "prompt override directive hint note message",
        "report output return extract set respond company",
    ),
    Way(r"\"(?:field|value|quote)\"\s*:\s*\"", signs=(b'"field"', b'"value"', b'"quote"')),
    Way(r"\bset (?:company|legal)_name\b|\b(?:company|legal)_name (?:to|is|must)\b", signs=(b"_name",)),
    Way(r"\{\{\s*(?:system|user|assistant|prompt)\b", signs=(b"{{",)),
    Way(r"\bhuman\s*:.{0,80}\bassistant\s*:", "human", "assistant"),
    Way(r"#{2,}\s*(?:response|instruction|input|output)s?\s*:", signs=(b"##",)),
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
)
