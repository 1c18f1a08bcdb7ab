from __future__ import annotations

import pytest

from voiceover import script
from voiceover.types import Cue


def line(text: str, speaker: str | None = None) -> tuple[str | None, str] | None:
    found = script.lines([Cue(1, 1.0, 2.0, text, speaker)])
    assert len(found) <= 1
    return (found[0].speaker, found[0].text) if found else None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("At the left\nwe can see...", "At the left we can see..."),
        ("<i>so</i> <b>it</b> <font color='red'>is</font>", "so it is"),
        ("{\\an8}{\\i1}Up here", "Up here"),
        ("{y:i}Slanted", "Slanted"),
        ("<v.loud Anna>Hello</v>", "Hello"),
        ("<c.foo>One</c><00:00:01.000> two", "One two"),
        ("One<br/>two\\Nthree", "One two three"),
        ("- Who?\n- Me.", "Who? Me."),
        ("–Who?\n—Me.", "Who? Me."),
        ("- 5 apples", "5 apples"),
        ("-5 degrees", "-5 degrees"),
        ("[MUSIC] Come in.", "Come in."),
        ("(sighs) Come in.", "Come in."),
        ("(DOOR SLAMS)\nCome in.", "Come in."),
        ("I can't (sobs) go on.", "I can't go on."),
        ("♪ La la la ♪", "La la la"),
        ("Q&amp;A &lt;3 &quot;yes&quot;&nbsp;&#39;no&#39;", "Q&A <3 \"yes\" 'no'"),
        ("Rock & roll; R&D;", "Rock & roll; R&D;"),
        ("  a \t b\u00a0c\u200b\u200e ", "a b c"),
    ],
)
def test_markup_goes_and_words_stay(written: str, said: str) -> None:
    assert line(written) == (None, said)


@pytest.mark.parametrize(
    "text",
    [
        "The film (released in 2008) is short.",
        "He was gone (or so I thought).",
        "(Two weeks later)",
        "The World Health Organization (WHO) said so.",
        "5 < 6 and 7 > 3",
        "I <3 you",
        "{curly} words",
        "It is 10:30 now.",
        "Remember: be kind.",
        "THE TIME IS NOW AND HERE: go",
        "AT 10:30 WE GO",
        "می‌خواهم",  # the joiner within is spelling
    ],
)
def test_real_words_are_never_lost(text: str) -> None:
    assert line(text) == (None, text)


@pytest.mark.parametrize(
    "text", ["[MUSIC]", "(sighs)", "♪♪", "...", "?!?!", "- -", "<i></i>", "{\\an8}", "\u200b", "[a]\n(LAUGHTER)"]
)
def test_cues_without_words_yield_no_line(text: str) -> None:
    assert line(text) is None


@pytest.mark.parametrize(
    ("written", "speaker", "said"),
    [
        ("ANNA: Hello.", "ANNA", "Hello."),
        ("- ANNA: Hello.", "ANNA", "Hello."),
        ("<i>ANNA:</i> Hello.", "ANNA", "Hello."),
        ("ANNA (whispering): Hello.", "ANNA", "Hello."),
        ("DR. VAN HELSING: Run!", "DR. VAN HELSING", "Run!"),
        ("МАЛЬЧИК: Привет.", "МАЛЬЧИК", "Привет."),
        ("GUARD 2:\nHalt!", "GUARD 2", "Halt!"),
        ("ANNA:", None, "ANNA:"),
    ],
)
def test_a_label_in_capitals_is_the_speaker(written: str, speaker: str | None, said: str) -> None:
    assert line(written) == (speaker, said)


def test_the_speaker_the_file_names_comes_first() -> None:
    assert line("ANNA: Hello.", "Anna") == ("Anna", "Hello.")
    assert line("WARNING: hot.", "Anna") == ("Anna", "WARNING: hot.")


def test_lines_are_numbered_over_what_is_said_and_keep_their_times() -> None:
    cues = [Cue(1, 1.0, 2.0, "One"), Cue(2, 3.0, 4.0, "[MUSIC]"), Cue(3, 5.0, 6.5, "Two", "Ben")]
    found = script.lines(cues)
    assert [(said.index, said.start, said.end, said.text, said.speaker) for said in found] == [
        (1, 1.0, 2.0, "One", None),
        (2, 5.0, 6.5, "Two", "Ben"),
    ]
