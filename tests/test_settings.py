"""Where a setting comes from, and that secrets stay secret."""

import os
from pathlib import Path

import pytest

from domainscout.errors import UsageError
from domainscout.settings import Extractor, load_settings, masked, origins, redact_url, unknown_variables
from domainscout.settings import loading as module

CANARY = "sk-canary-0123456789"


@pytest.fixture(autouse=True)
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith(("DOMAINSCOUT_", "ANTHROPIC_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "user_config_file", lambda: tmp_path / "user" / "domainscout.toml")
    return tmp_path


def origin_of(name: str, flags: dict[str, object] | None = None) -> tuple[str, str]:
    found = next(o for o in origins(flags) if o.name == name)
    return found.value, found.origin


def test_a_flag_beats_the_environment_beats_the_files_beat_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert origin_of("concurrency") == ("5", "default")
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "domainscout.toml").write_text("concurrency = 6\n")
    assert origin_of("concurrency") == ("6", str(tmp_path / "user" / "domainscout.toml"))
    (tmp_path / "domainscout.toml").write_text("concurrency = 7\n")
    assert origin_of("concurrency") == ("7", "domainscout.toml")
    monkeypatch.setenv("DOMAINSCOUT_CONCURRENCY", "8")
    assert origin_of("concurrency") == ("8", "environment DOMAINSCOUT_CONCURRENCY")
    assert origin_of("concurrency", {"concurrency": 9}) == ("9", "flag --concurrency")


def test_a_flag_that_was_not_given_counts_for_nothing() -> None:
    assert load_settings({"concurrency": None}).concurrency == 5


def test_connect_to_is_a_comma_separated_list_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOMAINSCOUT_CONNECT_TO", ":443:127.0.0.1:8443, :80:127.0.0.1:8080")
    assert load_settings().connect_to == (":443:127.0.0.1:8443", ":80:127.0.0.1:8080")


@pytest.mark.parametrize(
    ("name", "value"),
    [("concurrency", 0), ("lease", -1), ("extractor", "magic"), ("max_fail", 101), ("queue", "a b"), ("proxy", 3)],
)
def test_a_value_out_of_range_is_a_usage_error_with_its_origin_and_the_next_command(name: str, value: object) -> None:
    with pytest.raises(UsageError) as caught:
        load_settings({name: value})
    assert name in caught.value.what.replace("-", "_")
    assert f"--{name.replace('_', '-')}" in caught.value.why
    assert caught.value.fix == "domainscout config"


def test_a_broken_file_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "domainscout.toml").write_text("concurrency = = 5")
    with pytest.raises(UsageError, match="settings file"):
        load_settings()


def test_secrets_are_masked_wherever_settings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    monkeypatch.setenv("DOMAINSCOUT_REDIS_URL", f"redis://worker:{CANARY}@redis.example:6379/0")
    settings = load_settings()
    shown = "\n".join(f"{o.name}={o.value}" for o in origins()) + repr(settings) + str(settings)
    assert CANARY not in shown
    assert "redis://worker:********@redis.example:6379/0" in shown


def test_auto_uses_the_model_only_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_settings().uses_model
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    assert load_settings().uses_model
    assert not load_settings({"extractor": Extractor.RULES}).uses_model


def test_masked_and_redacted_values() -> None:
    assert masked(None) == "–"
    assert masked(("a", "b")) == "a, b"
    assert redact_url("redis://h:1/0") == "redis://h:1/0"
    assert redact_url("redis://:pw@h:1/0") == "redis://:********@h:1/0"


def test_an_unknown_name_in_a_file_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "domainscout.toml").write_text("concurency = 5")
    with pytest.raises(UsageError, match="'concurency' that does not exist") as caught:
        load_settings()
    assert caught.value.why == "Did you mean concurrency?"
    assert "domainscout config" in caught.value.fix


def test_variables_that_are_no_settings_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOMAINSCOUT_CONCURENCY", "5")
    monkeypatch.setenv("DOMAINSCOUT_LEASE", "30")
    assert unknown_variables() == [("DOMAINSCOUT_CONCURENCY", "DOMAINSCOUT_CONCURRENCY")]


def test_a_value_of_the_environment_is_refused_with_the_way_to_unset_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOMAINSCOUT_LEASE", "soon")
    with pytest.raises(UsageError, match="Setting lease cannot be used") as caught:
        load_settings()
    assert caught.value.fix == "unset DOMAINSCOUT_LEASE"


def test_config_lists_the_groups_in_the_order_of_the_help() -> None:
    names = [origin.name for origin in origins()]
    assert names[0] == "data_dir"
    assert names.index("redis_url") < names.index("max_pages") < names.index("extractor") < names.index("log_format")
    assert {o.name: o.value for o in origins({"keep_pages": False, "lease": 30.0})}["lease"] == "30"


def test_the_database_stands_where_the_data_folder_says_to_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    home = load_settings({"data_dir": "~/leads"})
    assert home.data_dir == Path("/home/somebody/leads")
    assert home.database_path == Path("/home/somebody/leads/domainscout.db")
    assert load_settings({"data_dir": "/srv/a%20b?c"}).database_path == Path("/srv/a%20b?c/domainscout.db")
    named = load_settings({"database": "sqlite:////srv/a%20b.db"})
    assert named.database_path == Path("/srv/a b.db")


@pytest.mark.parametrize(
    "url", ["mysql://x", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://u:geheim@x/y"]
)
def test_a_database_that_is_no_file_of_sqlite_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UsageError) as failure:
        _ = load_settings({"database": url}).database_path
    assert failure.value.fix
    assert "geheim" not in str(failure.value)


@pytest.mark.parametrize("url", ["redis://:geheim@host:1/0", "redis://u:geheim@[::1", "http://a:geheim@b@c/"])
def test_a_password_in_an_address_is_never_shown(url: str) -> None:
    assert "geheim" not in redact_url(url)
    assert "********" in redact_url(url)
