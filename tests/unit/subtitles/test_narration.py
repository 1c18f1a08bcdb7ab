from __future__ import annotations

from pathlib import Path

import pytest

from voiceover import markup, script, subtitles
from voiceover.errors import BadInputError
from voiceover.subtitles import narration
from voiceover.types import Cue

FILE = Path("lesson.txt")
TEMPLATE = Path(__file__).parents[3] / "templates" / "narration-script.md"
THIRTY = "123456789 123456789 123456789x"  # characters: two seconds at the natural pace


def read(text: str) -> list[Cue]:
    return narration.parse(text, FILE)


def test_a_script_without_times_is_laid_out_at_a_natural_pace() -> None:
    cues = read(f"Hi.\n{THIRTY}\n\n{THIRTY}\n")
    assert [time for cue in cues for time in (cue.start, cue.end)] == pytest.approx(
        [0.0, 1.0, 1.35, 3.35, 4.25, 6.25]  # at least a second; 0.35 s; 0.9 s at the blank line
    )
    assert [cue.line_number for cue in cues] == [1, 2, 4]


def test_sentences_within_a_line_are_given_their_pause() -> None:
    assert narration.natural_seconds("A" * 14 + ". " + "B" * 14) == pytest.approx(30 / 15 + 0.35)
    assert narration.natural_seconds("Hi.") == 1.0


@pytest.mark.parametrize(
    "line",
    ["1:02 Hi", "01:02 - Hi", "[1:02] Hi", "[1:02]Hi", "(1:02): Hi", "00:01:02.000 Hi", "- 1:02 | Hi", "**1:02** Hi"],
)
def test_ways_to_write_a_time(line: str) -> None:
    (cue,) = read(line)
    assert (cue.start, cue.end, cue.text, cue.speaker) == (62.0, 63.0, "Hi", None)


@pytest.mark.parametrize(
    "line",
    [
        "0:05 - 0:09.5 ANNA: Hi: there",
        "[0:05 - 0:09.5] ANNA: Hi: there",
        "[0:05]–[0:09.5] ANNA: Hi: there",
        "0:05 --> 0:09,5 **ANNA:** Hi: there",
        "0:05 -> 0:09.500\nANNA:\nHi: there",
    ],
)
def test_ranges_and_speakers(line: str) -> None:
    (cue,) = read(line)
    assert (cue.start, cue.end, cue.speaker, cue.text) == (5.0, 9.5, "ANNA", "Hi: there")


def test_untimed_lines_follow_and_a_time_anchors() -> None:
    cues = read(f"{THIRTY}\n0:10 {THIRTY}\n{THIRTY}\n0:20 - 0:25 Range\nAfter\n")
    assert [time for cue in cues for time in (cue.start, cue.end)] == pytest.approx(
        [0.0, 2.0, 10.0, 12.0, 12.35, 14.35, 20.0, 25.0, 25.35, 26.35]
    )


def test_lines_share_the_room_before_the_next_time() -> None:
    first, second, third = read(f"0:10 {THIRTY}\n{THIRTY}\n0:12 {THIRTY}\n")
    assert second.end == pytest.approx(12.0)
    assert first.end - first.start == pytest.approx(second.end - second.start)
    assert first.end < second.start
    assert (third.start, third.end) == (12.0, 14.0)
    alone, _ = read(f"0:10 {THIRTY}\n0:11 {THIRTY}\n")
    assert (alone.start, alone.end) == (10.0, 11.0)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("Hi\n1:75 Ho\n", 2, "'1:75' is not a time"),
        ("0:5 Ho\n", 1, "'0:5' is not a time"),
        ("0:05 - 0:99 Ho\n", 1, "'0:99' is not a time"),
        ("0:10 A\n\n0:05 B\n", 3, r"00:00:05\.000 is before that of line 1, 00:00:10\.000"),
        ("0:10 - 0:08 A\n", 1, "the end 0:08 is not after the start 0:10"),
        ("0:05 - 0:09 A\nB\n0:09 C\n", 2, "no time is left"),
        ("A\n0:00 B\n", 1, "no time is left"),
        ("A\n\n0:30\n", 3, "a time without words"),
        ("0:30\n0:40 A\n", 1, "a time without words"),
        ("A\n<!-- open\nB\n", 2, "a comment begins here"),
        ("A\n```\nB\n", 2, "a code block begins here"),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, line: int, what: str) -> None:
    with pytest.raises(BadInputError, match=rf"^lesson\.txt, line {line}: .*{what}") as caught:
        read(text)
    assert caught.value.remedy


def test_markdown_is_not_spoken_but_its_words_are() -> None:
    text = (
        "---\ntitle: Lesson\n---\n# Heading\n<!-- one\ntwo -->\n"
        "* *So* **very** ***much*** `now`\n***\n> _quote_ a_b_c\n"
        "see [here](http://x.org/a_b) <!-- aside -->now ![pic](a.png)\n```\ncode\n```\n1. First\n#1 fan\n"
        "\\10:30 is *late*\n2 * 3 * 4\n"
    )
    assert [markup.plain(cue.text) for cue in read(text)] == [
        "So very much now",
        "quote a_b_c",
        "see here now",
        "1. First",
        "#1 fan",
        "10:30 is *late*",
        "2 * 3 * 4",
    ]


def test_a_comment_is_no_paragraph() -> None:
    assert read("A\n<!-- note -->\nB")[1].start == pytest.approx(1.35)


def test_the_template_is_a_script_that_can_be_read() -> None:
    lines = script.make(subtitles.read(TEMPLATE)).lines
    assert [line.start for line in lines if line.start in (2.0, 20.0, 35.0, 62.5)] == [2.0, 20.0, 35.0, 62.5]
    assert [line.speaker for line in lines if line.speaker] == ["ANNA", "BEN"]
    assert lines[0].text == "Welcome. This line starts two seconds into the film."
    assert len(lines) == 7


def test_marks_say_how_a_line_is_spoken() -> None:
    text = "0:01 **ANNA:** *So* says [Nguyen](nuh-WIN), see [here](http://x.org/a). <break 1s> Now.\n"
    (cue,) = read(text)
    assert cue.speaker == "ANNA"
    assert " ".join(markup.show(cue.text).split()) == "*So* says [Nguyen](nuh-WIN), see here. <break 1s> Now."


def test_breaks_take_time() -> None:
    one, two, three, four = read("One.\n<break 2s>\nTwo <break 3s> too.\n<break 1s> Three.\n0:30 <break 1s> Four.\n")
    assert two.start - one.end == pytest.approx(0.35 + 2)
    assert two.end - two.start == pytest.approx(1 + 3)  # the words by themselves take less than the least
    assert three.start - two.end == pytest.approx(0.35 + 1)
    assert (three.text, four.text, four.start) == ("Three.", "Four.", 30.0)
