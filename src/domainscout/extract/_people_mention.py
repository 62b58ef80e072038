"""One place where a page names a person. Owns only the record that the readers of people share."""

from __future__ import annotations

from dataclasses import dataclass

from domainscout.extract._person_names import PersonName


@dataclass(slots=True, kw_only=True)
class Mention:
    """A person as one place of one page names them.

    Attributes:
        quote: verbatim words of the page, name and title together.
        rule: which rule read it; two rules that agree are better than one twice.
        email: the address beside the name, when it is the person's.
        profile: the page or account that the name links to.
    """

    name: PersonName
    title: str | None
    url: str
    quote: str
    rule: str
    confidence: float
    email: str | None = None
    profile: str | None = None
