"""The doctor changes nothing, says what is wrong, and calls nothing well that is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domainscout.doctor import Check, State, examine, exit_code
from domainscout.errors import ExitCode
from domainscout.settings import load_settings


async def checked(name: str, **flags: Any) -> list[Check]:
    return [check async for check in examine(load_settings(flags)) if check.name == name]


@pytest.fixture(autouse=True)
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    (check,) = await checked("database", data_dir=tmp_path / "data")
    assert check.state is State.OK
    assert "not there yet" in check.text
    assert list(tmp_path.iterdir()) == []


async def test_a_database_that_no_command_would_take_is_not_called_well(tmp_path: Path) -> None:
    checks = await checked("database", data_dir=tmp_path / "data", database="mysql://host/leads")
    assert checks[0].state is State.FAIL
    assert exit_code(checks) == ExitCode.USAGE


async def test_an_address_of_the_model_that_is_none_is_told(tmp_path: Path) -> None:
    checks = await checked("language model", data_dir=tmp_path / "data", anthropic_base_url="http://host:port")
    assert checks[0].state is State.FAIL
    assert exit_code(checks) == ExitCode.USAGE
