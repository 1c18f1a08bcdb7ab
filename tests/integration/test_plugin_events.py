"""The events that editors' plugins are built on, as a plugin reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import soundfile

SRT = """1
00:00:00,500 --> 00:00:01,500
One two three.

2
00:00:02,000 --> 00:00:03,000
[MUSIC]

3
00:00:04,000 --> 00:00:05,000
ANNA: Salt and pepper.
"""


def read(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def narrate(run_cli: Callable[..., Any], folder: Path, *options: str | Path, voice: str = "beep:") -> Any:
    (folder / "film.srt").write_text(SRT, "utf-8")
    return run_cli(
        "narrate", folder / "film.srt", "-o", folder / "out.wav", "--voice", voice, "--progress", "json", *options
    )


def test_a_run_begins_with_start_and_its_lines_stand_before_done(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    finished = narrate(run_cli, tmp_path, "--stems", tmp_path / "stems")
    events = read(finished.stderr)
    starts = [event for event in events if event["event"] == "start"]
    assert [(start["format"], start["command"], start["lines"]) for start in starts] == [(1, "narrate", 2)]
    assert [event["event"] for event in events[-3:]] == ["line", "line", "done"]
    first, second = events[-3:-1]
    assert (first["index"], first["cue_start"], first["cue_end"], first["text"]) == (1, 0.5, 1.5, "One two three.")
    assert (second["index"], second["speaker"], second["start"]) == (2, "ANNA", 4.0)
    for line in (first, second):
        samples, rate = soundfile.read(line["path"])
        assert line["clip_start"] <= line["start"] < line["end"] <= line["clip_end"]
        assert abs(len(samples) / rate - (line["clip_end"] - line["clip_start"])) < 1e-5
        loud = abs(samples) > 0.01  # the beep begins at its first voiced sample
        assert abs(line["clip_start"] + loud.argmax() / rate - line["start"]) < 0.005


def test_lines_without_stems_have_no_path_and_gaps_no_time(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    finished = narrate(run_cli, tmp_path, voice="mute:")
    first, second = (event for event in read(finished.stderr) if event["event"] == "line")
    assert "path" not in first
    assert first["start"] == 0.5
    assert (second["start"], second["end"], second["flags"]) == (None, None, ["unsaid"])
    assert finished.exit_code == 4


def test_the_file_says_what_the_pipe_says(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    finished = narrate(run_cli, tmp_path, "--progress-file", tmp_path / "events.jsonl")
    assert read((tmp_path / "events.jsonl").read_text("utf-8")) == read(finished.stderr)


def test_a_run_that_fails_ends_with_error_in_the_file_and_tells_of_no_line(
    run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "out.wav").write_bytes(b"somebody's")
    assert narrate(run_cli, tmp_path, "--progress-file", tmp_path / "events.jsonl").exit_code == 2
    events = read((tmp_path / "events.jsonl").read_text("utf-8"))
    assert (events[-1]["event"], events[-1]["exit_code"]) == ("error", 2)
    assert "line" not in {event["event"] for event in events}


def test_a_file_of_events_that_is_in_the_way_is_told_as_json(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text("somebody's")
    finished = narrate(run_cli, tmp_path, "--progress-file", tmp_path / "events.jsonl")
    assert finished.exit_code == 2
    assert "--force" in read(finished.stderr)[-1]["remedy"]
    assert not (tmp_path / "out.wav").exists()
