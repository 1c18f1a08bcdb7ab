"""Subtitles made to break a reader; `benchmarks/fuzz.py` looks for more."""

import math
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover import script, subtitles
from voiceover.errors import BadInputError
from voiceover.subtitles import encoding
from voiceover.subtitles.reader import LONGEST_CUE, MOST_CUES

HEAD = "1\n00:00:01,000 --> 00:00:02,000\n"
PIECES = [
    *(
        "\n",
        "\n\n",
        "1",
        "00:00:01,000 --> 00:00:02,000",
        "-->",
        "<i>",
        "</",
        "<v Bob>",
        "{\\an8}",
        "&lt;",
        "WEBVTT",
        "NOTE",
    ),
    *("[", "]", "(", "[Events]", "Dialogue: 0,0:00:01.00,0:00:02.00,D,N,0,0,0,,", "a", "Bob:", "\u202e", "\u0301", "♪"),
    *("```", "<!--", "[0:01]", "*", "<break 1s>", "-1:00", "99:99:99,999", "999999999:00"),
]
TEXT = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=25).map(" ".join)


def _check(error, path):
    assert str(path) in error.message
    assert error.remedy


@settings(max_examples=150)
@given(text=TEXT, suffix=st.sampled_from([".srt", ".vtt", ".ass", ".md"]))
def test_any_text_is_read_or_refused(text, suffix):
    path = Path("x" + suffix)
    try:
        cues = subtitles.parse(encoding.decode(text.encode("utf-8", "replace"), path), path)
    except BadInputError as error:
        _check(error, path)
        return
    assert all(math.isfinite(cue.end) and 0 <= cue.start <= cue.end for cue in cues)
    assert all(line.text.strip() for line in script.make(cues).lines)


@settings(max_examples=100)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    try:
        subtitles.parse(encoding.decode(data, Path("x.srt")), Path("x.srt"))
    except BadInputError as error:
        _check(error, Path("x.srt"))


@pytest.mark.parametrize(
    "piece", ["<", "<b>", "{\\", "[", "(", "&amp;", "- ", "A: ", "*a", " ", "\u0301", "\u202e", "&lt;i&gt;"]
)
def test_time_does_not_grow_with_the_square_of_the_length(piece):
    def measure(count):
        began = time.perf_counter()
        script.make(subtitles.parse(f"{HEAD}a{piece * (count // len(piece))} b", Path("x.srt")))
        return time.perf_counter() - began

    measure(1000)
    assert measure(LONGEST_CUE - 100) < 5.0  # a tenth of a second; a search with a square in it takes a minute


def test_a_megabyte_at_one_time_is_refused():
    with pytest.raises(BadInputError, match="line 2: 1,000,000 characters at one time"):
        subtitles.parse(HEAD + "a" * 1_000_000, Path("x.srt"))


def test_more_cues_than_any_film_has_are_refused(monkeypatch):
    monkeypatch.setattr("voiceover.subtitles.reader.MOST_CUES", 3)
    with pytest.raises(BadInputError, match="4 cues, more than any film"):
        subtitles.parse(HEAD * 1 + "a\n\n" + (HEAD + "a\n\n") * 3, Path("x.srt"))
    assert MOST_CUES >= 10_000


@pytest.mark.parametrize("times", ["nan --> inf", "99999999:00:00,000 --> 99999999:00:01,000", "1e9:00 --> 2e9:00"])
def test_times_that_are_none_are_refused(times):
    with pytest.raises(BadInputError, match=r"x\.srt"):
        subtitles.parse(f"1\n{times}\nHello\n", Path("x.srt"))


def test_a_time_before_zero_is_zero():
    assert subtitles.parse("1\n-00:00:05,000 --> 00:00:02,000\nHello\n", Path("x.srt"))[0].start == 0
