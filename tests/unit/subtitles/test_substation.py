from __future__ import annotations

from pathlib import Path

import pytest

from voiceover.errors import BadInputError
from voiceover.subtitles import substation

FILE = Path("film.ass")
HEAD = "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name\nStyle: broken,,,\n\n[Events]\n"
ORDER = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"


def test_events_with_names_line_breaks_and_commas() -> None:
    text = (
        HEAD
        + ORDER
        + "Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,For the editor\n"
        + r"Dialogue: 0,0:00:01.00,0:00:02.50,Default,Anna,0,0,0,,{\an8}Well, {softly}hello\Nthere,\hyou"
        + "\n"
        + r"Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\p1}m 0 0 l 100 0{\p0}"
        + "\n"
        + r"Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\p1}m 0 0 l 100 0{\p0}Sign"
        + "\n\n[Fonts]\nDialogue: none of this\n"
    )
    first, drawing, sign = substation.parse(text, FILE)
    assert (first.start, first.end, first.speaker, first.line_number) == (1.0, 2.5, "Anna", 11)
    assert first.text == "{\\an8}Well, hello\nthere, you"
    assert drawing.text == ""
    assert sign.text.endswith("Sign")
    assert "100" not in sign.text


def test_fields_in_another_order() -> None:
    text = "[Events]\nFormat: Start, End, Actor, Text\nDialogue: 0:00:01.00,0:00:02.00,Ben,One, two\n"
    (cue,) = substation.parse(text, FILE)
    assert (cue.start, cue.end, cue.speaker, cue.text) == (1.0, 2.0, "Ben", "One, two")


def test_an_event_that_cannot_be_understood_is_named() -> None:
    with pytest.raises(BadInputError, match=r"film\.ass, line 10: the event 'Dialogue: 0,soon"):
        substation.parse(HEAD + ORDER + "Dialogue: 0,soon,0:00:02.00,Default,,0,0,0,,Hello\n", FILE)
    with pytest.raises(BadInputError, match=r"film\.ass, line 10"):
        substation.parse(HEAD + ORDER + "Dialogue: 0,0:00:01.00,0:00:02.00\n", FILE)


@pytest.mark.parametrize(
    ("style", "name", "text", "kind"),
    [
        ("Default", "Anna", "Hello", ""),
        ("Signs", "", "Main Street", "sign"),
        ("Default", "Sign", "Main Street", "sign"),
        ("sign_default", "", "Main Street", "sign"),
        ("OP_Romaji", "", "hikari", "lyrics"),
        ("OP1", "", "hikari", "lyrics"),
        ("ED", "", "asa", "lyrics"),
        ("Default", "Song", "asa", "lyrics"),
        ("Default", "OP", "asa", "lyrics"),
        ("KaraokeJP", "", "asa", "lyrics"),
        ("Default", "", r"{\\k20}a{\\kf30}sa", "lyrics"),
        ("Staff Credits", "", "Anna Smith", "credit"),
        # Edward speaks, and so do those whose styles only look alike
        ("Default", "ED", "Hello", ""),
        ("Ed", "", "Hello", ""),
        ("Default", "Edward", "Hello", ""),
        ("Designer", "Songmin", "Hello", ""),
        ("TOP", "", "Hello", ""),
    ],
)
def test_styles_and_actors_tell_what_is_no_dialogue(style: str, name: str, text: str, kind: str) -> None:
    (cue,) = substation.parse(
        f"[Events]\n{ORDER}Dialogue: 0,0:00:01.00,0:00:02.00,{style},{name},0,0,0,,{text}\n", FILE
    )
    assert cue.kind == kind
