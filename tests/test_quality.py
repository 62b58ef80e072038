"""The quality benchmark itself: floors hold figures up, and only a flag lowers them."""

import json
from pathlib import Path

import pytest
from benchmarks import quality
from benchmarks.corpus import OWN, corpora
from benchmarks.matching import scored


@pytest.fixture
def floors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "floors.json"
    monkeypatch.setattr(quality, "FLOORS", path)
    return path


def test_the_own_sites_are_read_well(floors: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert quality.run([str(OWN), "--calibration", "--pin"]) == 0
    figures = json.loads(floors.read_text())["own"]["figures"]
    assert figures["company_name"] == 1.0
    assert figures["macro"] > 0.9
    assert "pages/s" in capsys.readouterr().out


def test_a_figure_below_its_floor_fails_and_pinning_does_not_lower_it(floors: Path) -> None:
    floors.write_text(json.dumps({"own": {"digest": "", "figures": {"macro": 1.5}}}))
    assert quality.run([str(OWN)]) == 1
    assert quality.run([str(OWN), "--pin"]) == 0
    assert json.loads(floors.read_text())["own"]["figures"]["macro"] == 1.5
    assert quality.run([str(OWN), "--pin", "--lower"]) == 0
    assert json.loads(floors.read_text())["own"]["figures"]["macro"] <= 1.0


def test_missing_and_wrong_values_cost() -> None:
    corpus = corpora([OWN])[0]
    nothing = scored(corpus, [])
    assert nothing.macro() == 0.0
    perfect = [{**row, "company_name": row.get("company_name", [None])[0]} for row in corpus.gold]
    assert scored(corpus, perfect).fields["company_name"].figure("company_name") == 1.0
    wrong = [{**row, "phones": ["+10000000000"]} for row in perfect]
    assert scored(corpus, wrong).fields["phones"].right == 0
