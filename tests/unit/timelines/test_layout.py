from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from cutting_room import RATES

from voiceover import stems
from voiceover.fitting import RATE, Clip, Span
from voiceover.media import Media, Stream
from voiceover.media.broadcast import read_sample
from voiceover.report import LineReport
from voiceover.stems import Labels, Shelf, Stem
from voiceover.timelines import lay_out
from voiceover.types import Line

EDGE = 480  # samples


def spoken(index: int, start: float, end: float) -> Clip:
    """Return a clip that is voiced between two moments, with edges of 10 ms."""
    onset, offset = round(start * RATE), round(end * RATE)
    samples = np.full(offset - onset + 2 * EDGE, 0.1 * index, np.float32)
    return Clip(Span(index, "v", onset - EDGE, onset, offset, offset + EDGE, -23.0), samples)


def told(index: int, text: str = "Words", speaker: str | None = None, *flags: str, start: float = 0.0) -> LineReport:
    return LineReport(
        index, start, start + 1, speaker, "v", text, text, (), "", start, start + 1, 1.0, 1.0, 0.0, 0, 1, None, flags
    )


def shelf(*clips: Clip, at: str = "25") -> list[Stem]:
    rate, start = RATES[at]
    made = Shelf(None, None, Labels(rate, rate.parse(start), on_frames=True))
    for clip in clips:
        made.keep(clip)
    return made.stems


@pytest.mark.parametrize("at", RATES)
def test_stems_laid_on_their_frames_are_the_narration_to_the_sample(tmp_path: Path, at: str) -> None:
    rate, start = RATES[at]
    first = rate.parse(start)
    clips = [spoken(1, 0.011, 1.234), spoken(2, 1.4, 2.77), spoken(3, 3601.0111, 3603.3)]
    lines = {index: Line(index, 0.0, 1.0, f"Nº {index}", "ANNA/1") for index in (1, 2, 3)}
    labels = Labels(rate, first, "film", lines, on_frames=True, telling=True)
    with stems.collect(tmp_path / "cut.media", labels) as made:
        for clip in clips:
            made.keep(clip)
    timeline = lay_out(tmp_path / "cut.otio", rate, first, [told(i, speaker="ANNA/1") for i in (1, 2, 3)], made.stems)
    (track,) = timeline.narration
    assert len(track.clips) == 3
    for clip, original in zip(track.clips, clips, strict=True):
        samples, _ = soundfile.read(clip.medium.path, dtype="float32")
        begin = rate.sample(clip.start - clip.source, RATE)
        assert len(samples) == rate.sample(clip.start - clip.source + clip.medium.frames, RATE) - begin
        voiced = samples[original.span.start - begin :][: len(original.samples)]
        np.testing.assert_allclose(voiced, original.samples, atol=1e-6)
        assert np.count_nonzero(samples) == len(original.samples), "all else is silence"
        assert read_sample(clip.medium.path) == rate.sample(clip.medium.first, RATE)
        assert clip.medium.first == first + clip.start - clip.source
        label = rate.label(clip.medium.first).replace(":", "-").replace(";", "-")
        assert clip.medium.path.name == f"{clip.index:04d}_{label}_ANNA-1.wav"


def test_lines_that_share_a_frame_meet_between_their_voices() -> None:
    # 25 frames a second: speech ends at 1.01 s and goes on at 1.09 s; the edges reach to 1.02 and from 1.08
    pieces = shelf(spoken(1, 0.5, 1.01), spoken(2, 1.052, 2.0))
    (track,) = lay_out(Path("t.otio"), *_25(), [told(1), told(2)], pieces).narration
    before, after = track.clips
    assert before.end == after.start == 26, "1.04 s: after the first voice, before the second"
    assert (before.frames, before.medium.frames) == (26 - before.start, 26 - before.start)
    assert (after.source, after.frames) == (0, after.medium.frames)


def test_what_is_trimmed_for_a_neighbour_stays_in_the_stem() -> None:
    pieces = shelf(spoken(1, 0.5, 1.035), spoken(2, 1.046, 2.0))  # edges from 1.036 s: frame 25 is both lines'
    (track,) = lay_out(Path("t.otio"), *_25(), [told(1), told(2, "Words", None, "shifted")], pieces).narration
    before, after = track.clips
    assert before.end == after.start == 26
    assert (after.source, after.frames, after.medium.frames) == (1, after.medium.frames - 1, after.medium.frames)
    assert after.medium.first == after.start - 1
    assert [marker.frame for marker in after.markers] == [0]


def test_voices_of_a_speaker_that_share_a_frame_go_to_two_tracks() -> None:
    pieces = shelf(spoken(1, 0.5, 1.05), spoken(2, 1.06, 2.0), spoken(3, 2.5, 3.0))
    timeline = lay_out(Path("t.otio"), *_25(), [told(i, "Words", "ANNA") for i in (1, 2, 3)], pieces)
    assert [(track.name, [clip.index for clip in track.clips]) for track in timeline.narration] == [
        ("ANNA", [1, 3]),
        ("ANNA 2", [2]),
    ]


def test_each_speaker_has_a_track_in_the_order_they_speak() -> None:
    lines = [told(1, "A\x0bb\ud800", "ZOË"), told(2), told(3, "C", "Adam"), told(4, "D", "ZOË")]
    pieces = shelf(*(spoken(index, float(index), index + 0.5) for index in (1, 2, 3, 4)))
    timeline = lay_out(Path("t.otio"), *_25(), lines, pieces)
    assert [track.name for track in timeline.narration] == ["ZOË", "Narration", "Adam"]
    assert timeline.clips[0].name == "A b"


def test_flags_are_told_with_their_remedy_and_unheard_lines_too() -> None:
    lines = [told(1, "One", None, "shifted"), replace(told(2, "♪?", None, "unsaid", start=4.02), start=None)]
    timeline = lay_out(Path("t.otio"), *_25(), lines, shelf(spoken(1, 1.0, 2.0)))
    (marker,) = timeline.clips[0].markers
    assert (marker.name, marker.frame) == ("shifted", 1), "where speech begins"
    assert "shorten" in marker.comment
    (gap,) = timeline.gaps
    assert (gap.name, gap.frame) == ("unsaid", 100)
    assert gap.comment.startswith("♪? (")


def test_the_film_begins_with_the_timeline_and_a_longer_narration_counts(tmp_path: Path) -> None:
    streams = (
        Stream(0, "video", "h264", width=640, height=360, fps=25.0),
        Stream(1, "audio", "aac", channels=6, rate=44_100),
    )
    film = Media(tmp_path / "film.mov", "mov", 2.0, streams)
    timeline = lay_out(tmp_path / "t.otio", *_25(90_000), [told(1)], shelf(spoken(1, 1.5, 2.5)), film)
    assert timeline.film is not None
    assert (timeline.film.frames, timeline.film.medium.channels, timeline.frames) == (50, 6, 63)
    assert timeline.film.medium.first == timeline.first == 90_000


def test_paths_are_told_from_the_timelines_folder(tmp_path: Path) -> None:
    timeline = lay_out(tmp_path / "a" / "t.otio", *_25(), [], [])
    assert timeline.relative(tmp_path / "a" / "t.media" / "1.wav") == "t.media/1.wav"
    assert timeline.relative(tmp_path / "b" / "film.mov") == "../b/film.mov"


def _25(first: int = 0) -> tuple[stems.FrameRate, int]:
    return stems.FrameRate(Fraction(25)), first


def test_other_takes_go_with_their_line_and_may_run_past_the_last() -> None:
    rate, first = _25()
    made = Shelf(None, None, Labels(rate, first, on_frames=True))
    made.keep(spoken(1, 0.5, 1.0))
    made.keep(spoken(2, 1.2, 2.0))
    made.keep(spoken(2, 1.2, 2.5), take=1)
    made.keep(spoken(2, 1.2, 1.9), take=4)
    laid = lay_out(Path("t.otio"), rate, first, [told(1), told(2)], made.stems, others=made.others)
    (track,) = laid.narration
    assert [[take.number for take in clip.takes] for clip in track.clips] == [[], [1, 4]]
    assert [take.medium.first for take in track.clips[1].takes] == [track.clips[1].medium.first] * 2
    assert [track.name for track in laid.takes] == ["Takes 1", "Takes 2"]
    assert laid.frames == laid.takes[0].clips[0].end
    assert laid.frames > track.clips[1].end
