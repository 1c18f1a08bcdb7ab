from __future__ import annotations

from pathlib import Path

import pytest

from voiceover.errors import BadInputError
from voiceover.subtitles import subrip

FILE = Path("film.srt")


def read(text: str) -> list[tuple[float, float, str]]:
    return [(cue.start, cue.end, cue.text) for cue in subrip.parse(text, FILE)]


def test_line_numbers_are_those_of_the_time_lines() -> None:
    cues = subrip.parse("1\n00:00:01,000 --> 00:00:02,000\nA\nB\n\n\n2\n00:00:03,000 --> 00:00:04,000\nC", FILE)
    assert [(cue.line_number, cue.text) for cue in cues] == [(2, "A\nB"), (8, "C")]


@pytest.mark.parametrize(
    "times",
    [
        "00:00:5,000 --> 00:00:6,500",
        "00:00:05.000 --> 00:00:06.500",
        "00:05,000 --> 00:06,500",
        "00:00:05,000-->00:00:06,500",
        "00:00:05,000 -> 00:00:06,500",
        "00:00:05,000 → 00:00:06,500",
        "00:00:05,000 --> 00:00:06,500  X1:40 X2:600 Y1:20 Y2:50",
        "7 00:00:05,000 --> 00:00:06,500",
        "\u202a00:00:05,000 --> 00:00:06,500\u202c",
        "  00: 00:05,000 --> 00:00 :06,500  ",
    ],
)
def test_time_lines_a_player_would_read(times: str) -> None:
    assert read(f"1\n{times}\nHello.\n") == [(5.0, 6.5, "Hello.")]


@pytest.mark.parametrize(
    "times",
    [
        "00:00:05,000 --> ",
        "--> 00:00:06,500",
        "00:00:05,000 --> 00:0x:06,500",
        "00:00:05:12 --> 00:00:06:12",
        "00:00:05,000 00:00:06,500",
        "00:00:05,000 ... 00:00:06,500",
        "five --> six",
    ],
)
def test_time_lines_that_cannot_be_understood_are_named(times: str) -> None:
    text = f"1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n2\n{times}\nLost?\n"
    with pytest.raises(BadInputError, match=r"^film\.srt, line 6: ") as caught:
        subrip.parse(text, FILE)
    assert "00:00:05,000 --> 00:00:06,500" in caught.value.remedy


def test_an_arrow_within_the_words_is_words() -> None:
    assert read("1\n00:00:01,000 --> 00:00:02,000\nFrom here\nhome --> work\n") == [
        (1.0, 2.0, "From here\nhome --> work")
    ]


def test_words_on_the_time_line_are_kept() -> None:
    assert read("1\n00:00:01,000 --> 00:00:02,000 Hello there\n") == [(1.0, 2.0, "Hello there")]


def test_blank_rows_within_a_cue_do_not_end_it() -> None:
    assert read("1\n00:00:01,000 --> 00:00:02,000\nA\n\nB\n\n2\n00:00:03,000 --> 00:00:04,000\nC\n") == [
        (1.0, 2.0, "A\nB"),
        (3.0, 4.0, "C"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "00:00:01,000 --> 00:00:02,000\n42\n\n00:00:03,000 --> 00:00:04,000\n43\n",  # no indices
        "00:00:01,000 --> 00:00:02,000\n42\n00:00:03,000 --> 00:00:04,000\n43\n",  # nor blank rows
        "1\n00:00:01,000 --> 00:00:02,000\n42\n2\n00:00:03,000 --> 00:00:04,000\n43\n",  # no blank rows
        "1\n00:00:01,000 --> 00:00:02,000\n42\n\n00:00:03,000 --> 00:00:04,000\n43\n",  # second index missing
        "00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n43\n",  # first index missing
        "1\n00:00:01,000 --> 00:00:02,000\n42\n\n1\n00:00:03,000 --> 00:00:04,000\n43\n",  # the same index twice
        "1\n\n00:00:01,000 --> 00:00:02,000\n\n42\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\n43\n",  # rows doubled
        "1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n43\n\n3\n",  # cut off
        "1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n43",  # no last line end
    ],
)
def test_numbers_that_are_words_stay_and_indices_go(text: str) -> None:
    assert read(text) == [(1.0, 2.0, "42"), (3.0, 4.0, "43")]


def test_words_before_the_first_time_are_not_dropped_in_silence() -> None:
    with pytest.raises(BadInputError, match=r"film\.srt, line 3: this is the first time, but 'Hello\.'"):
        subrip.parse("Hello.\n\n00:00:01,000 --> 00:00:02,000\nWorld.\n", FILE)
