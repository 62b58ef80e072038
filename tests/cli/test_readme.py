"""README and help are one: what the README shows of `--help` is what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cli.running import domainscout

from domainscout.cli.app import program

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```\n\$ (domainscout [a-z]*\s?--help)\n(.*?)\n```", README, flags=re.S))


@pytest.mark.parametrize("line", ["domainscout --help", *(f"domainscout {name} --help" for name in program().commands)])
def test_help_in_the_readme_is_the_real_one(line: str) -> None:
    ran = domainscout(*line.split()[1:])
    assert ran.code == 0
    assert ran.out.rstrip() == BLOCKS[line]


def test_pictures_and_links_exist() -> None:
    root = Path(__file__).parents[2]
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if "://" not in target:
            assert (root / target).exists(), target


def test_the_two_set_up_commands_are_there() -> None:
    assert "pip install . && domainscout demo" in README
    assert "pip install -e '.[dev]' && pytest" in README
