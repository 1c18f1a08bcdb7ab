from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from voiceover.batch import pairing
from voiceover.batch.pairing import Pair

SRT = "1\n00:00:01,000 --> 00:00:02,000\nOne.\n"


def make(folder: Path, *files: str) -> None:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SRT)


def chosen(folder: Path, language: str | None = "en", **options: object) -> dict[str, str | None]:
    """Return for each video the subtitles that are chosen."""
    pairs: list[Pair] = pairing.pair(folder, **options)  # type: ignore[arg-type]
    found = {item.video.relative_to(folder).as_posix(): pairing.choose(item.candidates, language) for item in pairs}
    return {name: one and one.path.relative_to(folder).as_posix() for name, one in found.items()}


@pytest.mark.parametrize(
    ("files", "subtitles"),
    [
        (["l.srt"], "l.srt"),
        (["L.SRT"], "L.SRT"),
        (["l.en.srt"], "l.en.srt"),
        (["l.de.srt", "l.en.srt"], "l.en.srt"),
        (["l.srt", "l.en.srt"], "l.en.srt"),
        (["l.srt", "l.de.srt"], "l.srt"),
        (["l.de.srt"], None),
        (["l.en.sdh.srt", "l.en.srt", "l.en.forced.srt"], "l.en.srt"),
        (["l.en.forced.srt"], "l.en.forced.srt"),
        (["subs/l.srt"], "subs/l.srt"),
        (["Subs/l.en.vtt"], "Subs/l.en.vtt"),
        (["Untertitel/l.srt"], "Untertitel/l.srt"),
        (["Subs/l/2_English.srt", "Subs/l/3_German.srt"], "Subs/l/2_English.srt"),
        (["subs/l.srt", "l.srt"], "l.srt"),
        (["l.vtt", "l.srt"], "l.srt"),
        (["l.txt"], "l.txt"),
        (["l.final.srt"], None),
        (["l2.srt", "other.srt"], None),
        (["subtitles.srt"], "subtitles.srt"),
        (["whatever.srt"], "whatever.srt"),
        (["en.srt", "de.srt"], "en.srt"),
        ([".l.srt"], None),
    ],
)
def test_what_belongs_to_a_video(tmp_path: Path, files: list[str], subtitles: str | None) -> None:
    make(tmp_path, "l.mp4", *files)
    assert chosen(tmp_path) == {"l.mp4": subtitles}


def test_a_longer_name_keeps_its_own(tmp_path: Path) -> None:
    make(tmp_path, "l.mp4", "l 2.mp4", "l 2.srt", "l-en.mp4", "l-en.srt", "l.srt")
    assert chosen(tmp_path) == {"l.mp4": "l.srt", "l 2.mp4": "l 2.srt", "l-en.mp4": "l-en.srt"}


def test_nested_folders_and_those_beside(tmp_path: Path) -> None:
    make(tmp_path, "week 1/videos/a.mp4", "week 1/subs/a.srt", "week 2/b.mov", "week 2/b.srt", ".git/c.mp4", "._d.mp4")
    assert chosen(tmp_path) == {"week 1/videos/a.mp4": "week 1/subs/a.srt", "week 2/b.mov": "week 2/b.srt"}


def test_names_in_composed_and_decomposed_letters_are_the_same(tmp_path: Path) -> None:
    name = "Übung é"
    make(tmp_path, f"{unicodedata.normalize('NFD', name)}.mp4", f"{unicodedata.normalize('NFC', name)}.de.srt", "z.mp4")
    assert set(chosen(tmp_path, "de").values()) == {f"{unicodedata.normalize('NFC', name)}.de.srt", None}


def test_no_language_leaves_no_guess(tmp_path: Path) -> None:
    make(tmp_path, "a.mp4", "a.de.srt", "a.fr.srt", "b.mp4", "b.fr.srt", "c.mp4", "c.srt", "c.fr.srt")
    assert chosen(tmp_path, None) == {"a.mp4": None, "b.mp4": "b.fr.srt", "c.mp4": "c.srt"}


def test_a_language_with_its_country_is_that_language(tmp_path: Path) -> None:
    make(tmp_path, "a.mp4", "a.de.srt", "a.en.srt")
    assert chosen(tmp_path, "de-AT") == {"a.mp4": "a.de.srt"}
    assert chosen(tmp_path, "en-us") == {"a.mp4": "a.en.srt"}


def test_dubs_and_what_is_not_asked_for_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.mp4", "a.dubbed.mp4", ".a.dubbed.part.mp4", "raw/b.mp4", "out/a.mp4", "c.MKV", "notes.pdf")
    assert set(chosen(tmp_path, without=tmp_path / "out")) == {"a.mp4", "c.MKV", "raw/b.mp4"}
    assert set(chosen(tmp_path, exclude=["raw", "out/*"])) == {"a.mp4", "c.MKV"}
    assert set(chosen(tmp_path, include=["*.mkv"])) == {"c.MKV"}
    assert set(chosen(tmp_path, include=["**/b.*", "a.*"], exclude=["out"])) == {"raw/b.mp4", "a.mp4"}


def test_notes_are_no_script(tmp_path: Path) -> None:
    make(tmp_path, "a.mp4")
    (tmp_path / "a.txt").write_text("Recorded in May.\nBring the slides.\n")
    assert chosen(tmp_path) == {"a.mp4": None}
