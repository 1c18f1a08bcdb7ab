from __future__ import annotations

import io
import json
import sys

import pytest
from rich.console import Console

from voiceover.errors import BadInputError, MissingError
from voiceover.progress import BarProgress, JsonProgress, PlainProgress, Progress, ProgressMode, open_progress


def test_plain_writes_a_line_for_each_tenth() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream)
    progress.stage("Speaking", 40)
    for _ in range(40):
        progress.advance()
    lines = stream.getvalue().splitlines()
    assert lines[0] == "Speaking: 40"
    assert lines[1:] == [f"Speaking: {done} of 40" for done in range(4, 41, 4)]


def test_plain_says_a_stage_of_unknown_length_once() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream)
    progress.stage("Muxing")
    progress.advance()
    assert stream.getvalue() == "Muxing ...\n"


def test_json_is_one_object_a_line_for_everything() -> None:
    stream = io.StringIO()
    progress = JsonProgress(stream)
    progress.stage("Speaking", 2)
    progress.advance()
    progress.note("half way", loss=1.5)
    progress.warn("line 1 “a\nb” is late", index=1)
    progress.error(MissingError("no engine", "install one"))
    progress.done(output="é.mp4", exit_code=0)
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        {"event": "stage", "stage": "Speaking", "total": 2},
        {"event": "advance", "stage": "Speaking", "done": 1, "total": 2},
        {"event": "note", "message": "half way", "loss": 1.5},
        {"event": "warning", "message": "line 1 “a\nb” is late", "index": 1},
        {"event": "error", "message": "no engine", "remedy": "install one", "exit_code": 3},
        {"event": "done", "output": "é.mp4", "exit_code": 0},
    ]


def test_bars_leave_warnings_and_no_bars() -> None:
    screen = io.StringIO()
    with BarProgress(Console(file=screen, force_terminal=False, width=40)) as progress:
        progress.stage("Speaking", 2)
        progress.advance()
        progress.warn("a [bold]long[/bold] warning that is wider than the screen is")
        progress.stage("Muxing")
    assert "warning: a [bold]long[/bold] warning that is wider than the screen is\n" in screen.getvalue()


def test_bars_of_an_earlier_run_are_gone_in_the_next() -> None:
    progress = BarProgress(Console(file=io.StringIO(), force_terminal=False, width=40))
    for name in ("Speaking", "Muxing"):
        with progress:
            progress.stage(name, 2)
            progress.stage("Measuring")
            shown = [task.description for task in progress._bars.tasks]
        assert shown == [name, "Measuring"]


def test_quiet_hides_warnings_but_not_errors() -> None:
    stream = io.StringIO()
    progress = Progress(stream, quiet=True)
    progress.stage("Speaking", 2)
    progress.warn("nothing to see")
    progress.error(BadInputError("a.srt is missing", "Give another file."))
    assert stream.getvalue() == "error: a.srt is missing\nGive another file.\n"


@pytest.mark.parametrize(
    ("mode", "quiet", "terminal", "kind"),
    [
        (ProgressMode.AUTO, False, True, BarProgress),
        (ProgressMode.AUTO, False, False, PlainProgress),
        (ProgressMode.PLAIN, False, True, PlainProgress),
        (ProgressMode.NONE, False, True, Progress),
        (ProgressMode.PLAIN, True, True, Progress),
        (ProgressMode.JSON, True, True, JsonProgress),
    ],
)
def test_the_mode_and_the_terminal_choose(
    mode: ProgressMode, quiet: bool, terminal: bool, kind: type[Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    assert type(open_progress(mode, quiet=quiet)) is kind


def test_films_of_a_batch_are_told_apart() -> None:
    stream = io.StringIO()
    plain = PlainProgress(stream)
    plain.stage("Dubbing", 2)
    film = plain.of("a.mp4")
    film.stage("Speaking", 2)
    film.advance(2)
    plain.advance(2)
    assert stream.getvalue().splitlines() == [
        "Dubbing: 2",
        "a.mp4: Speaking: 2",
        "a.mp4: Speaking: 2 of 2",
        "Dubbing: 2 of 2",
    ]
    stream = io.StringIO()
    program = JsonProgress(stream)
    program.of("a.mp4").stage("Mixing")
    assert json.loads(stream.getvalue()) == {"event": "stage", "film": "a.mp4", "stage": "Mixing", "total": None}
