"""Outcomes made ready to be written: the part of the work that needs no database, done before the writer's turn."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass

from domainscout.profile import Profile, Status
from domainscout.records import Outcome

CONTENT = (
    "redirected_to",
    "language",
    "company_name",
    "legal_name",
    "acronym",
    "logo_url",
    "business_type",
    "short_description",
    "long_description",
    "phones",
    "faxes",
    "emails",
    "addresses",
    "hours",
    "social",
    "people",
    "sic_code",
    "certifications",
    "products",
    "services",
    "tags",
    "tech_stack",
)
"""Fields that say something about the company: when one of them differs, the older profile is kept as a version."""

_SAVED = (Status.DONE, Status.PARTIAL)


@dataclass(frozen=True, slots=True)
class ProfileText:
    """A profile as it is stored, and the digest of what it says about the company."""

    content: str
    digest: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """An outcome with its profile already turned into text, outside the writer."""

    outcome: Outcome
    profile: ProfileText | None
    filled: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[int, int]:
        """Target and attempt: what the fence checks."""
        return self.outcome.target.id, self.outcome.target.attempt


def prepare(outcome: Outcome, *, keep_pages: bool = True) -> Prepared:
    """Do the part of the work that needs no database."""
    if outcome.status is None and outcome.decision is None:
        raise ValueError("an outcome needs a status or a decision")
    if outcome.pages and not keep_pages:
        outcome = dataclasses.replace(outcome, pages=())
    profile = outcome.profile
    if profile is None or outcome.status not in _SAVED or outcome.decision is not None:
        return Prepared(outcome, None)
    return Prepared(outcome, profile_text(profile), filled_fields(profile))


def profile_text(profile: Profile) -> ProfileText:
    """A profile as it is stored."""
    content = profile.model_dump_json(include=set(CONTENT)).encode()
    return ProfileText(profile.model_dump_json(by_alias=True), hashlib.blake2b(content, digest_size=12).hexdigest())


def filled_fields(profile: Profile) -> tuple[str, ...]:
    """Names of the fields that have a value."""
    social = profile.social
    has_account = any(getattr(social, network) for network in type(social).model_fields)
    return tuple(name for name in CONTENT if (has_account if name == "social" else getattr(profile, name)))
