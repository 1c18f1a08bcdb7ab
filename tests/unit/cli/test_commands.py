from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import voiceover.cli
from voiceover.cli.commands import SUMMARIES, read

NO_COMMANDS = {"__init__", "main", "commands", "options"}


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_is_the_first_paragraph_of_the_commands_own_help(name: str) -> None:
    command = read(name)
    assert command.name == name
    assert (command.help or "").partition("\n\n")[0] == SUMMARIES[name]


def test_every_module_with_a_command_is_listed() -> None:
    modules = {path.stem for path in Path(voiceover.cli.__file__).parent.glob("*.py")}
    with_one = {
        stem
        for stem in modules - NO_COMMANDS
        if f"def {stem}(" in (text := (Path(voiceover.cli.__file__).parent / f"{stem}.py").read_text())
        or "\napp = typer.Typer(" in text
    }
    assert with_one == set(SUMMARIES)


def test_a_run_imports_its_own_command_alone() -> None:
    program = """
import sys
from voiceover.cli.main import run
run(["say", "--help"])
print(sorted(name for name in sys.modules if name.startswith("voiceover.cli.")), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "voiceover.cli.say" in done.stderr
    assert "voiceover.cli.dub" not in done.stderr


def test_groups_offer_nothing_that_the_program_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    from voiceover.cli import main

    assert main.run(["train", "--help"]) == 0
    assert "completion" not in capsys.readouterr().out
