from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken_noise import SOURCE_RATE, noise, sounding, speech

from voiceover import fitting, loudness, mixdown
from voiceover.fitting import Clip, Span
from voiceover.mixdown import Narration
from voiceover.timing import plan
from voiceover.types import Audio, Line, Placed, Samples, Speech

RATE = mixdown.RATE


def test_unsaid_and_beyond_end_lines_render_nothing() -> None:
    empty = Speech(
        Line(1, 0.0, 1.0, "w"), Audio(np.zeros(0, np.float32), SOURCE_RATE), "w", 0.0, 0.0, flags=("unsaid",)
    )
    result = mixdown.render(plan([empty, speech(2, 9.0, 1.0)], film_seconds=5.0), seconds=5.0)
    assert result.spans == ()
    assert len(result.audio.samples) == 5 * RATE
    assert not result.audio.samples.any()


def test_speech_past_the_end_makes_the_track_longer_and_is_not_cut() -> None:
    result = mixdown.render(plan([speech(1, 1.5, 3.0)], film_seconds=2.0), seconds=2.0)
    (span,) = result.spans
    assert span.offset > 2 * RATE
    assert len(result.audio.samples) >= span.offset
    assert sounding(result.audio.samples)[1] == pytest.approx(span.offset, abs=0.008 * RATE)


def test_stems_are_the_clips_of_the_narration(tmp_path: Path) -> None:
    stems: list[Clip] = []
    placed = plan([speech(2, 3.0, 1.0), speech(1, 0.5, 1.0)])
    result = mixdown.render(placed, seconds=5.0, scratch=tmp_path, keep=stems.append)
    assert [clip.span.index for clip in stems] == [1, 2]
    assert isinstance(result.audio.samples, np.memmap)
    total = np.zeros(5 * RATE, np.float32)
    for clip in stems:
        total[clip.span.start : clip.span.end] += clip.samples
    assert np.array_equal(total, result.audio.samples)


def test_overlap_is_counted_per_voice() -> None:
    def span(index: int, voice: str, start: int, end: int) -> Span:
        return Span(index, voice, start, start, end, end, -23.0)

    assert mixdown.overlap_samples([span(1, "A", 0, 100), span(2, "B", 50, 150)]) == 0
    assert mixdown.overlap_samples([span(2, "A", 90, 150), span(1, "A", 0, 100)]) == 10
    assert mixdown.overlap_samples([span(1, "A", 0, 100), span(2, "A", 10, 20), span(3, "A", 95, 110)]) == 15


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 4), st.floats(0.02, 0.8)), min_size=1, max_size=8))
def test_rendered_lines_of_a_plan_never_overlap(rows: list[tuple[float, float]]) -> None:
    speeches = [speech(index, start, natural) for index, (start, natural) in enumerate(rows, 1)]
    spans = [clip.span for clip in fitting.fit_clips(plan(speeches, max_speed=1.0))]
    assert len(spans) == len(rows)
    assert mixdown.overlap_samples(spans) == 0


def test_touching_placements_leave_no_room_for_edges_and_do_not_overlap() -> None:
    items = [Placed(speech(i, i * 0.5, 0.5), i * 0.5, i * 0.5 + 0.5) for i in range(4)]
    assert mixdown.overlap_samples([clip.span for clip in fitting.fit_clips(items)]) == 0


def narrate(*lines: tuple[float, float], seconds: float = 12.0) -> Narration:
    return mixdown.render(plan([speech(i, a, b - a) for i, (a, b) in enumerate(lines, 1)]), seconds=seconds)


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("level", [0.02, 0.3])
def test_speech_is_15_db_over_the_ducked_bed(channels: int, level: float) -> None:
    narration = narrate((2.0, 4.0), (5.0, 6.5))
    bed = np.stack([noise(12.0, level, seed=90 + i, rate=RATE) for i in range(channels)], axis=1)
    mixed = mixdown.mix(bed.copy(), narration)
    silent = Narration(Audio(np.zeros_like(narration.audio.samples), RATE), narration.spans)
    ducked = mixdown.mix(bed.copy(), silent)
    voice = mixed - ducked
    for span in narration.spans:
        part = slice(span.onset, span.offset)
        over = (
            loudness.measure(np.ascontiguousarray(voice[part]), RATE).lufs
            - loudness.measure(np.ascontiguousarray(ducked[part]), RATE).lufs
        )
        assert 15.0 <= over <= 18.0
    assert np.array_equal(ducked[: round(1.84 * RATE)], bed[: round(1.84 * RATE)])
    assert np.array_equal(ducked[round(6.95 * RATE) :], bed[round(6.95 * RATE) :])


def test_the_duck_starts_150_ms_early_releases_over_400_ms_and_holds_short_gaps() -> None:
    spans = [
        Span(i, "", round(a * RATE), round(a * RATE), round(b * RATE), round(b * RATE), -23.0)
        for i, (a, b) in enumerate([(2.0, 3.0), (4.4, 5.0), (6.5, 7.0)], 1)
    ]
    energies = np.full(120, 0.01)
    times, depths = mixdown.plan_ducking(spans, energies, RATE)
    depth = -23.0 - mixdown.SPEECH_OVER_BED_DB - loudness.to_lufs(0.01)
    np.testing.assert_allclose(times, [1.85, 2.0, 3.0, 4.4, 5.0, 5.4, 6.35, 6.5, 7.0, 7.4])
    np.testing.assert_allclose(depths, [0, depth, depth, depth, depth, 0, 0, depth, depth, 0])


def test_a_quiet_bed_is_not_pushed_down() -> None:
    spans = [Span(1, "", RATE, RATE, 2 * RATE, 2 * RATE, -23.0)]
    _, depths = mixdown.plan_ducking(spans, np.full(50, 1e-7), RATE)
    assert np.array_equal(depths, np.zeros(4))


def test_overlapping_voices_duck_as_one_passage() -> None:
    spans = [
        Span(1, "A", RATE, RATE, 3 * RATE, 3 * RATE, -23.0),
        Span(2, "B", 2 * RATE, 2 * RATE, 4 * RATE, 4 * RATE, -23.0),
    ]
    times, _ = mixdown.plan_ducking(spans, np.full(50, 0.1), RATE)
    np.testing.assert_allclose(times, [0.85, 1.0, 4.0, 4.4])


def test_the_mix_is_heard_as_it_is_made() -> None:
    narration, heard = narrate((1.0, 2.0), seconds=5.3), list[Samples]()
    mixed = mixdown.mix(
        noise(5.3, rate=RATE)[:, None].repeat(2, axis=1), narration, hear=lambda b: heard.append(b.copy())
    )
    assert np.array_equal(np.concatenate(heard), mixed)
    assert all(len(block) % 48 == 0 for block in heard[:-1])


def test_a_narration_longer_than_the_original_is_kept_whole() -> None:
    narration = narrate((1.0, 2.0), seconds=3.0)
    mixed = mixdown.mix(noise(1.5, rate=RATE)[:, None].repeat(2, axis=1), narration)
    assert mixed.shape == (3 * RATE, 2)
    assert np.abs(mixed[round(1.6 * RATE) : 2 * RATE]).max() > 0.01


def test_a_silent_original_leaves_the_narration_alone() -> None:
    narration = narrate((0.5, 5.5), seconds=6.0)
    mixed = mixdown.mix(np.zeros((6 * RATE, 2), np.float32), narration)
    assert np.array_equal(mixed[:, 0], mixed[:, 1])
    assert loudness.measure(mixed, RATE).lufs == pytest.approx(-20.0, abs=1.0)
