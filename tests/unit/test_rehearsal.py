from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import doubles
import numpy as np

from voiceover import rehearsal, speaking
from voiceover.casting import Role
from voiceover.config import CacheSettings
from voiceover.progress import Progress
from voiceover.rehearsal import Piece
from voiceover.speaking import Part
from voiceover.types import Line, Speech


class Batches(doubles.WordBeepVoice):
    """Notes what it is asked to speak at once."""

    def __init__(self) -> None:
        super().__init__("batches")
        self.calls: list[list[str]] = []

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        self.calls.append([line.text for line in lines])
        yield from super().speak(lines, seed=seed)


def piece(voice: doubles.BeepVoice, *texts: str, seed: int = 0, merge: bool = True) -> Piece:
    role = Role("beep:")
    lines = [Line(i, float(i), i + 0.99, text) for i, text in enumerate(texts, 1)]
    return Piece(tuple(Part(line, voice, role) for line in lines), seed, merge)


def test_lines_of_several_films_share_a_call_and_each_film_then_finds_its_own(tmp_path: Path) -> None:
    voice, cache = Batches(), CacheSettings(folder=tmp_path)
    films = [piece(voice, "One.", "It goes", "on here."), piece(voice, "One.", "Two."), piece(voice, "Three.", seed=1)]
    done = rehearsal.rehearse(films, cache=cache, progress=Progress())
    assert voice.calls == [["One.", "It goes on here.", "Two."], ["Three."]]
    assert done.texts == 4
    voice.calls.clear()
    for film in films:
        spoken = speaking.speak(film.parts, seed=film.seed, cache=cache, progress=Progress())
        assert spoken.cached == len(film.parts)
    assert voice.calls == []
    assert rehearsal.rehearse(films, cache=cache, progress=Progress()).texts == 0


def test_what_a_film_says_is_the_same_with_a_rehearsal_and_without(tmp_path: Path) -> None:
    film, other = piece(Batches(), "It goes", "on here.", "Last."), piece(Batches(), "Other.")
    alone = speaking.speak(film.parts, seed=0, cache=CacheSettings(folder=tmp_path / "a"), progress=Progress())
    cache = CacheSettings(folder=tmp_path / "b")
    rehearsal.rehearse([other, film], cache=cache, progress=Progress())
    after = speaking.speak(film.parts, seed=0, cache=cache, progress=Progress())
    for one, two in zip(alone.speeches, after.speeches, strict=True):
        np.testing.assert_array_equal(one.audio.samples, two.audio.samples)
        assert (one.line, one.onset, one.words, one.flags) == (two.line, two.onset, two.words, two.flags)


def test_without_merging_each_cue_is_its_own(tmp_path: Path) -> None:
    voice = Batches()
    rehearsal.rehearse(
        [piece(voice, "It goes", "on here.", merge=False)], cache=CacheSettings(folder=tmp_path), progress=Progress()
    )
    assert voice.calls == [["It goes", "on here."]]


def test_voices_that_are_not_cached_are_not_asked(tmp_path: Path) -> None:
    voice = doubles.BeepVoice()
    rehearsal.rehearse([piece(voice, "One.")], cache=CacheSettings(folder=tmp_path), progress=Progress())
    assert voice.asked == []


def test_a_cache_that_keeps_nothing_is_found_out_at_the_first_line(tmp_path: Path) -> None:
    voice = Batches()
    blocked = tmp_path / "file"
    blocked.touch()
    films = [piece(voice, "One.", "Two.", "Three.")]
    assert rehearsal.rehearse(films, cache=CacheSettings(folder=blocked), progress=Progress()).texts == 1
    assert len(voice.asked) == 1
