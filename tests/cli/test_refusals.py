"""Exit 1, provoked: a damaged installation, limits of the system, a full device. Words for a person, and a traceback
only for who asks."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import CLEAN, Ran, domainscout, listed


def damaged(folder: Path, module: str, words: str) -> str:
    """A package of the installation that fails when it is loaded, first on the path."""
    (folder / f"{module}.py").write_text(f"raise {words}\n")
    return str(folder)


def limited(*arguments: str, files: int) -> Ran:
    """The program in a shell that may open so many files."""
    done = subprocess.run(
        [sys.executable, "-m", "domainscout", *arguments], env=CLEAN, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A data folder with one job."""
    folder = str(tmp_path / "data")
    assert domainscout("submit", listed(tmp_path, "company.example"), "--data-dir", folder).code == 0
    return folder


def test_what_nobody_foresaw_is_said_in_words_and_reported_with_debug(tmp_path: Path, data: str) -> None:
    broken = damaged(tmp_path, "xlsxwriter", "RuntimeError('out of order')")
    line = ("export", "-o", str(tmp_path / "my companies.xlsx"), "--data-dir", data)
    ran = domainscout(*line, PYTHONPATH=broken)
    assert ran.code == 1
    assert ran.err.splitlines() == [
        "Error  Something unexpected happened: RuntimeError: out of order",
        "Why    This is a bug in domainscout.",
        f"Next   domainscout export -o '{tmp_path}/my companies.xlsx' --data-dir {data} --debug"
        "   (and report what it prints)",
    ]
    assert not (tmp_path / "my companies.xlsx").exists()
    told = domainscout(*line, "--debug", PYTHONPATH=broken)
    assert told.code == 1
    assert "Traceback" in told.err
    assert told.err.rstrip().endswith("RuntimeError: out of order")


def test_a_damaged_installation_is_told_apart_from_a_bug(tmp_path: Path, data: str) -> None:
    broken = damaged(tmp_path, "sqlalchemy", "ImportError('libmissing.so.1: no such file')")
    ran = domainscout("status", "--data-dir", data, PYTHONPATH=broken)
    assert ran.code == 1
    assert "Error  A part of the installation cannot be loaded: libmissing.so.1" in ran.err
    assert "Next   pip install --force-reinstall domainscout" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", ["status", "run"])
def test_too_few_open_files_never_end_in_a_traceback(tmp_path: Path, data: str, command: str) -> None:
    line = ["run", listed(tmp_path, "company.example")] if command == "run" else ["status"]
    codes = set()
    for files in range(4, 12):
        ran = limited(*line, "--data-dir", data, files=files)
        if "_bootstrap" in ran.err or "Fatal Python error" in ran.err:
            continue
        codes.add(ran.code)
        assert "Traceback" not in ran.err, ran.err
        assert ran.code == 0 or "\nNext   " in ran.err, ran.err
    assert codes


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("line", [["status"], ["config"], ["schema"], ["--help"], ["status", "--json"]])
def test_a_full_disk_behind_standard_output_is_said(data: str, line: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "domainscout", *line],
            env={**CLEAN, "DOMAINSCOUT_DATA_DIR": data, "PYTHONUNBUFFERED": ""},
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Error  The output cannot be written: no space is left." in done.stderr
    assert "Next   df -h" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
