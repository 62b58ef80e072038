"""A look leaves nothing behind: no folder, no database, whatever --data-dir says."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from tests.cli.running import listed
from tests.support.waiting import wait_until

from domainscout.cli import run
from domainscout.cli.options import Call
from domainscout.cli.speech import Speech
from domainscout.cli.watching import database_there
from domainscout.errors import ExitCode
from domainscout.settings import load_settings
from domainscout.store import open_store

NOTHING_THERE = [
    ["status", "j-2222"],
    ["status", "j-2222", "--follow"],
    ["show", "company.example"],
    ["export"],
    ["export", "j-2222", "-o", "companies.csv"],
    ["retry", "j-2222"],
    ["cancel", "j-2222"],
    ["pause", "j-2222"],
    ["resume", "j-2222"],
    ["purge"],
    ["reextract", "j-2222"],
    ["monitor", "--seconds", "0.2", "--plain"],
]


@pytest.mark.parametrize("line", NOTHING_THERE, ids=" ".join)
def test_a_look_into_a_mistyped_folder_says_so_and_makes_nothing(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run([*line, "--data-dir", str(tmp_path / "dtaa")]) == ExitCode.USAGE
    said = capsys.readouterr()
    assert f"There is no database at {tmp_path / 'dtaa' / 'domainscout.db'}." in said.err
    assert "Next   domainscout submit domains.txt" in said.err
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_before_the_first_job_status_answers_that_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data-dir", str(tmp_path / "data")]
    assert run(["status", *data]) == ExitCode.OK
    assert "No jobs yet. There is no database at" in capsys.readouterr().err
    assert run(["status", "--json", *data]) == ExitCode.OK
    assert json.loads(capsys.readouterr().out) == {"schema": 1, "jobs": [], "workers": 0, "companies": 0}
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_database_is_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--database", f"sqlite:///{tmp_path / 'none.db'}"]) == ExitCode.USAGE
    assert "none.db" in capsys.readouterr().err


def test_a_dry_run_makes_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = listed(tmp_path, "company.example", "www.company.example", "10.0.0.1")
    assert run(["submit", "--dry-run", names, "--data-dir", str(tmp_path / "data")]) == ExitCode.OK
    assert "Accepted  1 domain " in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["domains.txt"]


async def test_a_monitor_that_is_there_first_waits_for_the_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load_settings({"data_dir": tmp_path / "data"})
    call = Call(settings=settings, speech=Speech(), flags={}, debug=False)
    waiting = asyncio.create_task(database_there(call, patience_s=300))
    told = ""

    def waits() -> bool:
        nonlocal told
        told += capsys.readouterr().err
        return "Waiting up to 300 s for one." in told

    await wait_until(waits)
    assert not (tmp_path / "data").exists()
    async with open_store(settings):
        await waiting


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "http://user:geheim@host/",
        "redis://:geheim@host:port/0",
        "redis://:geheim@[::1",
        "redis://host:1/?db=x",
    ],
)
def test_a_redis_url_that_is_none_is_a_wrong_flag(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = listed(tmp_path, "company.example")
    data = ["--data-dir", str(tmp_path / "data")]
    for line in (["submit", names], ["status"], ["work", "--until-empty"], ["doctor"]):
        assert run([*line, "--redis-url", url, *data]) == ExitCode.USAGE
        said = capsys.readouterr()
        assert "Not a Redis URL" in said.out + said.err
        assert "geheim" not in said.out + said.err
