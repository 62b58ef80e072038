"""Where settings come from: flag > environment > `./domainscout.toml` > user config folder > default; which one won."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from domainscout.errors import UsageError
from domainscout.settings.groups import CrawlSettings, FaceSettings, ModelSettings, QueueSettings, StoreSettings
from domainscout.settings.redaction import masked

ENV_PREFIX = "DOMAINSCOUT_"
LOCAL_FILE = Path("domainscout.toml")
SUPERVISED = "DOMAINSCOUT_SUPERVISED"
"""Set to 1 by a supervisor for its children."""
OUR_OWN = frozenset({SUPERVISED})
"""Variables that our processes set for each other."""


def supervised() -> bool:
    """Whether this process is the child of a supervisor, which speaks for it and holds its standard input open."""
    return os.environ.get(SUPERVISED) == "1"


def user_config_file() -> Path:
    """The settings file of this user, whether or not it exists."""
    return Path(platformdirs.user_config_dir("domainscout")) / "domainscout.toml"


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
