from __future__ import annotations

import pytest

from voiceover import markup
from voiceover.script import tags


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("<v Anna>Hi</v>\nyou\n<v.loud Ben &amp; Co>Yes", [("Anna", "Hi"), ("Anna", "you"), ("Ben & Co", "Yes")]),
        ("Hi <v Anna>you", [("Anna", "Hi"), ("Anna", "you")]),
        ("One<br>two\n\n\\Nthree", [(None, "One"), (None, "two"), (None, "three")]),
        ("<<i>i>x", [(None, "x")]),
        ("{\\{\\b1}}x", [(None, "x")]),
        ("impor\u00ad\ntant", [(None, "important")]),
        ("D:\\Notes and C:\\new", [(None, "D:\\Notes and C:\\new")]),
        ("\ue123\ufdd1\ufeff\x07", []),
        (f"{markup.STRESS}so{markup.STRESSED}", [(None, f"{markup.STRESS}so{markup.STRESSED}")]),
    ],
)
def test_rows(text: str, rows: list[tuple[str | None, str]]) -> None:
    assert tags.rows(text) == rows


def test_what_becomes_a_tag_by_joining_is_none() -> None:
    assert tags.without_late("<A >x") == "A >x"
    assert tags.without_late(f"<{markup.STRESS}i>x") == f"{markup.STRESS}i>x"
    assert tags.without_late("{ \an8}") == "{ \an8}"
    assert tags.without_late("5 < 6 and 7 > 3") == "5 < 6 and 7 > 3"
