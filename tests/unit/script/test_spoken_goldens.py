"""What is said of whole files: two films as published, and three that use every convention of subtitles."""

from __future__ import annotations

import csv
import re

import pytest
from golden import write_spoken

UNSPEAKABLE = re.compile(r"[\[\](){}<>♪♫♩♬#*_\\|=~^&@/:\d…]|\.\.|--")
COUNTS = {
    "elephantsdream.en.srt": (78, 78),
    "sintel_en.srt": (26, 26),
    "conventions-film.srt": (37, 39),
    "conventions-lesson.vtt": (31, 32),
    "conventions-anime.ass": (29, 31),
}
# all labels and names there are, and words of which none may be said
NEVER_SAID = re.compile(
    r"\b(?:NARRATOR|AGNES|TOM|MAN ON RADIO|YUKI|GRANDPA|ED|whispering|howling|creaks|sighs|chatter|laugh|clicks off|"
    r"knocking|gasps|coughs|chuckles|applause|typing|laughs|yawns|footsteps|pant|preview|river sleeps|boat|"
    r"open and close|hikari|little light|subtitles|corrections|captioning|vip|transcript|reviewer|translated|"
    r"lantern street|closed on tuesdays|to be continued|an8|font|color|nbsp|hellip|fad|align|position)\b",
)


def expected(name: str) -> list[tuple[str, ...]]:
    with write_spoken.golden(name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == write_spoken.COLUMNS
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("name", write_spoken.FILES)
def test_what_is_said_of_a_file(name: str) -> None:
    rows = expected(name)
    assert write_spoken.rows_of(name) == rows
    assert (len({row[0] for row in rows}), len(rows)) == COUNTS[name]


@pytest.mark.parametrize("name", write_spoken.FILES)
def test_no_tag_bracket_note_or_label_is_ever_spoken(name: str) -> None:
    for _cue, _start, _written, _speaker, spoken, _left_out in write_spoken.rows_of(name):
        assert not UNSPEAKABLE.search(spoken), spoken
        if name.startswith("conventions"):
            assert not NEVER_SAID.search(spoken), spoken


def test_the_files_have_every_kind_of_what_is_left_out() -> None:
    reasons = {
        name: {part.split(":")[0] for row in expected(name) for part in row[5].split(" | ") if part}
        for name in write_spoken.FILES
    }
    assert reasons == {
        "elephantsdream.en.srt": set(),
        "sintel_en.srt": set(),
        "conventions-film.srt": {"sound", "lyrics", "credit"},
        "conventions-lesson.vtt": {"sound", "lyrics", "credit"},
        "conventions-anime.ass": {"sound", "lyrics", "credit", "sign"},
    }
