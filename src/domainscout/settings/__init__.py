"""Every setting: default, unit, range, environment name.

Each part of the program takes its own group (`CrawlSettings`, `QueueSettings`, …); `Settings` is all of them, read from
flag > environment `DOMAINSCOUT_*` > `./domainscout.toml` > user config folder > default. Secrets come from the
environment or a file only, and are never printed.
"""

from domainscout.settings.groups import (
    CrawlSettings,
    Extractor,
    FaceSettings,
    LogFormat,
    ModelSettings,
    QueueSettings,
    StoreSettings,
)
from domainscout.settings.loading import (
    SUPERVISED,
    Settings,
    load_settings,
    origins,
    supervised,
    unknown_variables,
    user_config_file,
)
from domainscout.settings.redaction import masked, redact_url

__all__ = [
    "SUPERVISED",
    "CrawlSettings",
    "Extractor",
    "FaceSettings",
    "LogFormat",
    "ModelSettings",
    "QueueSettings",
    "Settings",
    "StoreSettings",
    "load_settings",
    "masked",
    "origins",
    "redact_url",
    "supervised",
    "unknown_variables",
    "user_config_file",
]
