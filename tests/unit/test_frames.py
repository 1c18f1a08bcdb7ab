from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceover import frames
from voiceover.errors import BadInputError
from voiceover.frames import FrameRate

DF30, DF60 = FrameRate(Fraction(30000, 1001), drop=True), FrameRate(Fraction(60000, 1001), drop=True)


@pytest.mark.parametrize(
    ("rate", "frame", "label"),
    [
        (DF30, 1799, "00:00:59;29"),
        (DF30, 1800, "00:01:00;02"),
        (DF30, 17981, "00:09:59;29"),
        (DF30, 17982, "00:10:00;00"),
        (DF30, 107892, "01:00:00;00"),
        (DF60, 3599, "00:00:59;59"),
        (DF60, 3600, "00:01:00;04"),
        (DF60, 215784, "01:00:00;00"),
        (FrameRate(Fraction(24000, 1001)), 86400, "01:00:00:00"),
        (FrameRate(Fraction(50)), 49, "00:00:00:49"),
        (FrameRate(Fraction(25)), 24 * 3600 * 25, "00:00:00:00"),
        (FrameRate(Fraction(120)), 119, "00:00:00:119"),
    ],
)
def test_frames_have_the_names_of_smpte(rate: FrameRate, frame: int, label: str) -> None:
    assert rate.label(frame) == label
    assert rate.parse(label) == frame % (24 * 3600 * rate.nominal)


@given(st.integers(0, 2_589_407), st.sampled_from([DF30, DF60]))
def test_every_frame_of_a_day_has_a_name_of_its_own(frame: int, rate: FrameRate) -> None:
    assert rate.parse(rate.label(frame)) == frame


@given(st.integers(0, 10**9), st.sampled_from([23.98, 24, 25, 29.97, 50, 59.94]))
def test_a_sample_lies_in_the_frame_that_begins_before_it(sample: int, fps: float) -> None:
    rate = FrameRate(frames.find_rate(fps) or Fraction(1))
    frame = rate.frame_at(sample, 48_000)
    assert rate.sample(frame, 48_000) <= sample < rate.sample(frame + 1, 48_000)


@pytest.mark.parametrize(
    ("written", "exact"),
    [("23.976", Fraction(24000, 1001)), ("23,98", Fraction(24000, 1001)), ("24", Fraction(24)),
     ("30000/1001", Fraction(30000, 1001)), ("29.97", Fraction(30000, 1001)), ("59.94", Fraction(60000, 1001)),
     ("60", Fraction(60)), ("12", Fraction(12))],
)  # fmt: skip
def test_rates_are_understood_as_people_write_them(written: str, exact: Fraction) -> None:
    assert frames.read_rate(written) == exact


@pytest.mark.parametrize("written", ["", "fast", "0", "-25", "24.5", "1/0", "1e400", "nan", "inf", "1000"])
def test_what_is_no_rate_is_refused(written: str) -> None:
    with pytest.raises(BadInputError, match="not a frame rate") as caught:
        frames.read_rate(written)
    assert "29.97" in caught.value.remedy


@pytest.mark.parametrize(
    ("written", "fps", "message"),
    [
        ("1:00:00", "25", "is not a time code"),
        ("01:00:00:25", "25", "no frame has this time code at 25"),
        ("25:00:00:00", "25", "no frame has this"),
        ("00:60:00:00", "25", "no frame has this"),
        ("00:01:00;00", "29.97", "leaves this number out"),
        ("00:01:00;03", "59.94", "leaves this number out"),
        ("01:00:00;00", "25", "only 29.97 and 59.94 have drop-frame"),
        ("01:00:00;00", "30", "only 29.97 and 59.94 have drop-frame"),
    ],
)
def test_time_codes_that_no_frame_has_are_refused(written: str, fps: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message) as caught:
        frames.read_start(written, frames.read_rate(fps))
    assert caught.value.message.startswith("--timecode ")
    assert caught.value.remedy


def test_a_semicolon_says_drop_frame() -> None:
    assert frames.read_start("01:00:00;00", DF30.rate) == (DF30, 107892)
    assert frames.read_start("01:00:00:00", DF30.rate) == (FrameRate(DF30.rate), 108000)


def test_a_rate_that_is_none_has_a_usual_one_near() -> None:
    assert frames.find_rate(24.17) is None
    assert frames.near_rate(24.17) == 24
    assert frames.near_rate(90.0) == 60
