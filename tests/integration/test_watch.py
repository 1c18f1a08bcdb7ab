"""`--watch` as a user has it: a process that stays while somebody edits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import doubles
import pytest

SRT = """1
00:00:00,500 --> 00:00:01,500
One two three.

2
00:00:02,000 --> 00:00:03,000
Salt and pepper.
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a child alone")


class Watching:
    """A run with --watch, and what it tells."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.subtitles, self.track, self.log = folder / "film.srt", folder / "out.wav", folder / "spoken"
        self.subtitles.write_text(SRT)
        # whoever runs the tests may have ignored SIGINT (a background job), and children inherit that
        usual = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        command = [sys.executable, "-c", f"{usual}; from voiceover.cli.main import main; main()", "narrate"]
        command += [str(self.subtitles), "-o", str(self.track), "--voice", f"counted:{self.log}", "--watch", *options]
        plugins = doubles.install(folder / "plugins")
        path = os.pathsep.join([str(plugins), str(Path(doubles.__file__).parent), os.environ.get("PYTHONPATH", "")])
        self.process = subprocess.Popen(
            [*command, "--progress", "json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )

    def until(self, event: str, **facts: Any) -> dict[str, Any]:
        """Read events up to one of a kind that has these facts."""
        assert self.process.stderr is not None
        seen = []
        for line in self.process.stderr:
            seen.append(json.loads(line))
            if seen[-1]["event"] == event and all(name in seen[-1] for name in facts):
                assert {name: seen[-1][name] for name in facts} == facts
                return seen[-1]  # type: ignore[no-any-return]
        raise AssertionError(seen)

    def spoken(self) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line]

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    started = []

    def start(*options: str) -> Watching:
        started.append(Watching(tmp_path, *options))
        return started[-1]

    yield start
    for running in started:
        running.process.kill()
        running.process.communicate()


def test_a_save_is_narrated_again_by_the_voice_that_is_there(watch: Callable[..., Watching]) -> None:
    running = watch()
    running.until("note", watching=[str(running.subtitles)])
    before = running.track.read_bytes()

    new = running.subtitles.with_name("new.srt")
    new.write_text(SRT.replace("pepper", "vinegar"))
    new.replace(running.subtitles)  # as most editors save
    told = running.until("note", spoken=1, cached=1)
    assert told["message"].startswith("1 line spoken anew, 1 from the cache, ")
    running.until("done", output=str(running.track), exit_code=0)
    assert running.track.read_bytes() != before
    assert running.spoken().count("Salt and vinegar.") == 1
    assert running.log.read_text().splitlines().count("") == 1  # the voice was opened once
    assert running.interrupt() == 0


def test_a_broken_or_missing_file_leaves_the_output_and_is_waited_for(watch: Callable[..., Watching]) -> None:
    running = watch()
    running.until("note", watching=[str(running.subtitles)])
    before = running.track.read_bytes()
    running.subtitles.write_text("1\n00:00:0x,500 --> bad\nOne two three.\n")
    error = running.until("error", exit_code=2)
    assert str(running.subtitles) in error["message"]
    assert "\n" not in error["message"]
    running.subtitles.unlink()
    assert "does not exist" in running.until("error", exit_code=2)["message"]
    assert running.track.read_bytes() == before
    running.subtitles.write_text(SRT.replace("pepper", "sand"))
    running.until("note", spoken=1, cached=1)
    assert running.track.read_bytes() != before
    assert running.interrupt() == 0


def test_the_first_run_replaces_nothing_unasked(watch: Callable[..., Watching], tmp_path: Path) -> None:
    (tmp_path / "out.wav").write_bytes(b"somebody's")
    running = watch()
    assert "--force" in running.until("error")["remedy"]
    assert running.process.wait(30) == 2
    assert (tmp_path / "out.wav").read_bytes() == b"somebody's"


def test_a_lexicon_is_watched_too(watch: Callable[..., Watching], tmp_path: Path) -> None:
    lexicon = tmp_path / "words.csv"
    lexicon.write_text("word,say\npepper,pepp-er\n")
    reports = ("--report", str(tmp_path / "r.json"), "--report", str(tmp_path / "r.html"))
    running = watch("--lexicon", str(lexicon), *reports)
    running.until("note", watching=[str(running.subtitles), str(lexicon)])
    lexicon.write_text("word,say\npepper,peeper\n")
    running.until("note", spoken=1, cached=1)
    running.until("done")
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert report["totals"]["cached_lines"] == 1
    assert "peeper" in (tmp_path / "r.html").read_text("utf-8")
    assert running.interrupt() == 0


def test_a_run_that_is_cut_off_ends_with_130_and_the_last_output_stands(
    watch: Callable[..., Watching], tmp_path: Path
) -> None:
    running = watch("--voice", "slow:")
    running.until("note", watching=[str(running.subtitles)])
    before = running.track.read_bytes()
    running.subtitles.write_text(SRT.replace("pepper", "vinegar").replace("two", "too"))
    running.until("advance", done=1)
    assert running.interrupt() == 130
    assert running.track.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"film.srt", "out.wav", "plugins"}
