"""The settings by subject: default, unit, range, description. A default is written here and nowhere else."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from domainscout import __version__
from domainscout.errors import CredentialsError, UsageError
from domainscout.settings.redaction import redact_url

CommaList = Annotated[tuple[str, ...], NoDecode]


class Extractor(StrEnum):
    """Who reads the pages. AUTO is HYBRID with a model key, else RULES; LLM takes the model's values alone."""

    RULES = "rules"
    LLM = "llm"
    HYBRID = "hybrid"
    AUTO = "auto"


class LogFormat(StrEnum):
    """How log lines look: for people, or JSON lines for machines."""

    TEXT = "text"
    JSON = "json"


def default_data_dir() -> Path:
    """The platform's user data folder for this program."""
    return Path(platformdirs.user_data_dir("domainscout", appauthor=False))


class Group(BaseModel):
    """Settings of one subject. Only all of them together are read and checked, when they are."""

    model_config = ConfigDict(defer_build=True)


class StoreSettings(Group):
    """Where data lives."""

    data_dir: Path = Field(
        default_factory=default_data_dir, description="folder of the database and the embedded server"
    )
    database: str | None = Field(default=None, description="sqlite:///path; absent: domainscout.db in the data folder")
    busy_timeout: float = Field(default=60.0, gt=0, description="seconds to wait for a locked database")
    keep_pages: bool = Field(default=True, description="keep page sources for re-extraction and conditional requests")

    @field_validator("data_dir", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if value == "":
            raise ValueError("it is empty, as a variable of the shell is that was not set")
        # In a file or behind = no shell has done it; the database and the embedded server must not differ about it.
        return Path(value).expanduser() if isinstance(value, str | Path) else value

    @property
    def database_path(self) -> Path:
        """The file of the database, absolute.

        Raises:
            UsageError: `database` is not a URL of SQLite, or names no file.
        """
        if self.database is None:
            return (self.data_dir / "domainscout.db").absolute()
        url = redact_url(self.database)
        if self.database.startswith("postgres"):
            raise UsageError(
                f"PostgreSQL is not supported yet: {url}.",
                why="Several machines on one database come with a later version; this one keeps its data in SQLite.",
                fix="Leave --database out, or name a file: --database sqlite:////path/to/domainscout.db",
            )
        path = unquote(self.database.removeprefix("sqlite:///"))
        if not self.database.startswith("sqlite:///") or path in ("", ":memory:"):
            raise UsageError(
                f"The database setting is not understood: {url}.",
                why="It must name a file of its own.",
                fix="--database sqlite:////path/to/domainscout.db",
            )
        return Path(path).expanduser().absolute()


class QueueSettings(Group):
    """How targets travel through Redis to the scouts."""

    redis_url: SecretStr | None = Field(
        default=None, description="redis://, rediss:// or unix://; absent: embedded server in the data folder"
    )
    queue: str = Field(
        default="default",
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        description="name of the queue, part of every key",
    )
    concurrency: int = Field(default=5, ge=1, le=1000, description="domains in flight in one process")
    processes: int = Field(default=1, ge=1, le=256, description="worker processes")
    lease: float = Field(default=60.0, ge=1, le=86400, description="seconds a claim lasts without renewal")
    grace: float = Field(default=25.0, ge=0, le=3600, description="seconds to drain on the first signal")
    attempts: int = Field(default=3, ge=1, le=100, description="attempts a target")
    backoff: float = Field(
        default=5.0,
        ge=0,
        le=3600,
        description="seconds before the first retry; doubles each time, with jitter",
    )
    backoff_max: float = Field(default=900.0, ge=0, le=86400, description="longest seconds between retries")
    queue_kept: float = Field(
        default=86400.0,
        ge=10,
        description="seconds a queue stays in Redis after its last worker; the database keeps its jobs",
    )


class CrawlSettings(Group):
    """How sites are visited. Sizes in bytes, times in seconds."""

    max_pages: int = Field(default=12, ge=1, le=500, description="pages a domain")
    max_depth: int = Field(default=2, ge=0, le=10, description="link steps from the home page")
    host_delay: float = Field(default=1.0, ge=0, le=3600, description="least seconds between two requests to one host")
    crawl_delay_max: float = Field(
        default=30.0, ge=0, le=3600, description="longest Crawl-delay of robots.txt that is obeyed in full"
    )
    page_timeout: float = Field(default=20.0, gt=0, le=3600, description="seconds a fetch, in total")
    domain_timeout: float = Field(default=60.0, gt=0, le=86400, description="seconds a domain, in total")
    page_bytes: int = Field(default=2 * 1024 * 1024, ge=1024, description="decoded bytes read of one page")
    domain_bytes: int = Field(default=10 * 1024 * 1024, ge=1024, description="decoded bytes read of one domain")
    header_bytes: int = Field(default=64 * 1024, ge=1024, description="bytes of response headers")
    max_redirects: int = Field(default=5, ge=0, le=50, description="redirects a page")
    hosts_per_address: int = Field(default=2, ge=1, le=100, description="hosts of one IP address visited at once")
    connect_to: CommaList = Field(
        default=(), description="HOST1:PORT1:HOST2:PORT2, dial HOST2:PORT2 instead (as in curl)"
    )
    ca_file: Path | None = Field(default=None, description="extra trusted CA certificates (PEM)")
    proxy: str | None = Field(default=None, description="http://, https:// or socks5:// proxy")
    user_agent: str = Field(
        default=f"domainscout/{__version__} (+{{contact}})",
        min_length=1,
        description="User-Agent; {contact} is replaced by the contact URL",
    )
    contact: str = Field(
        default="https://domainscout.example/bot",
        description="URL or e-mail address that site owners may write to",
    )
    allow_private: bool = Field(default=False, description="dial private addresses too (intranets)")
    browser: str | None = Field(
        default=None, description="Chromium to render script-only pages; absent: looked for on PATH"
    )

    @field_validator("connect_to", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(p.strip() for p in value.split(",") if p.strip()) if isinstance(value, str) else value

    @property
    def agent(self) -> str:
        """The User-Agent header as sent."""
        return self.user_agent.replace("{contact}", self.contact)


class ModelSettings(Group):
    """The language model: which one, how much of it, and what it may cost (US dollars)."""

    extractor: Extractor = Field(default=Extractor.AUTO, description="rules, llm, hybrid or auto")
    model: str = Field(default="claude-haiku-5-5", description="model name")
    anthropic_api_key: SecretStr | None = Field(default=None, description="key; from the environment or a file only")
    anthropic_base_url: str | None = Field(default=None, description="Messages API of a compatible server")
    llm_input_tokens: int = Field(default=8000, ge=500, description="input tokens a domain, about")
    llm_output_tokens: int = Field(default=4000, ge=256, description="max_tokens of one answer")
    llm_timeout: float = Field(default=120.0, gt=0, description="seconds a call")
    llm_wait: float = Field(
        default=60.0, ge=0, le=3600, description="seconds a company waits for the model's limits, all waits together"
    )
    llm_tries: int = Field(default=4, ge=1, le=4, description="requests a company, repairs included")
    llm_batch: bool = Field(default=False, description="ask by the batch interface: half price, answers within a day")
    llm_concurrency: int = Field(default=64, ge=1, le=1000, description="calls in flight in one process")
    llm_domain_usd: float = Field(default=0.05, ge=0, description="cap a domain")
    llm_job_usd: float | None = Field(default=None, ge=0, description="cap a job that has no --budget")
    llm_day_usd: float | None = Field(default=None, ge=0, description="cap a day (UTC)")
    llm_input_price: float | None = Field(
        default=None, ge=0, description="USD a million input tokens, instead of the table's"
    )
    llm_output_price: float | None = Field(
        default=None, ge=0, description="USD a million output tokens, instead of the table's"
    )

    @property
    def uses_model(self) -> bool:
        """Whether pages go to a language model."""
        if self.extractor is Extractor.AUTO:
            return self.anthropic_api_key is not None or self.anthropic_base_url is not None
        return self.extractor is not Extractor.RULES

    def demand_key(self) -> None:
        """Check that a model that is wanted can be asked at all.

        Raises:
            CredentialsError: there is neither a key nor a server of one's own.
        """
        if self.uses_model and self.anthropic_api_key is None and self.anthropic_base_url is None:
            raise CredentialsError(
                "There is no key for the language model.",
                why=f"--extractor {self.extractor.value} wants one, and ANTHROPIC_API_KEY is not set.",
                fix="export ANTHROPIC_API_KEY=…, or --extractor rules",
            )


class FaceSettings(Group):
    """What people see."""

    log_format: LogFormat = Field(default=LogFormat.TEXT, description="text or json")
    max_fail: float | None = Field(
        default=None, ge=0, le=100, description="percent of failed targets above which the exit code is 7"
    )
