"""Every error domainscout raises on purpose. Foreign exceptions become one of these at the edges, nowhere else.

DomainscoutError                  what, why, and the next thing to do
├── UserError                     the person at the keyboard can fix it
│   ├── UsageError                exit 2
│   ├── InputError                exit 3
│   └── CredentialsError          exit 4
├── AttemptError                  this domain's attempt is over: has a Category, may be worth a retry
└── ServiceError                  a service of ours is away: never charged to a domain
    ├── BrokerError               exit 5: Redis away, full, refusing
    ├── StorageError              exit 6: database busy, full, read-only, corrupt, replaced, newer
    ├── NetworkDown               our own network: the worker pauses and probes
    └── ModelError                the language model: the profile is saved from the rules as partial
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domainscout.profile import ModelUse


class Category(StrEnum):
    """Why a target did not become a complete profile. A closed set: scripts filter by it."""

    INPUT = "input"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    HTTP = "http"
    ROBOTS = "robots"
    PRIVATE = "private"
    REDIRECT = "redirect"
    SIZE = "size"
    TYPE = "type"
    DECODE = "decode"
    EMPTY = "empty"
    PROTOCOL = "protocol"
    CRASH = "crash"
    CANCELLED = "cancelled"
    INTERNAL = "internal"
    LLM_RATE = "llm_rate"
    LLM_OVERLOADED = "llm_overloaded"
    LLM_TIMEOUT = "llm_timeout"
    LLM_REFUSAL = "llm_refusal"
    LLM_INVALID = "llm_invalid"
    LLM_BUDGET = "llm_budget"
    LLM_AUTH = "llm_auth"


class ExitCode:
    """What the process tells the shell."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    INPUT = 3
    CREDENTIALS = 4
    REDIS = 5
    STORAGE = 6
    TOO_MANY_FAILURES = 7
    WAIT_TIMED_OUT = 8
    INTERRUPTED = 130


class DomainscoutError(Exception):
    """An error with words for a person: what happened, why, and the next command to type."""

    exit_code = ExitCode.UNEXPECTED

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix


class UserError(DomainscoutError):
    """The person at the keyboard can fix it."""

    exit_code = ExitCode.USAGE


class UsageError(UserError):
    """A wrong flag, setting or job id."""


class InputError(UserError):
    """A file that cannot be read as domains."""

    exit_code = ExitCode.INPUT


class CredentialsError(UserError):
    """A key or password that is missing or refused."""

    exit_code = ExitCode.CREDENTIALS


class AttemptError(DomainscoutError):
    """This domain's attempt is over.

    Attributes:
        category: the closed category that ends up in the profile.
        retry_after_s: what the site asked for, in seconds; None when it asked for nothing.
        heals: whether the same request may succeed later (a reset, a 503, a SERVFAIL).
    """

    def __init__(
        self, category: Category, what: str, *, heals: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(what)
        self.category = category
        self.heals = heals
        self.retry_after_s = retry_after_s


class ServiceError(DomainscoutError):
    """A service of ours is away. No domain pays for it."""


class BrokerError(ServiceError):
    """Redis is away, full, or refuses us."""

    exit_code = ExitCode.REDIS


class StorageError(ServiceError):
    """The database cannot be written or read: the worker stops without acknowledging."""

    exit_code = ExitCode.STORAGE


class NetworkDown(ServiceError):
    """Nothing can be reached: our own network is down, not the sites."""


class ModelError(ServiceError):
    """The language model gave no usable answer.

    Attributes:
        category: one of the `llm_*` ones.
        use: what was spent nevertheless; None when nothing was.
    """

    def __init__(
        self, category: Category, what: str, *, why: str = "", fix: str = "", use: ModelUse | None = None
    ) -> None:
        super().__init__(what, why=why, fix=fix)
        self.category = category
        self.use = use
