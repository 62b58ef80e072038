"""Every command over real services and the made-up sites: help, JSON, exit codes, what is said and where."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console
from tests.cli.running import CLEAN, Ran, domainscout, listed
from tests.support.serving import served

from domainscout.cli.app import program
from domainscout.cli.showing import changes_view
from domainscout.demo.server import Web
from domainscout.demo.sites import gold
from domainscout.errors import ExitCode
from domainscout.monitor import CSV_COLUMNS
from domainscout.profile import Profile, Status
from domainscout.records import Counts
from domainscout.store.companies import Change, Version

HEALTHY = ("kestrel-heating.example", "atelier-verdane.example", "harborlight-accounting.example")
BROKEN = "rustgate-antiques.example"


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    """The made-up sites."""
    with served() as web:
        yield web


@dataclass(frozen=True)
class House:
    """A data folder in which one job has been run, and how to reach the sites."""

    data: str
    flags: list[str]
    ran: Ran
    job: str

    def __call__(self, *arguments: str, **options: str) -> Ran:
        return domainscout(*arguments, "--data-dir", self.data, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def house(web: Web, tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("house")
    data = str(folder / "data")
    rules = [word for rule in web.connect_to for word in ("--connect-to", rule)]
    flags = [*rules, "--ca-file", str(web.ca_file), "--host-delay", "0", "--extractor", "rules", "--backoff", "0.2"]
    names = listed(folder, *HEALTHY, BROKEN)
    ran = domainscout("run", names, "--data-dir", data, *flags, "-o", str(folder / "out.csv"))
    job = json.loads(domainscout("status", "--json", "--data-dir", data).out)["jobs"][0]["id"]
    return House(data, flags, ran, job)


@pytest.mark.parametrize("name", sorted(program().commands))
def test_help_names_the_command_its_flags_and_an_example(name: str) -> None:
    ran = domainscout(name, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: domainscout {name} [OPTIONS]")
    assert "--debug" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80
    assert "Example:" in ran.out or name == "schema"


def test_without_a_command_help_comes_with_an_example_first() -> None:
    ran = domainscout()
    assert ran.code == 0
    assert "Example:  domainscout run domains.txt" in ran.out.splitlines()[2]


def test_version_names_the_parts() -> None:
    ran = domainscout("--version")
    assert ran.code == 0
    for part in ("domainscout ", "Python ", "SQLite ", "Redis client ", "anthropic "):
        assert part in ran.out


def test_run_ends_well_and_says_how_it_went(house: House) -> None:
    assert house.ran.code == 0, house.ran.err
    assert house.ran.out == ""
    assert "Accepted  4 domains" in house.ran.err
    assert "Finished  4/4 · 3 done · 1 failed" in house.ran.err
    assert f"retry these: domainscout retry {house.job} --category tls" in house.ran.err
    assert "\x1b" not in house.ran.all


def test_run_exports_a_row_a_domain(house: House) -> None:
    with (Path(house.data).parent / "out.csv").open(newline="") as file:
        rows = {row["domain"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {*HEALTHY, BROKEN}
    assert rows[BROKEN]["error_category"] == "tls"
    wanted = gold()["kestrel-heating.example"]
    assert rows["kestrel-heating.example"]["company_name"] in wanted["company_name"]
    assert rows["kestrel-heating.example"]["emails"] == " | ".join(wanted["emails"])


def adds_up(counts: dict[str, int]) -> bool:
    """The sum rule, by the names that a program which reads the JSON finds."""
    return counts["submitted"] == sum(
        counts[name] for name in ("done", "partial", "failed", "skipped", "cancelled", "waiting")
    )


def test_counts_for_machines_follow_the_sum_rule_by_its_own_words() -> None:
    figures = Counts(submitted=9, waiting=1, queued=3, done=2, partial=1, failed=1, skipped=1).figures()
    assert (figures["waiting"], figures["queued"]) == (4, 3)
    assert adds_up(figures)


def test_submit_prints_the_job_id_alone(house: House, tmp_path: Path) -> None:
    ran = house("submit", listed(tmp_path, "example.com", "EXAMPLE.com", "10.0.0.5", "http://example.org/x"))
    assert ran.code == 0
    assert ran.out.count("\n") == 1
    assert ran.out.startswith("j-")
    assert 'line 3 "10.0.0.5"' in ran.err
    assert "Skipped 1 duplicate " in ran.err
    assert f"domainscout status {ran.out.strip()} --follow" in ran.err
    waiting = json.loads(house("status", ran.out.strip(), "--json").out)["counts"]
    assert adds_up(waiting)
    assert waiting["waiting"] == 2
    again = house("submit", str(tmp_path / "domains.txt"))
    assert again.out == ran.out
    assert "nothing new" in again.err
    assert house("cancel", ran.out.strip()).code == 0


def test_work_that_is_left_with_paused_jobs_says_how_to_resume(house: House, tmp_path: Path) -> None:
    job = house("submit", listed(tmp_path, "paused.example")).out.strip()
    assert house("pause", job).code == 0
    assert f"Next: domainscout resume {job}" in house("work", "--until-empty").err
    assert house("cancel", job).code == 0


def test_submit_dry_run_queues_nothing(house: House, tmp_path: Path) -> None:
    before = house("status", "--json").out
    ran = house("submit", listed(tmp_path, "example.net"), "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert "dry run" in ran.err
    assert house("status", "--json").out == before


def test_status_of_all_and_of_one(house: House) -> None:
    every = house("status")
    assert every.code == 0
    assert house.job in every.out
    one = house("status", house.job)
    assert "sum rule holds: 4 = 3 done + 0 partial + 1 failed" in one.out
    assert f"domainscout retry {house.job} --category tls" in one.out
    told = json.loads(house("status", house.job, "--json").out)
    assert told["schema"] == 1
    assert told["counts"]["done"] == 3
    assert adds_up(told["counts"])
    assert told["sum_rule_holds"] is True
    assert told["failures"][0]["category"] == "tls"


def test_status_failed_lists_domains_with_reasons(house: House) -> None:
    ran = house("status", house.job, "--failed")
    assert ran.out.split("\t")[:3] == [BROKEN, "failed", "tls"]
    line = json.loads(house("status", house.job, "--failed", "--json").out)
    assert (line["schema"], line["domain"]) == (1, BROKEN)


def test_status_follow_of_a_finished_job_returns(house: House) -> None:
    assert "3 done" in house("status", house.job, "--follow").out


def test_a_look_loads_only_what_it_needs(house: House) -> None:
    """First words within 0.3 s: what a command does not need costs it more than what it does."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "domainscout", "status", "--data-dir", house.data],
        env=CLEAN, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines() if line.startswith("import time:")}
    assert "sqlalchemy" in loaded
    heavy = ("aiohttp", "alembic", "anthropic", "psutil", "redis", "rich", "selectolax", "sqlalchemy.orm")
    assert not loaded.intersection([*heavy, "domainscout.cli.commands.queue"])


def test_an_unknown_job_is_guessed(house: House) -> None:
    wrong = house.job[:-1] + ("2" if house.job[-1] != "2" else "3")
    ran = house("status", wrong)
    assert ran.code == 2
    assert f"Did you mean {house.job}?" in ran.err


def test_show_gives_each_value_its_page_and_words(house: House) -> None:
    ran = house("show", "https://www.kestrel-heating.example/contact")
    assert ran.code == 0
    assert "+442079460112" in ran.out
    assert "/contact" in ran.out
    assert "Attempts" in ran.out
    assert "Pages read" in ran.out
    told = json.loads(house("show", "kestrel-heating.example", "--json").out)
    assert told["schema"] == 1
    assert told["profile"]["evidence"]
    assert told["attempts"][0]["outcome"] == "done"


def test_show_history_says_when_nothing_changed(house: House) -> None:
    ran = house("show", "kestrel-heating.example", "--history")
    assert ran.code == 0
    assert ran.out == "Nothing changed at kestrel-heating.example since it was first crawled.\n"


def test_history_tells_every_change_field_by_field() -> None:
    profile = Profile(domain="acme.example", job="j-1", status=Status.DONE, crawled_at=datetime(2026, 1, 2, tzinfo=UTC))
    phone = Change(path="phones[0]", before={"number": "+442079460112", "kind": "main", "label": None}, after=None)
    changes = (phone, *(Change(path=f"tags[{n}]", before=None, after=f"word {n}") for n in range(30)))
    written = StringIO()
    versions = [
        Version(crawled_at=profile.crawled_at, profile=profile, changes=changes),
        Version(crawled_at=profile.crawled_at, profile=profile, changes=()),
    ]
    Console(width=80, file=written).print(changes_view(versions, domain="acme.example", width=80))
    told = written.getvalue()
    assert told.startswith("  2026-01-02 00:00 UTC")
    assert "phones[0]: +442079460112 → –" in told
    assert "tags[29]: – → word 29" in told


def test_show_of_a_failed_domain_says_why(house: House) -> None:
    ran = house("show", BROKEN)
    assert ran.code == 0
    assert "certificate has expired" in " ".join(ran.out.split())
    assert f"domainscout retry {house.job} --category tls" in ran.out


def test_export_validates_against_the_schema(house: House) -> None:
    schema = json.loads(domainscout("schema").out)
    lines = house("export", house.job, "--format", "jsonl").out.splitlines()
    assert len(lines) == 4
    for line in lines:
        jsonschema.validate(json.loads(line), schema)


def test_retry_counts_first(house: House) -> None:
    ran = house("retry", house.job, "--category", "tls", "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert "1 target would be queued again." in ran.err
    assert "0 targets would be" in house("retry", house.job, "--category", "dns", "--dry-run").err
    assert "0 jobs would be purged" in house("purge", "--older-than", "24h", "--dry-run").err


def test_pause_and_resume(house: House, tmp_path: Path) -> None:
    job = house("submit", listed(tmp_path, "paused.example")).out.strip()
    assert "1 target paused" in house("pause", job).err
    assert "paused" in house("status", job).out
    assert "1 target resumed" in house("resume", job).err
    assert "1 target cancelled" in house("cancel", job).err


def test_config_names_origins_and_masks_secrets(tmp_path: Path) -> None:
    ran = domainscout(
        "config", "--lease", "30", "--redis-url", "redis://user:canary-word@localhost:1/0",
        ANTHROPIC_API_KEY="canary-key", DOMAINSCOUT_ATTEMPTS="4", DOMAINSCOUT_DATA_DIR=str(tmp_path),
    )  # fmt: skip
    assert "canary" not in ran.all
    rows = {line.split()[0]: line for line in ran.out.splitlines()}
    assert "flag --lease" in rows["lease"]
    assert "environment DOMAINSCOUT_ATTEMPTS" in rows["attempts"]
    said = json.loads(domainscout("config", "--concurrency", "7", "--json").out)
    assert said["schema"] == 1
    values = {one["name"]: one["value"] for one in said["settings"]}
    assert (values["concurrency"], values["keep_pages"], values["connect_to"]) == (7, True, [])
    assert (values["anthropic_api_key"], values["redis_url"], values["extractor"]) == (None, None, "auto")


def test_doctor_checks_each_part(house: House) -> None:
    ran = house("doctor", "--json")
    told = json.loads(ran.out)
    assert told["schema"] == 1
    states = {check["name"]: check["state"] for check in told["checks"]}
    assert states["database"] == states["address guard"] == states["redis"] == "ok"
    assert ran.code == 0
    assert all(check["fix"] for check in told["checks"] if check["state"] != "ok")


def test_monitor_writes_csv_lines_and_a_summary(house: House, tmp_path: Path) -> None:
    file = tmp_path / "monitor.csv"
    ran = house("monitor", "--seconds", "0.6", "--interval", "0.2", "--csv", str(file), "--plain")
    assert ran.code == 0
    rows = list(csv.reader(file.read_text().splitlines()))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == 4
    assert len(ran.out.splitlines()) == 3
    assert "── end ──" in ran.err
    assert f"saved {file} (3 rows)" in ran.err
    streamed = house("monitor", "--seconds", "0.4", "--interval", "0.2", "--json").out.splitlines()
    assert [json.loads(line)["schema"] for line in streamed] == [1, 1]


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete"), ("zsh", "compdef"), ("fish", "complete"), ("powershell", "Register")]
)
def test_completion_scripts(shell: str, word: str) -> None:
    ran = domainscout("completion", shell)
    assert ran.code == 0
    assert word in ran.out


def test_completion_offers_commands_flags_jobs_and_domains(house: House) -> None:
    def offered(words: str) -> str:
        return domainscout(
            _DOMAINSCOUT_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(len(words.split(" ")) - 1),
            DOMAINSCOUT_DATA_DIR=house.data,
        ).out  # fmt: skip

    assert "status" in offered("domainscout sta")
    assert house.job in offered("domainscout status j-")
    assert "kestrel-heating.example" in offered("domainscout show kes")


def test_demo_needs_nothing_and_shows_a_table_and_a_profile() -> None:
    ran = domainscout("demo", COLUMNS="120")
    assert ran.code == 0, ran.err
    assert "8 companies in" in ran.err
    for name in ("Kestrel Heating", "Bäckerei Lindner", "Atelier Verdane", "Tidewell Vets", "tls:"):
        assert name in ran.out
    assert "“" in ran.out


def test_exit_3_for_input(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    ran = domainscout("run", str(tmp_path / "empty.txt"), "--data-dir", str(tmp_path / "d"))
    assert ran.code == 3
    assert "Next   " in ran.err


def test_exit_4_without_a_key(tmp_path: Path) -> None:
    ran = domainscout("doctor", "--extractor", "llm", "--data-dir", str(tmp_path))
    assert ran.code == 4
    assert "ANTHROPIC_API_KEY" in ran.out


def test_exit_5_without_redis(tmp_path: Path) -> None:
    for command, waits in ((["work"], True), (["submit", listed(tmp_path, "company.example")], False)):
        ran = domainscout(*command, "--redis-url", "redis://127.0.0.1:1/0", "--data-dir", str(tmp_path))
        assert ran.code == 5
        assert ("does not answer. Waiting up to 5 s for it." in ran.err) == waits
        assert "Next   " in ran.err
        assert "Traceback" not in ran.err


def test_exit_6_for_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "domainscout.db").write_text("This is a letter, not a database. " * 200)
    ran = domainscout("status", "--data-dir", str(tmp_path))
    assert ran.code == 6
    assert str(tmp_path) in ran.err
    assert domainscout("doctor", "--data-dir", str(tmp_path)).code == 6


def test_exit_7_above_max_fail(house: House, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    ran = domainscout("run", listed(tmp_path, BROKEN), "--data-dir", data, *house.flags, "--max-fail", "10")
    assert ran.code == 7
    assert "100.0 % of the targets failed" in ran.err


def test_exit_8_when_waiting_takes_too_long(house: House, tmp_path: Path) -> None:
    ran = house("submit", listed(tmp_path, "never.example"), "--wait", "--timeout", "0.5")
    assert ran.code == 8
    assert "domainscout status j-" in ran.err
    house("cancel", ran.out.strip())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_exit_130_on_ctrl_c_and_0_when_told_to_end(house: House, tmp_path: Path, number: int, code: int) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "domainscout", "work", "--data-dir", str(tmp_path), *house.flags],
        stderr=subprocess.PIPE, text=True, env=CLEAN, process_group=0,
    )  # fmt: skip
    assert worker.stderr is not None
    assert "Ctrl-C to finish, twice to stop" in worker.stderr.readline()
    # The greeting is printed before the handlers stand; the first heartbeat comes after them.
    while not json.loads(domainscout("status", "--json", "--data-dir", str(tmp_path)).out)["workers"]:
        pass
    os.kill(worker.pid, number)
    _, said = worker.communicate(timeout=240)
    assert worker.returncode == code
    assert "finishing 0, Ctrl-C again to stop now" in said


@pytest.mark.parametrize("command", [["doctor"], ["show", HEALTHY[0]], ["config"], ["export", "--format", "jsonl"]])
def test_a_reader_that_has_read_enough_is_no_failure(house: House, command: list[str]) -> None:
    line = [sys.executable, "-m", "domainscout", *command, "--data-dir", house.data]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(line, stdout=writing, stderr=subprocess.PIPE, text=True, env=CLEAN, check=False)
    os.close(writing)
    assert (done.returncode, "Error" in done.stderr, "Traceback" in done.stderr) == (0, False, False), done.stderr


def test_every_exit_code_is_provoked_somewhere() -> None:
    """By number, in what the tests of the command line say."""
    told = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    codes = {value for name, value in vars(ExitCode).items() if name.isupper()}
    assert codes == {0, 1, 2, 3, 4, 5, 6, 7, 8, 130}
    assert all(re.search(rf"code == {code}\b", told) for code in codes)


def test_json_log_is_json_in_every_line(house: House, tmp_path: Path) -> None:
    ran = domainscout(
        "run", listed(tmp_path, HEALTHY[0]), "--data-dir", str(tmp_path / "d"), *house.flags, "--log-format", "json"
    )
    events = [json.loads(line)["event"] for line in ran.err.splitlines()]
    assert events.count("Finished") == 1
    assert "Started" not in events


def test_quiet_says_nothing(house: House, tmp_path: Path) -> None:
    ran = domainscout("run", listed(tmp_path, HEALTHY[0]), "--data-dir", str(tmp_path / "d"), *house.flags, "-q")
    assert (ran.code, ran.all) == (0, "")


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    ran = domainscout("status", "j-none", "--data-dir", str(tmp_path), "--debug")
    assert "Traceback" in ran.err
    assert "NoDatabase" in ran.err
