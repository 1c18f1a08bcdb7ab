from __future__ import annotations

import pytest

from voiceover.subtitles import timecode


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("00:00:05,000", 5000),
        ("00:00:5,000", 5000),
        ("00:00:05.000", 5000),
        ("00:05,5", 5500),
        ("1:02:03,250", 3723250),
        ("00:00:05:250", 5250),
        ("00:00:05", 5000),
        ("00 : 00 : 05 , 250", 5250),
        ("5.250", 5250),
        ("00:00:05,", 5000),
        ("00:00:05,123456", 5123),
        ("-00:00:01,000", 0),
        ("99:59:59,999", timecode.LIMIT - 1),
        ("100:00:00,000", None),
        ("00:00:05:12", None),  # frames, at an unknown rate
        ("5", None),
        ("a:05", None),
        ("", None),
    ],
)
def test_loose(written: str, milliseconds: int | None) -> None:
    assert timecode.loose(written) == milliseconds


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("1:02", 62000),
        ("01:02.5", 62500),
        ("00:01:02.500", 62500),
        ("00:01:02,500", 62500),
        ("90:00", 5400000),
        ("1:75", None),
        ("0:61:00", None),
        ("0:5", None),
        ("1:2:3:4", None),
    ],
)
def test_strict(written: str, milliseconds: int | None) -> None:
    assert timecode.strict(written) == milliseconds


def test_clock_writes_what_loose_reads() -> None:
    assert timecode.clock(3723250) == "01:02:03.250"
    assert timecode.clock(3723250, ",") == "01:02:03,250"
    assert all(timecode.loose(timecode.clock(time)) == time for time in range(0, timecode.LIMIT, 7_654_321))
