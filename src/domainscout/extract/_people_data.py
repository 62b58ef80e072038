"""People in JSON-LD: founders, employees and directors of an organisation, persons with a job title.

Authors of posts and of reviews are persons too and are left out: they have no job title or stand in another object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domainscout.extract._people_mention import Mention
from domainscout.extract._person_names import MAX_TITLE, name_of
from domainscout.extract.base import ReadPage

_ROLES = {
    "founder": "Founder",
    "founders": "Founder",
    "employee": None,
    "employees": None,
    "member": None,
    "owner": "Owner",
    "director": "Director",
    "legalRepresentative": None,
    "contactPerson": None,
}
_FOREIGN = ("Review", "Article", "BlogPosting", "NewsArticle", "Quotation", "Comment", "Movie", "Book", "Event")


def data_mentions(page: ReadPage) -> list[Mention]:
    """Everybody whom the structured data of a page names as one of the company."""
    found: list[Mention] = []
    skip: set[int] = set()
    for item in page.document.jsonld:
        kinds = _kinds(item)
        if any(kind in _FOREIGN for kind in kinds):
            skip.update(id(value) for value in item.values() for value in _objects(value))
            continue
        for role, default in _ROLES.items():
            for person in _objects(item.get(role)):
                skip.add(id(person))
                found += _mention(page, person, default)
        if "Person" in kinds and id(item) not in skip and isinstance(item.get("jobTitle"), str):
            found += _mention(page, item, None)
    return found


def _mention(page: ReadPage, person: dict[str, Any], default: str | None) -> Iterator[Mention]:
    raw = person.get("name")
    kinds = _kinds(person)
    if not isinstance(raw, str):
        return
    name = name_of(raw.strip())
    if name is None or (kinds and "Person" not in kinds and not (name.known and person.get("jobTitle"))):
        return
    job = person.get("jobTitle")
    title = job.strip()[:MAX_TITLE] if isinstance(job, str) and job.strip() else default
    url = person.get("url") if isinstance(person.get("url"), str) else None
    mail = person.get("email")
    yield Mention(
        name=name,
        title=title,
        url=page.url,
        quote=raw.strip(),
        rule="jsonld",
        confidence=0.92 if name.known else 0.85,
        email=mail.removeprefix("mailto:").lower() if isinstance(mail, str) and "@" in mail else None,
        profile=page.document.resolve(url) if url and "/" in url else None,
    )


def _kinds(item: dict[str, Any]) -> tuple[str, ...]:
    kind = item.get("@type")
    if isinstance(kind, str):
        return (kind.rsplit("/", 1)[-1],)
    return tuple(str(one).rsplit("/", 1)[-1] for one in kind) if isinstance(kind, list) else ()


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
