"""The command line of the measurements: asking for help measures nothing and writes nothing."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from benchmarks import results
from benchmarks.__main__ import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_help_only_helps(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path / "results")
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"benchmarks.{name}").run(["--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: ")
    assert not (tmp_path / "results").exists()
