from __future__ import annotations

import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voiceover import script, subtitles
from voiceover.errors import BadInputError, VoiceoverError
from voiceover.types import Cue

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden"


def parse(text: str, name: str = "film.srt") -> list[tuple[int, float, float, str]]:
    return [(cue.index, cue.start, cue.end, cue.text) for cue in subtitles.parse(text, Path(name))]


@pytest.mark.parametrize(("name", "count"), [("elephantsdream.en.srt", 78), ("sintel_en.srt", 26)])
def test_real_films_lose_nothing(name: str, count: int) -> None:
    data = (GOLDEN / name).read_bytes()
    cues = subtitles.read(GOLDEN / name)
    assert len(cues) == count == data.count(b"-->")
    assert [cue.index for cue in cues] == list(range(1, count + 1))
    rows = data.decode().replace("\r\n", "\n").split("\n")
    assert all("-->" in rows[cue.line_number - 1] for cue in cues)
    written = " ".join(row.removeprefix("- ") for row in rows if not row.strip().isdigit() and "-->" not in row)
    assert " ".join(line.text for line in script.make(cues).lines) == " ".join(written.split())


def test_first_and_last_cue_of_a_real_film() -> None:
    cues = subtitles.read(GOLDEN / "elephantsdream.en.srt")
    assert (cues[0].start, cues[0].end, cues[0].text) == (15.0, 17.951, "At the left we can see...")
    assert (cues[-1].start, cues[-1].end, cues[-1].text) == (537.0, 539.867, "...it is.")


def test_malformed_times_are_read_as_meant() -> None:
    assert [(cue.start, cue.end, cue.text) for cue in subtitles.read(GOLDEN / "malformed_times.srt")] == [
        (0.0, 1.0, "Red!"),
        (2.0, 3.5, "More Red!"),
        (5.0, 6.0, "Green!"),
        (7.0, 8.0, "Blue"),
        (9.0, 10.0, "More Blue!"),
    ]


@pytest.mark.parametrize("name", ["bunny.srt", "lesson.txt"])
def test_examples_fit_their_clip_at_speech_length(name: str) -> None:
    lines = script.make(subtitles.read(ROOT / "examples" / name)).lines
    assert len(lines) >= 7
    assert all(len(line.text) / (line.end - line.start) <= 15.01 for line in lines)
    assert all(earlier.end < later.start for earlier, later in pairwise(lines))
    assert lines[-1].end < 29.5


def test_cues_are_sorted_and_the_order_of_equals_kept() -> None:
    text = "".join(f"\n{start} --> {end}\n{words}\n" for start, end, words in [
        ("00:00:05,000", "00:00:09,000", "third"),
        ("00:00:01,000", "00:00:03,000", "first"),
        ("00:00:05,000", "00:00:07,000", "fourth"),
        ("00:00:02,000", "00:00:06,000", "second"),
    ])  # fmt: skip
    assert parse(text) == [
        (1, 1.0, 3.0, "first"),
        (2, 2.0, 6.0, "second"),
        (3, 5.0, 9.0, "third"),
        (4, 5.0, 7.0, "fourth"),
    ]


def test_cues_that_end_too_early_get_the_time_their_words_need() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:01,000\nHello.\n\n"
        "2\n00:00:05,000 --> 00:00:04,000\nToo long for the gap.\n\n"
        "3\n00:00:05,500 --> 00:00:02,000\n123456789 123456789 123456789x\n\n"
        "4\n00:00:30,000 --> 00:00:31,000\n\n"
    )
    assert parse(text) == [
        (1, 1.0, 2.0, "Hello."),
        (2, 5.0, 5.5, "Too long for the gap."),
        (3, 5.5, 7.5, "123456789 123456789 123456789x"),
    ]


def test_the_content_decides_before_the_suffix() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna>Hello\n"
    ass = "[Script Info]\n\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,Anna,0,0,0,,Hello\n"
    srt = "1\n00:00:01,000 --> 00:00:02,000\nANNA: Hello\n"
    for text in (vtt, ass, srt):
        for name in ("a.srt", "a.txt", "a.md", "a.sub", "a"):
            (line,) = script.make(subtitles.parse(text, Path(name))).lines
            assert (line.start, line.end, line.text) == (1.0, 2.0, "Hello")
            assert line.speaker is not None
            assert line.speaker.upper() == "ANNA"


def test_a_range_alone_on_its_line_is_still_a_script() -> None:
    assert parse("0:05 --> 0:09\nHello\n0:10 World\n", "a.txt") == [(1, 5.0, 9.0, "Hello"), (2, 10.0, 11.0, "World")]


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.srt", b"%PDF-1.4", "looks like a PDF document"),
        ("a.srt", b"Just words.\n", "has no cues"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n\n", "has no cues"),
        ("a.vtt", b"WEBVTT\n", "has no cues"),
        ("a.ass", b"[Script Info]\n", "has no cues"),
        ("a.md", b"# Only a heading\n", "has no cues"),
        ("a.sub", b"{10}{20}Hello\n", r"not in a known format \(\.sub\)"),
        ("a.srt", b"", "is empty"),
    ],
)
def test_files_without_cues_are_refused_with_a_remedy(tmp_path: Path, name: str, data: bytes, what: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BadInputError, match=what) as caught:
        subtitles.read(path)
    assert str(path) in caught.value.message
    assert caught.value.remedy
    assert caught.value.exit_code == 2


def test_long_lines_and_many_cues_take_bounded_time() -> None:
    begun = time.perf_counter()
    for unit in ("<", "{", "[", "(", ":", "-", "*", "\\", "&"):
        for head, name in (("1\n00:00:01,000 --> 00:00:02,000\n", "a.srt"), ("", "a.txt")):
            script.make(subtitles.parse(head + unit * 19_000 + " end", Path(name)))
            with suppress(BadInputError):  # so much at one time is refused
                script.make(subtitles.parse(head + unit * 200_000 + " end", Path(name)))
    rows = [
        f"{n}\n00:{n // 60:02d}:{n % 60:02d},000 --> 00:{n // 60:02d}:{n % 60:02d},900\nLine {n}\n" for n in range(3600)
    ]
    assert len(subtitles.parse("\n".join(rows), Path("a.srt"))) == 3600
    assert time.perf_counter() - begun < 20  # some seconds; a quadratic search would take minutes


FRAGMENTS = st.sampled_from(
    "1|2|00:00:01,000 --> 00:00:02,000|00:00:5,000 --> 00:00:3,000|-->|WEBVTT|NOTE|STYLE|| |[Script Info]|[Events]|"
    "Dialogue: 0,0:00:01.00,0:00:02.00,D,Bob,0,0,0,,Hi|Format: Start, End, Text|0:05|0:09 Hi|0:03 - 0:04|"
    "ANNA:|<v Bob>Hi|{\\p1}m 0 0|<!--|-->x|```|---|# a|Hi.".split("|")
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(FRAGMENTS, st.text(max_size=20)), max_size=25).map("\n".join))


@settings(max_examples=200, deadline=10_000, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS, suffix=st.sampled_from([".srt", ".vtt", ".ass", ".txt", ".md", ".xyz"]))
def test_any_text_gives_sound_cues_or_a_message(text: str, suffix: str) -> None:
    try:
        cues = subtitles.parse(text, Path(f"any{suffix}"))
    except VoiceoverError as refusal:
        error = refusal
    else:
        check_sound(cues)
        return
    assert f"any{suffix}" in error.message
    assert error.remedy


def check_sound(cues: list[Cue]) -> None:
    assert cues
    assert [cue.index for cue in cues] == list(range(1, len(cues) + 1))
    assert all(earlier.start <= later.start for earlier, later in pairwise(cues))
    assert all(0 <= cue.start < cue.end and cue.text.strip() for cue in cues)
    lines = script.make(cues).lines
    assert [line.index for line in lines] == list(range(1, len(lines) + 1))
    assert all(line.text == " ".join(line.text.split()) for line in lines)


@settings(max_examples=100, deadline=10_000, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=400))
def test_any_bytes_give_sound_cues_or_a_message(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(data)
    try:
        cues = subtitles.read(path)
    except VoiceoverError as refusal:
        error = refusal
    else:
        check_sound(cues)
        return
    assert "any.txt" in error.message
