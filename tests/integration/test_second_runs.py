"""What is spoken again after an edit: what the edit changed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import pytest

Cli = Callable[..., Any]
LETTERS = ascii_lowercase[:25]
STEP = 0.3  # seconds from cue to cue: the film of 500 lines is rendered and measured in each run


def texts() -> list[str]:
    """Return 500 short lines, no two alike."""
    return [f"{one}{other}a." for one in LETTERS[:20] for other in LETTERS]


def write(path: Path, lines: Sequence[str], *, first: float = 1.0) -> None:
    starts = [first + STEP * i for i in range(len(lines))]
    cues = [f"{_time(start)} --> {_time(start + 0.28)}\n{text}\n" for start, text in zip(starts, lines, strict=True)]
    path.write_text("\n".join(f"{i}\n{cue}" for i, cue in enumerate(cues, 1)), "utf-8")


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02},{rest % 1000:03}"


class Film:
    """Subtitles, and a voice that writes down what it speaks."""

    def __init__(self, folder: Path, run_cli: Cli) -> None:
        self.folder, self.run_cli = folder, run_cli
        self.subtitles = folder / "film.srt"

    def spoken(self, *options: str, voice: str = "voice") -> list[str]:
        """Return what a run speaks."""
        log = self.folder / voice
        log.write_text("")
        track = self.folder / "out.wav"
        options = ("--force", "--loudness", "off", *options)
        finished = self.run_cli("narrate", self.subtitles, "-o", track, "--voice", f"counted:{log}", *options)
        assert finished.exit_code == 0, finished.stderr
        return [line for line in log.read_text("utf-8").splitlines() if line]


@pytest.fixture
def film(tmp_path: Path, run_cli: Cli) -> Film:
    return Film(tmp_path, run_cli)


def test_after_an_edit_of_one_line_of_500_exactly_one_is_spoken(film: Film) -> None:
    lines = texts()
    write(film.subtitles, lines)
    assert sorted(film.spoken()) == sorted(lines)
    lines[250] = "another word."
    write(film.subtitles, lines)
    assert film.spoken() == ["another word."]


def test_new_times_are_no_reason_to_speak_again(film: Film) -> None:
    write(film.subtitles, texts()[:20])
    assert len(film.spoken()) == 20
    write(film.subtitles, texts()[:20], first=3.25)
    assert film.spoken() == []


def test_a_cue_between_others_is_spoken_alone(film: Film) -> None:
    lines = texts()[:20]
    write(film.subtitles, lines)
    film.spoken()
    write(film.subtitles, [lines[0], "in between.", *lines[1:]])  # every later line has another number and time
    assert film.spoken() == ["in between."]
    write(film.subtitles, lines[5:])
    assert film.spoken() == []


def test_another_voice_or_seed_speaks_all(film: Film) -> None:
    write(film.subtitles, texts()[:20])
    assert len(film.spoken()) == 20
    assert len(film.spoken(voice="other")) == 20
    assert len(film.spoken("--seed", "1")) == 20
    assert film.spoken() == []


def test_a_sentence_over_several_cues_is_one(film: Film) -> None:
    write(film.subtitles, ["It begins here", "goes on there", "and ends now.", "Nothing else."])
    assert len(film.spoken()) == 2
    write(film.subtitles, ["It begins here", "goes on elsewhere", "and ends now.", "Nothing else."])
    (again,) = film.spoken()
    assert again.startswith("It begins here")
    assert again.endswith("and ends now.")


def test_a_lexicon_speaks_its_words_again(film: Film) -> None:
    write(film.subtitles, ["My name is Siobhan.", "My name is Anna."])
    assert len(film.spoken()) == 2
    lexicon = film.folder / "words.csv"
    lexicon.write_text("word,say\nSiobhan,shivawn\n")
    (again,) = film.spoken("--lexicon", str(lexicon))
    assert "shivawn" in again
