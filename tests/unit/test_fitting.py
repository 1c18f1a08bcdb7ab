"""Placed lines become clips: on their sample, of their length, at their pitch, without clicks."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from spoken_noise import SOURCE_RATE, noise, sounding, speech

from voiceover import fitting
from voiceover.fitting import Respeak
from voiceover.timing import plan
from voiceover.types import Audio, Line, Pause, Placed, Speech
from voiceover.warping import TimeMap

RATE = fitting.RATE


@pytest.mark.parametrize("speed", [1.0, 1.07, 1.25])
def test_the_voiced_onset_falls_on_its_absolute_sample(speed: float) -> None:
    start, natural = 3.123456, 1.5
    placed = Placed(speech(1, start, natural), start, start + natural / speed, speed)
    (clip,) = fitting.fit_clips([placed])
    span = clip.span
    assert span.onset == round(start * RATE)
    assert span.offset - span.onset == pytest.approx(natural / speed * RATE, abs=2)
    first, last = (span.start + sample for sample in sounding(clip.samples))
    # ffmpeg's stretching smears an abrupt beginning by a few milliseconds, resampling by a few samples
    slack = 20 if speed == 1.0 else 0.008 * RATE
    assert first == pytest.approx(span.onset, abs=slack)
    assert last == pytest.approx(span.offset, abs=slack)


def test_a_clip_does_not_drift_over_two_hours() -> None:
    item = speech(1, 7199.987654, 0.5)
    (clip,) = fitting.fit_clips(plan([item]))
    assert clip.span.onset == round(7199.987654 * RATE)


def test_edges_are_kept_and_faded() -> None:
    # the "silence" around the voiced part sounds here: it must come up and go down without a step
    loud = Audio(np.full(SOURCE_RATE, 0.5, np.float32), SOURCE_RATE)
    item = Speech(Line(1, 1.0, 2.0, "w"), loud, "w", 0.3, 0.7)
    (clip,) = fitting.fit_clips(plan([item]))
    span, samples = clip.span, clip.samples
    assert span.onset - span.start == pytest.approx(fitting.LEAD_SECONDS * RATE, abs=2)
    risen = samples[round(fitting.EDGE_SECONDS * RATE) : span.onset - span.start]
    assert risen.min() == pytest.approx(risen.max(), rel=0.2)  # what lies under the onset's threshold is heard
    assert span.end - span.offset == pytest.approx(fitting.EDGE_SECONDS * RATE, abs=2)
    assert len(samples) == span.end - span.start
    peak = np.abs(samples).max()
    assert max(abs(samples[0]), abs(samples[-1])) < 0.001 * peak
    assert np.abs(np.diff(samples)).max() < 0.02 * peak


def test_a_clip_without_edges_does_not_click() -> None:
    item = Speech(Line(1, 0.0, 2.0, "w"), Audio(np.full(8_000, 0.5, np.float32), 16_000), "w", 0.0, 0.5)
    (clip,) = fitting.fit_clips(plan([item]))
    assert clip.span.start == clip.span.onset == 0
    assert abs(clip.samples[0]) < 0.01 * np.abs(clip.samples).max()
    assert abs(clip.samples[-1]) < 0.01 * np.abs(clip.samples).max()


def test_a_line_at_zero_with_an_edge_before_it_begins_at_zero() -> None:
    (clip,) = fitting.fit_clips(plan([speech(1, 0.0, 0.5)]))
    assert (clip.span.start, clip.span.onset) == (0, 0)


def test_lines_have_one_level_however_they_were_spoken() -> None:
    speeches = [speech(i, i * 3.0, length, level=level) for i, (length, level) in enumerate(
        [(2.0, 0.01), (1.0, 0.3), (0.6, 0.1), (0.25, 0.05), (0.12, 0.2)], 1
    )]  # fmt: skip
    clips = list(fitting.fit_clips(plan(speeches)))
    meter = pyloudnorm.Meter(RATE)
    levels = [meter.integrated_loudness(clip.samples) for clip in clips if len(clip.samples) >= 0.4 * RATE]
    assert len(levels) == 3
    np.testing.assert_allclose(levels, fitting.LEVEL_LUFS, atol=1.0)
    rms = [np.sqrt(np.mean(np.square(clip.samples[800:-800]))) for clip in clips]
    assert 20 * np.log10(max(rms) / min(rms)) < 3.0


def test_a_line_keeps_its_level_when_others_change() -> None:
    alone = list(fitting.fit_clips(plan([speech(1, 1.0, 1.0)])))
    among = list(fitting.fit_clips(plan([speech(1, 1.0, 1.0), speech(2, 5.0, 1.0, level=0.9)])))
    assert np.array_equal(alone[0].samples, among[0].samples)


ONSET, TONE, GAP = 0.2, 0.6, 0.5  # seconds: silence, then tones with gaps between them
PAUSES = (Pause(0.82, 1.28, 0.15), Pause(1.92, 2.38, 0.0))


def tones(voice: str = "") -> Speech:
    """Three tones of 440 Hz with near silence around them, and two gaps to shorten."""
    time = np.arange(round((ONSET + 3 * TONE + 2 * GAP + 0.3) * SOURCE_RATE)) / SOURCE_RATE
    since = (time - ONSET) % (TONE + GAP)
    loud = np.clip(np.minimum(since, TONE - since) / 0.01, 0, 1) * (time >= ONSET)
    loud *= time < ONSET + 3 * TONE + 2 * GAP
    samples = 0.3 * loud * np.sin(2 * np.pi * 440 * time) + noise(len(time) / SOURCE_RATE, 1e-4)
    offset = ONSET + 3 * TONE + 2 * GAP
    return Speech(
        Line(1, 2.0, 4.0, "w"), Audio(samples.astype(np.float32), SOURCE_RATE), "w", ONSET, offset, voice=voice
    )


def place(speech: Speech, speed: float, pauses: tuple[Pause, ...] = ()) -> Placed:
    lost = sum(pause.lost for pause in pauses)
    start = 2.0001
    return Placed(speech, start, start + (speech.natural_seconds - lost) / speed, speed, pauses=pauses)


def along_the_map(speech: Speech, times: TimeMap) -> Audio:
    """Speak tones again as a voice would: their loudness along the map, their pitch as it was."""
    time = np.arange(int(np.ceil(times.seconds * SOURCE_RATE))) / SOURCE_RATE
    natural = times.to_natural(time) - ONSET
    since = natural % (TONE + GAP)
    loud = np.clip(np.minimum(since, TONE - since) / 0.01, 0, 1) * (natural >= 0) * (natural < 3 * TONE + 2 * GAP)
    return Audio((0.3 * loud * np.sin(2 * np.pi * 440 * time)).astype(np.float32), SOURCE_RATE)


@pytest.mark.parametrize(
    "respeak", [None, along_the_map, lambda speech, times: None], ids=["stretch", "mel", "neither"]
)
@pytest.mark.parametrize("pauses", [(), PAUSES], ids=["whole", "shortened"])
@pytest.mark.parametrize("speed", [0.9, 1.0, 1.1, 1.25])
def test_a_line_has_its_length_its_onset_and_its_pitch(
    speed: float, pauses: tuple[Pause, ...], respeak: Respeak | None
) -> None:
    item = place(tones(), speed, pauses)
    (clip,) = fitting.fit_clips([item], respeak=respeak)
    span = clip.span
    assert span.onset == round(item.start * RATE)
    assert span.offset - span.onset == pytest.approx((item.end - item.start) * RATE, abs=1)
    assert len(clip.samples) == span.end - span.start
    assert span.onset - span.start == pytest.approx(fitting.LEAD_SECONDS * RATE, abs=2)
    first, last = (span.start + sample for sample in sounding(clip.samples, 0.02))
    assert first == pytest.approx(span.onset, abs=0.008 * RATE)
    assert last == pytest.approx(span.offset, abs=0.008 * RATE)
    middle = clip.samples[first - span.start + round(0.1 * RATE) :][: round(0.3 * RATE)]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 4 * RATE))
    # ffmpeg's stretching is up to 13 cents sharp
    assert spectrum.argmax() / 4 == pytest.approx(440, abs=1 if respeak is along_the_map or speed == 1.0 else 4)


@pytest.mark.parametrize("respeak", [None, along_the_map], ids=["stretch", "mel"])
@pytest.mark.parametrize("speed", [1.0, 1.25])
def test_words_after_a_shortened_pause_begin_where_it_ends(speed: float, respeak: Respeak | None) -> None:
    (clip,) = fitting.fit_clips([place(tones(), speed, PAUSES)], respeak=respeak)
    loud = np.convolve(np.abs(clip.samples), np.ones(480) / 480, "same") > 0.02
    rises = np.flatnonzero(np.diff(loud.astype(int)) == 1) + clip.span.start - clip.span.onset
    wanted = [0.0, 0.6 + 0.02 + 0.15 + 0.02, 0.79 + 0.6 + 0.02 + 0.0 + 0.02]
    np.testing.assert_allclose(rises / RATE * speed, wanted, atol=0.006 if respeak or speed == 1.0 else 0.02)


@pytest.mark.parametrize("speed", [1.0, 1.1])
def test_the_joins_of_a_pause_do_not_click(speed: float) -> None:
    # a pause that hums: wherever it is cut, the two sides do not meet by themselves
    time = np.arange(2 * SOURCE_RATE) / SOURCE_RATE
    samples = (0.3 * np.sin(2 * np.pi * 97 * time)).astype(np.float32)
    speech = Speech(Line(1, 2.0, 4.0, "w"), Audio(samples, SOURCE_RATE), "w", 0.3, 1.7)
    for end in (1.111, 1.1137, 1.2):
        whole, shorter = (
            next(fitting.fit_clips([place(speech, speed, pauses)])).samples for pauses in ((), (Pause(0.7, end, 0.15),))
        )
        jumps, allowed = (np.abs(np.diff(made[2000:-2000], 2)).max() for made in (shorter, whole))
        assert jumps < 3 * allowed  # the hum's own curvature; a bare cut has 40 times as much and more


def test_a_natural_line_is_what_was_spoken_whoever_could_speak_it_again() -> None:
    asked = []
    plain, offered = (
        next(fitting.fit_clips([place(tones(), 1.0)], respeak=respeak))
        for respeak in (None, lambda *_: asked.append(1))
    )
    assert not asked
    assert np.array_equal(plain.samples, offered.samples)


def test_a_shortened_pause_leaves_the_words_as_they_were_spoken() -> None:
    whole, shorter = (next(fitting.fit_clips([place(tones(), 1.0, pauses)])) for pauses in ((), PAUSES))
    head = whole.span.onset - whole.span.start
    ratio = shorter.samples[head + 5000] / whole.samples[head + 5000]  # levelled: without its pauses it is louder
    same = slice(head, head + round(TONE * RATE))
    np.testing.assert_allclose(shorter.samples[same], whole.samples[same] * ratio, atol=1e-6)


def test_what_a_line_sounds_like_depends_on_no_other() -> None:
    alone = next(fitting.fit_clips([place(tones(), 1.1, PAUSES)], respeak=along_the_map))
    many = [place(tones(f"voice {i}"), 1.1, PAUSES) for i in range(6)]
    for clip in fitting.fit_clips(many, respeak=along_the_map):
        assert np.array_equal(clip.samples, alone.samples)
