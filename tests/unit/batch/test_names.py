from __future__ import annotations

from pathlib import Path

import pytest

from voiceover.batch import names
from voiceover.batch.names import Ending


@pytest.mark.parametrize(
    ("rest", "ending"),
    [
        ("", Ending(None, 0)),
        (".en", Ending("en", 0)),
        ("_English", Ending("en", 0)),
        (".pt-BR", Ending("pt", 0)),
        (".zh-Hans", Ending("zh", 0)),
        (".deu", Ending("de", 0)),
        (".ger", Ending("de", 0)),
        ("-Deutsch", Ending("de", 0)),
        (".français", Ending("fr", 0)),
        (".en.sdh", Ending("en", 1)),
        (".en.hi", Ending("en", 1)),
        (".hi", Ending("hi", 0)),
        (" (en)", Ending("en", 0)),
        (".de.forced", Ending("de", 3)),
        (" subtitles", Ending(None, 0)),
        (".final", None),
        ("2", None),
        (".2", None),
        ("b", None),
        (".en.German", None),
    ],
)
def test_endings(rest: str, ending: Ending | None) -> None:
    assert names.read_ending(rest) == ending


def test_folders_of_a_film_number_their_subtitles() -> None:
    assert names.read_tags("2_English") == Ending("en", 0)
    assert names.read_tags("14_Portuguese") == Ending("pt", 0)
    assert names.read_tags("notes") is None


def test_finished_films_are_no_sources() -> None:
    assert all(map(names.is_dubbed, map(Path, ["a.dubbed.mp4", "A.DUBBED.MP4", "a.avi.dubbed.mkv"])))
    assert not names.is_dubbed(Path("dubbed.mp4"))
