"""Every setting: default, unit, range, environment name. A default is written here and nowhere else.

Each part of the program takes its own group (`CrawlSettings`, `QueueSettings`, …); `Settings` is all of them, read from
flag > environment `DOMAINSCOUT_*` > `./domainscout.toml` > user config folder > default. Secrets come from the
environment or a file only, and are never printed.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from domainscout import __version__
from domainscout.errors import CredentialsError, UsageError

ENV_PREFIX = "DOMAINSCOUT_"
LOCAL_FILE = Path("domainscout.toml")
OUR_OWN = frozenset({"DOMAINSCOUT_SUPERVISED"})
"""Variables that our processes set for each other."""
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


def user_config_file() -> Path:
    """The settings file of this user, whether or not it exists."""
    return Path(platformdirs.user_config_dir("domainscout")) / "domainscout.toml"


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
        return value

    @property
    def database_url(self) -> str:
        """The database as a URL, the default filled in."""
        return self.database or f"sqlite:///{self.data_dir / 'domainscout.db'}"


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


class Settings(StoreSettings, QueueSettings, CrawlSettings, ModelSettings, FaceSettings, BaseSettings):
    """All settings of one invocation."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, extra="ignore", frozen=True, env_ignore_empty=True, populate_by_name=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags first, then the environment, then the two files."""
        return (init_settings, *(source for _, source in _ambient_sources(settings_cls)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One setting and where it came from; `value` (for people) and `data` (for JSON) are masked when secret."""

    name: str
    value: str
    data: bool | float | str | list[str] | None
    origin: str
    environment: str
    description: str


def load_settings(flags: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings of this invocation.

    Args:
        flags: what the command line said; None values count as not said.

    Raises:
        UsageError: a value is out of range, or a settings file cannot be read.
    """
    said = _said(flags)
    try:
        _refuse_unknown_names()
        return Settings(**said)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "setting"
        raise _refused(name, str(first["msg"]), _origin(name, said)) from error
    except (OSError, ValueError) as error:
        raise UsageError(
            f"A settings file cannot be read: {error}.",
            why=f"Looked at {LOCAL_FILE} and {user_config_file()}.",
            fix="Correct or remove the file, then: domainscout config",
        ) from error


def origins(flags: Mapping[str, Any] | None = None) -> list[Origin]:
    """Each setting with its value and where that came from, secrets masked."""
    said = _said(flags)
    settings = load_settings(said)
    return [
        Origin(
            name=name,
            value=masked(getattr(settings, name)),
            data=_data(getattr(settings, name)),
            origin=_origin(name, said),
            environment=_environment_name(name),
            description=info.description or "",
        )
        for group in (StoreSettings, QueueSettings, CrawlSettings, ModelSettings, FaceSettings)
        for name, info in group.model_fields.items()
    ]


def masked(value: object) -> str:
    """A value as it may be shown: secrets become stars, passwords in URLs too."""
    if value is None:
        return "–"
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return redact_url(secret) if "://" in secret else "********"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    text = str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
    return redact_url(text) if "://" in text else text


def redact_url(url: str) -> str:
    """The URL with its password replaced by stars; of what is no URL, whatever may be one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return re.sub(r"(://[^@]*?:)[^@]*@", r"\1********@", url)
    if not parts.password:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:********@{host}"))


def unknown_variables() -> list[tuple[str, str | None]]:
    """Variables DOMAINSCOUT_* that are no setting, each with the name that was probably meant."""
    known = [_environment_name(name) for name in Settings.model_fields]
    strange = (name for name in sorted(os.environ) if name.startswith(ENV_PREFIX) and name not in known)
    return [(name, _nearest(name, known)) for name in strange if name not in OUR_OWN]


def _refuse_unknown_names() -> None:
    """A misspelt name in a file would be ignored, and its writer would wonder."""
    known = list(Settings.model_fields)
    for label, source in _ambient_sources(Settings):
        names = source.toml_data if isinstance(source, TomlConfigSettingsSource) else {}
        for name in names:
            if name not in known:
                near = _nearest(name, known)
                raise UsageError(
                    f"{label} has a setting '{name}' that does not exist.",
                    why=f"Did you mean {near}?" if near else "",
                    fix="Correct the file, then: domainscout config",
                )


def _refused(name: str, reason: str, origin: str) -> UsageError:
    reason = re.sub(r"^(?:Input|String|Value) should", "it should", reason.removeprefix("Value error, "))
    what = f"--{name.replace('_', '-')}" if origin.startswith("flag") else f"Setting {name}"
    meaning = Settings.model_fields[name].description if name in Settings.model_fields else None
    fix = "domainscout config"
    if origin.startswith("environment"):
        fix = f"unset {_environment_name(name)}"
    elif not origin.startswith("flag") and origin != "default":
        fix = f"Correct {name} in {origin}, then: domainscout config"
    return UsageError(f"{what} cannot be used: {reason}.", why=f"It means: {meaning}; it came from {origin}.", fix=fix)


def _nearest(name: str, known: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def _said(flags: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (flags or {}).items() if value is not None}


def _environment_name(name: str) -> str:
    return name.upper() if name.startswith("anthropic_") else ENV_PREFIX + name.upper()


class _Environment(EnvSettingsSource):
    """DOMAINSCOUT_* for our own settings, the SDK's own names for the model's key and address."""

    def _extract_field_info(self, field: Any, field_name: str, model_config: Any = None) -> list[tuple[str, str, bool]]:
        return [(field_name, _environment_name(field_name).lower(), False)]


def _ambient_sources(settings_cls: type[BaseSettings]) -> list[tuple[str, PydanticBaseSettingsSource]]:
    return [
        ("environment", _Environment(settings_cls, env_prefix="", case_sensitive=False)),
        (str(LOCAL_FILE), TomlConfigSettingsSource(settings_cls, toml_file=LOCAL_FILE)),
        (str(user_config_file()), TomlConfigSettingsSource(settings_cls, toml_file=user_config_file())),
    ]


def _data(value: object) -> bool | float | str | list[str] | None:
    """A setting as JSON says it: numbers and truth as themselves, what is not set as null."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return [masked(part) for part in value] if isinstance(value, tuple | list) else masked(value)


def _origin(name: str, said: Mapping[str, Any]) -> str:
    if name in said:
        return f"flag --{name.replace('_', '-')}"
    for label, source in _ambient_sources(Settings):
        if name in source():
            return f"environment {_environment_name(name)}" if label == "environment" else label
    return "default"
