from __future__ import annotations

import pytest

from voiceover.script import labels


@pytest.mark.parametrize(
    "label",
    "ANNA|MAN 1|DR. VAN HELSING|MAN ON RADIO|WOMAN ON THE PHONE|ANNA & BEN|ANNA AND BEN|O'NEIL|МАЛЬЧИК|Q".split("|"),
)
def test_names_in_capitals(label: str) -> None:
    assert labels.split_speaker(f"{label}: Hello.") == (label, "Hello.")


@pytest.mark.parametrize(
    "text",
    [
        "THE TIME IS NOW: go",
        "THIS IS IT: go",
        "WARNING: hot",
        "STEP 1: open",
        "BREAKING NEWS: rain",
        "AT 10: go",
        "AT 10:30 WE GO",
        "10:30",
        "HTTP://EXAMPLE.ORG",
        "Anna: Hello.",
        "ANNA:",
        "ONE TWO THREE FOUR: go",
    ],
)
def test_capitals_that_are_words(text: str) -> None:
    assert labels.split_speaker(text) == (None, text)


def test_known_speakers() -> None:
    cues = [["- ANNA: Hi.", "Ben: Yes."], ["[Carl]: No.", "Note: Hi."], ["Ben: Yes.", "Note: Hi."], ["(Carl): So."]]
    assert labels.known(cues, ["Dora"]) == {"dora": "Dora", "anna": "ANNA", "ben": "Ben", "carl": "Carl"}


@pytest.mark.parametrize(
    ("row", "turns"),
    [
        ("Hello. >> Hi. >>> And now", ["Hello.", ">>Hi.", ">>And now"]),
        (">> ANNA: Hi.", [">>ANNA: Hi."]),
        ("x >> 2", ["x >> 2"]),
        ("Hello.", ["Hello."]),
    ],
)
def test_chevrons(row: str, turns: list[str]) -> None:
    assert labels.turns(row) == turns


def test_a_row_is_taken_apart() -> None:
    names = {"anna": "Anna"}
    row = labels.parse("- ANNA (whispering): Hi: you", names)
    assert (row.turns, row.label, row.note, row.words) == (True, "Anna", "(whispering)", "Hi: you")
    assert row.whole == "ANNA (whispering): Hi: you"
    row = labels.parse("-5 and ANNA: no", names)
    assert (row.turns, row.label, row.note, row.words) == (False, None, "", "-5 and ANNA: no")
