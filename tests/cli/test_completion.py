"""Completion as shells do it: each that is installed is started, given the script, and asked what Tab would offer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.running import CLEAN, domainscout
from tests.support.outcomes import done, store_settings

from domainscout.store import open_store

BASH = """
eval "$(domainscout completion bash)"
read -ra COMP_WORDS <<< "$1"
[[ $1 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_domainscout_completion domainscout
printf '%s\\n' "${COMPREPLY[@]}"
"""
ZSH = """
zmodload zsh/zpty
zpty -b inner zsh -f -i
zpty -w inner 'PS1=; stty columns 200; autoload -U compinit; compinit -u -D; eval "$(domainscout completion zsh)"'
zpty -w inner 'zle -N after-tab; bindkey "^T" after-tab'
zpty -w inner 'after-tab() { print -r -- ""; print TABB""ED; zle .kill-whole-line }'
zpty -w inner 'print REA""DY'
zpty -r inner seen '*READY*'
zpty -w -n inner "$1"$'\\t\\x14'
zpty -r inner seen '*TABBED*'
print -r -- "$seen"
zpty -d inner
"""
FISH = 'domainscout completion fish | source; complete -C "$argv[1]"'
COMMANDS = {
    "bash": ["bash", "--norc", "-c", BASH, "bash"],
    "zsh": ["zsh", "-f", "-c", ZSH, "zsh"],
    "fish": ["fish", "-c", FISH],
}
SHELLS = [
    pytest.param(shell, marks=pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed"))
    for shell in COMMANDS
]
EVIL = (
    r"A \$(touch told)",
    r"B ' ; touch told ; '",
    r"C \`touch told\`",
    r'D ")) ; touch told ; ((" ',
    "E $(touch told)",
)
DOMAINS = [f"kestrel-{letter}.example" for letter in "abcde"]


@dataclass(frozen=True)
class Asked:
    """A data folder with one finished job of companies with wicked names, asked through a shell."""

    folder: Path
    job: str

    def __call__(self, shell: str, line: str) -> str:
        env = {**CLEAN, "DOMAINSCOUT_DATA_DIR": str(self.folder), "HOME": str(self.folder), "TERM": "xterm"}
        env["PATH"] = f"{self.folder / 'bin'}:{env['PATH']}"
        ran = subprocess.run(
            [*COMMANDS[shell], line], env=env, cwd=self.folder, capture_output=True, text=True, timeout=240, check=False
        )
        return ran.stdout


@pytest.fixture
async def asked(tmp_path: Path) -> Asked:
    tmp_path = tmp_path / "a folder? #1"
    async with open_store(store_settings(tmp_path)) as store:
        job = await store.jobs.create("my list")
        await store.targets.add(job.id, DOMAINS)
        await store.jobs.seal(job.id)
        for target, name in zip(await store.targets.feed(9), EVIL, strict=True):
            await store.targets.commit([done(target, company_name=name)])
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "domainscout"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m domainscout "$@"\n')
    program.chmod(0o755)
    (tmp_path / "domains.txt").write_text("company.example\n")
    return Asked(tmp_path, job.id)


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_offers_commands_flags_jobs_and_domains(asked: Asked, shell: str) -> None:
    assert "status" in asked(shell, "domainscout sta")
    assert "--follow" in asked(shell, "domainscout status --fol")
    assert asked.job in asked(shell, "domainscout status j-")
    assert "kestrel-a.example" in asked(shell, "domainscout show kestrel-a")
    assert "timeout" in asked(shell, f"domainscout retry {asked.job} --category tim")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_company_s_name_is_never_a_command(asked: Asked, shell: str) -> None:
    offered = asked(shell, "domainscout show kestrel-")
    assert all(domain in offered for domain in DOMAINS)
    assert not (asked.folder / "told").exists()


def test_what_powershell_asks_is_answered_as_its_script_reads_it(asked: Asked) -> None:
    """Its script hands the line over in the environment and takes `value:::help`, a line an offer."""

    def offered(line: str, word: str) -> list[list[str]]:
        script = domainscout("completion", "powershell").out
        told = {
            "_DOMAINSCOUT_COMPLETE": "complete_powershell",
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_WORD_TO_COMPLETE": word,
        }
        assert all(f"$Env:{name}" in script for name in told)
        assert '-Split ":::"' in script
        ran = domainscout(**told, DOMAINSCOUT_DATA_DIR=str(asked.folder))
        return [row.split(":::") for row in ran.out.splitlines()]

    assert {"status", "monitor"} < {row[0] for row in offered("domainscout", "")}
    assert offered("domainscout status j-", "j-") == [[asked.job, "my list"]]
    assert [row[0] for row in offered("domainscout show kestrel-b", "kestrel-b")] == ["kestrel-b.example"]
