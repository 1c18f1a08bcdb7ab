from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceover import media, stems
from voiceover.errors import BadInputError
from voiceover.frames import FrameRate
from voiceover.media.broadcast import read_sample
from voiceover.mixdown import Clip, Span
from voiceover.types import Line


def clip(index: int) -> Clip:
    return Clip(Span(index, "", 0, 0, 480, 480, -23.0), np.full(480, 0.25, np.float32))


def test_stems_are_named_by_line_and_replace_those_of_an_earlier_run(tmp_path: Path) -> None:
    folder = tmp_path / "stems"
    folder.mkdir()
    (folder / "0009.wav").write_bytes(b"of a line that is no more")
    (folder / "notes.txt").write_text("the user's own")
    (folder / "2024-07 interview.wav").write_bytes(b"the user's own, too")
    theirs = {"notes.txt", "2024-07 interview.wav"}
    with stems.collect(folder) as shelf:
        shelf.keep(clip(2))
        shelf.keep(clip(12345))
        assert {path.name for path in folder.iterdir()} == {"0009.wav", *theirs}
    assert {path.name for path in folder.iterdir()} == {"0002.wav", "12345.wav", *theirs}
    samples, rate = soundfile.read(folder / "0002.wav")
    assert (len(samples), rate) == (480, 48_000)
    assert samples[0] == 0.25


def test_a_run_that_fails_leaves_no_stems(tmp_path: Path) -> None:
    def fail() -> None:
        with stems.collect(tmp_path / "stems") as shelf:
            shelf.keep(clip(1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_stems_that_are_there_are_replaced_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "0001.wav").write_bytes(b"somebody's work")
    with pytest.raises(BadInputError, match="holds stems already"):
        stems.check_folder(tmp_path, force=False)
    stems.check_folder(tmp_path, force=True)
    with pytest.raises(BadInputError, match="is a file"):
        stems.check_folder(tmp_path / "0001.wav", force=True)
    with pytest.raises(BadInputError, match="no such folder"):
        stems.check_folder(tmp_path / "a" / "b", force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["0001.wav"]


def test_a_stem_that_cannot_be_written_is_told_by_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)

    def collect() -> None:
        with stems.collect(tmp_path / "s") as shelf:
            shelf.keep(clip(3))

    with pytest.raises(BadInputError, match=r"^\S+/s/0003.wav: cannot be written: No space left") as caught:
        collect()
    assert "--stems" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def labelled(index: int, speaker: str | None, text: str) -> stems.Labels:
    rate = FrameRate(Fraction(30000, 1001), drop=True)
    lines = {index: Line(index, 0.0, 1.0, text, speaker)}
    return stems.Labels(rate, rate.parse("01:00:00;00"), "film", lines, telling=True)


def test_stems_are_broadcast_wavs_that_know_their_time_text_and_speaker(tmp_path: Path) -> None:
    text = "Ein “Gruß” & mehr: " + "ä" * 300
    with stems.collect(tmp_path / "s", labelled(7, "ÄNNE", text)) as shelf:
        shelf.keep(Clip(Span(7, "", 96_000, 96_000, 96_480, 96_480, -23.0), np.full(480, 0.25, np.float32)))
    (path,) = (tmp_path / "s").iterdir()
    assert path.name == "0007_01-00-01-29_ÄNNE.wav"
    samples, rate = soundfile.read(path)
    assert (len(samples), rate, samples[0]) == (480, 48_000, 0.25)
    # an hour of drop-frame time code is 107,892 frames of 1001/30000 s
    assert read_sample(path) == round(107_892 * 1001 / 30_000 * 48_000) + 96_000
    said = subprocess.run([media.find_ffmpeg(), "-i", path], capture_output=True, text=True, check=False).stderr
    assert f"time_reference  : {read_sample(path)}" in said
    assert "encoded_by      : voiceover" in said
    assert "ÄNNE: Ein “Gruß” & mehr: ääää" in said
    assert f"<NOTE>{text.replace('&', '&amp;')}</NOTE>".encode() in path.read_bytes(), "all of it, where there is room"


@pytest.mark.parametrize(
    ("speaker", "part"),
    [
        (None, ""),
        ("../../etc: <x>?", "_etc- -x"),
        ("Анна 100%", "_Анна 100"),
        ("...", ""),
        ("名" * 100, "_" + "名" * 26),
    ],
)
def test_no_speaker_makes_a_name_that_a_file_cannot_have(tmp_path: Path, speaker: str | None, part: str) -> None:
    with stems.collect(tmp_path / "s", labelled(1, speaker, "Words")) as shelf:
        shelf.keep(clip(1))
    assert [path.name for path in (tmp_path / "s").iterdir()] == [f"0001_01-00-00-00{part}.wav"]
    with pytest.raises(BadInputError, match="holds stems already"):
        stems.check_folder(tmp_path / "s", force=False)


def test_the_same_line_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        with stems.collect(tmp_path / name, labelled(1, "ANNA", "Words")) as shelf:
            shelf.keep(clip(1))
    first, second = (next((tmp_path / name).iterdir()).read_bytes() for name in "ab")
    assert first == second


def test_another_take_is_named_by_its_number_and_begins_with_its_lines_stem(tmp_path: Path) -> None:
    rate = FrameRate(Fraction(25))
    labels = stems.Labels(rate, 0, "film", {7: Line(7, 0.0, 1.0, "Words", "ANNA")}, on_frames=True, telling=True)
    with stems.collect(tmp_path / "s", labels) as shelf:
        shelf.keep(Clip(Span(7, "", 2_000, 2_400, 4_000, 4_100, -23.0), np.full(2_100, 0.25, np.float32)))
        shelf.keep(Clip(Span(7, "", 2_300, 2_400, 9_000, 9_100, -23.0), np.full(6_800, 0.5, np.float32)), take=3)
        (used,), (other,) = shelf.stems, shelf.others
    assert (used.start, other.start, used.take, other.take) == (1_920, 1_920, 0, 3)
    assert (other.onset, other.offset, other.end) == (2_400, 9_000, 9_600), "whole frames"
    assert other.path.name == "0007-take3_00-00-00-01_ANNA.wav"
    samples, _ = soundfile.read(other.path, dtype="float32")
    assert len(samples) == other.end - other.start
    assert np.flatnonzero(samples)[[0, -1]].tolist() == [380, 380 + 6_799]
    assert read_sample(other.path) == read_sample(used.path) == 1_920
    with stems.collect(tmp_path / "s", labels) as shelf:
        shelf.keep(clip(1))
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["0001_00-00-00-00.wav"], "takes go with their stems"
