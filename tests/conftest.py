"""What every test shares."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

# A shared machine's first call of anything may take seconds: correctness is tested here, speed in benchmarks/.
hypothesis.settings.register_profile("voiceover", deadline=None)
hypothesis.settings.load_profile("voiceover")


@dataclass(frozen=True)
class Finished:
    """What a run of the command line left."""

    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def run_cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., Finished]:
    """Run the command line in this process; no user may ever meet a traceback."""
    from voiceover.cli import main

    def run(*arguments: str | Path) -> Finished:
        code = main.run([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return Finished(code, shown.out, shown.err)

    return run
