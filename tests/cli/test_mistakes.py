"""Two hundred wrong command lines: none shows a traceback, each says what to type next, none exits with 1."""

from __future__ import annotations

import contextlib
import io
import itertools
import re
from pathlib import Path

import pytest

from domainscout.cli import run
from domainscout.cli.app import program
from domainscout.errors import ExitCode
from domainscout.settings import Settings

COMMANDS = sorted(program().commands)
NEEDED = {
    "run": ["x.txt"], "submit": ["x.txt"], "show": ["example.com"], "retry": ["j-2222"], "cancel": ["j-2222"],
    "pause": ["j-2222"], "resume": ["j-2222"], "completion": ["bash"],
}  # fmt: skip


def misspelt(word: str) -> str:
    return word[:2] + word[3:] if len(word) > 3 else word + "x"


def wrong_lines() -> list[list[str]]:
    lines: list[list[str]] = [["wrok"], ["--nonsense"], ["-z"], ["statsu", "j-1"], ["helpp"], ["run", "--", ""]]
    lines += [[misspelt(name)] for name in COMMANDS]
    for name in COMMANDS:
        given = [name, *NEEDED.get(name, [])]
        if name in NEEDED:
            lines.append([name])
        lines += [[*given, "--no-such-flag"], [*given, "-Z"], [*given, "--log-format", "xml"], [*given, "--log-format"]]
        lines.append([*given, "--data-dri", "d"])
        lines.append([name, *["too", "many", "words"]] if name not in {"run", "submit"} else [name, "--column"])
    ranges = {
        "--concurrency": ("0", "many", "-3", "1e9"), "--lease": ("0", "soon"), "--attempts": ("0", "x"),
        "--max-pages": ("0", "all", "9999"), "--host-delay": ("-1", "slow"), "--page-timeout": ("0", "never"),
        "--extractor": ("magic",), "--grace": ("-5",), "--processes": ("0", "999"), "--max-depth": ("-1",),
        "--queue": ("a b", ""), "--llm-tries": ("9",), "--domain-timeout": ("0",),
    }  # fmt: skip
    for command, (flag, values) in itertools.product(("run", "work", "config"), ranges.items()):
        lines += [[command, *NEEDED.get(command, []), flag, value] for value in values]
    lines += [["submit", "x.txt", "--max-age", age] for age in ("soon", "-1d", "7y", "")]
    lines += [["purge", "--older-than", age] for age in ("yesterday", "1 month", "d")]
    lines += [["export", "--format", "docx"], ["export", "--status", "odd"], ["export", "--changed-since", "once"]]
    lines += [["export", "--fields", "company_nmae"], ["export", "--format", "xlsx"], ["export", "-o", "a.unknown"]]
    lines += [["retry", "j-2222", "--category", "bad"], ["monitor", "--interval", "0"], ["monitor", "--seconds", "0"]]
    lines += [["show", word] for word in ("not a domain", "10.0.0.1", "localhost", "", "a@b", "example.com")]
    lines += [["status", "j-none"], ["cancel", "x"], ["pause", "j"], ["resume", "j-zzzz"], ["export", "j-none"]]
    lines += [["submit", "missing.txt"], ["submit", "."], ["run", "missing.txt"], ["completion", "tcsh"]]
    lines += [["status", "--database", "postgres//x"], ["status", "--database", "sqlite:////proc/none/x.db"]]
    return lines + [line.split() for line in ODD.splitlines()]


ODD = """
run -o
run list.txt -o
run list.txt -o companies.docx
run list.txt -o /nonexistent/companies.csv
run list.txt --budget cheap
run list.txt --budget -1
run list.txt --max-fail 101
run list.txt --max-fail half
run list.txt --connect-to nonsense
run list.txt --connect-to :443:host
run list.txt --connect-to :443:127.0.0.1:99999
run list.txt --proxy ftp://proxy.example
run list.txt --proxy nonsense
run list.txt --ca-file missing.pem
run list.txt --ca-file list.txt
run list.txt --ca-file .
run list.txt --column nope
run list.txt --processes 2.5
run list.txt --concurrency 5 --concurrency
run list.txt --database mysql://x
run list.txt --database postgresql://x/y
run list.txt --data-dir list.txt
run list.txt --data-dir=
submit list.txt --wait --timeout -1
submit list.txt --timeout soon
submit list.txt --rejects .
submit list.txt --rejects /nonexistent/rejects.csv
submit https://example.com/list.txt
submit example.com
submit nothing-*
work --until-empt
work stop
work --job
status --folow
status all
status --failed --job x
monitor --csv .
monitor --csv /nonexistent/monitor.csv
monitor --interval 0.01
monitor --seconds forever
monitor --json --plain extra
show example
show http://
show a..b.com
show --history
export j-1 j-2
export -o /dev
export -o .
export --status done --status weird
export --changed-since 2026-13-45
export --fields a,b,company_name
retry j-1 --all
cancel --all
cancel j-1 j-2
pause all
resume -f
purge j-1
purge --older-than -5d
purge --yes
reextract j-1 --model
reextract nothing
doctor --fix
config --set lease=5
completion csh
demo now
schema --format yaml
version
upgrade
-
--version=1
--help=run
status -q -q --bogus=1
run - -
""".strip()
"""What people type who know other programs, or are in a hurry."""

LINES = wrong_lines()


def test_there_are_two_hundred_of_them() -> None:
    assert len(LINES) >= 200


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line) or "empty")
def test_a_wrong_line_is_answered_in_words(line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOMAINSCOUT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    (tmp_path / "list.txt").write_text("company.example\n")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(line)
    said = err.getvalue()
    assert code in {ExitCode.USAGE, ExitCode.INPUT, ExitCode.STORAGE}, (code, said, out.getvalue()[:200])
    assert "Traceback" not in said + out.getvalue()
    assert re.sub(r"\AData {6}.*\n", "", said).startswith("Error  "), said
    assert "\nNext   " in said, said


@pytest.mark.parametrize("name", [name for name in COMMANDS if len(name) > 4])
def test_a_misspelt_command_is_guessed(name: str) -> None:
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        run([misspelt(name)])
    assert f"Did you mean '{name}'?" in err.getvalue()


def test_a_misspelt_flag_is_guessed() -> None:
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        assert run(["work", "--concurency", "5"]) == ExitCode.USAGE
    assert "Did you mean --concurrency?" in err.getvalue()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["--data-dir", "x", "status"], "Flags stand behind the command."),
        (["status", "--job", "j-1"], "It is given without a flag."),
        (["work", "--output", "x"], "`domainscout run` has one."),
        (["status", "a", "b"], "'b' is too much."),
        (["show"], "DOMAIN is missing."),
        (["work", "-c", "x"], "--concurrency cannot be used: it takes a whole number."),
        (["retry", "j-1", "--category", "time"], "Did you mean timeout?"),
        (["export", "--fields", " , "], "--fields names no field."),
        (["work", "--queue", "A b"], "'^[A-Za-z0-9_.-]{1,64}$'"),
        (["ls"], "Did you mean 'status'?"),
        (["crawl"], "Did you mean 'run'?"),
        (["version"], "domainscout --version"),
        (["--version=1"], "--version takes no value."),
        (["status", "--data-dir", ""], "it is empty, as a variable of the shell is that was not set"),
    ],
)
def test_the_answer_names_what_was_meant(line: list[str], words: str) -> None:
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        assert run(line) == ExitCode.USAGE
    assert words in err.getvalue()


@pytest.mark.parametrize(
    ("name", "next_command"),
    [
        ("no-such-file.example", "echo no-such-file.example | domainscout submit -"),
        ("https://firm.example/about", "echo https://firm.example/about | domainscout submit -"),
        ("https://firm.example/list.txt", "curl -sSL https://firm.example/list.txt | domainscout submit -"),
        ("no-such-file.txt", "ls ."),
        ("lists/no-such-file.example", "ls lists"),
    ],
)
def test_a_domain_in_the_place_of_a_file_is_recognised(
    name: str, next_command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOMAINSCOUT_DATA_DIR", str(tmp_path / "data"))
    assert run(["submit", name]) == ExitCode.INPUT
    assert f"Next   {next_command}\n" in capsys.readouterr().err


def test_what_the_crawler_cannot_use_is_refused_before_anything_is_queued(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.txt").write_text("company.example\n")
    data = ["--data-dir", str(tmp_path / "data")]
    assert run(["run", str(tmp_path / "list.txt"), "--connect-to", "nonsense", *data]) == ExitCode.USAGE
    assert "Accepted" not in capsys.readouterr().err
    assert run(["status", *data]) == ExitCode.OK
    assert "No jobs yet." in capsys.readouterr().err


def test_help_is_a_command_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help"]) == ExitCode.OK
    assert "The job:" in capsys.readouterr().out
    assert run(["help", "work"]) == ExitCode.OK
    assert capsys.readouterr().out.startswith("Usage: domainscout work")


def test_every_setting_but_the_key_is_a_flag_of_run() -> None:
    flags = {flag for parameter in program().commands["run"].params for flag in parameter.opts}
    missing = {name for name in Settings.model_fields if f"--{name.replace('_', '-')}" not in flags}
    assert missing == {"anthropic_api_key"}
