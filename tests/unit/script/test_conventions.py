from __future__ import annotations

import pytest

from voiceover.script import conventions
from voiceover.script.conventions import HASH, Removed


def sounds(*rows: str) -> tuple[str, list[str]]:
    left, removed = conventions.sounds(rows, keep=False)
    assert len(left) == len(rows)
    assert all(part.reason == "sound" for part in removed)
    return " / ".join(" ".join(row.split()) for row in left), [part.text for part in removed]


@pytest.mark.parametrize(
    "description",
    [
        "[door creaks]",
        "[He is the one who knocks]",
        "【拍手】",
        "（ため息）",
        "(sighs)",
        "(DOOR SLAMS)",
        "(HE IS GONE)",
        "(keys jingling)",
        "(typing)",
        "(laughter in distance)",
        "(he laughs softly)",
        "(in French)",
        "(speaking Swahili)",
        "(on phone)",
        "(over the radio)",
        "(to himself)",
        "(to Anna)",
        "(V.O.)",
        "(O.S.)",
        "(CONT'D)",
        "(cont’d)",
        "(quietly)",
        "(in a low voice)",
        "(♪♪)",
        "*sighs*",
        "*door slams*",
    ],
)
def test_descriptions_before_the_words(description: str) -> None:
    assert sounds(f"{description} Come in.") == ("Come in.", [description])
    assert sounds("Well.", f"{description} Come in.") == ("Well. / Come in.", [description])


@pytest.mark.parametrize(
    "remark",
    [
        "(Two weeks later)",
        "(Bangladesh)",
        "(human error)",
        "(Singapore)",
        "(crystal clear)",
        "(I can hear the music)",
        "(to be honest)",
        "(according to everything)",
        "(in Paris)",
        "(really?)",
        "(in 1962)",
        "(single or double)",
    ],
)
def test_remarks_are_words(remark: str) -> None:
    assert sounds(f"{remark} Come in.") == (f"{remark} Come in.", [])
    assert sounds(f"Come in {remark} now.") == (f"Come in {remark} now.", [])


def test_a_remark_within_a_sentence_needs_more_to_be_a_sound() -> None:
    assert sounds("He said it (in French) twice.") == ("He said it (in French) twice.", [])
    assert sounds("NASA (NASA) said (sighs) so.") == ("NASA (NASA) said so.", ["(sighs)"])
    assert sounds("(slightly salty)") == ("", ["(slightly salty)"])
    assert sounds("I like chips", "(slightly salty)") == ("I like chips / (slightly salty)", [])


@pytest.mark.parametrize(
    ("rows", "left", "removed"),
    [
        (["[long,", "loud scream] Hi"], " / Hi", ["[long, loud scream]"]),
        (["[door creaks", "Hi"], " / Hi", ["[door creaks"]),
        (["[door creaks", "[wind] Hi"], " / Hi", ["[door creaks", "[wind]"]),
        (["Hi [door [front] creaks] you"], "Hi you", ["[door [front] creaks]"]),
        (["door creaks]", "Hi"], " / Hi", ["door creaks]"]),
        (["Hi] you"], "Hi you", []),
        (["(DOOR CREAKS", "Hi"], " / Hi", ["(DOOR CREAKS"]),
        (["Hi (and so", "on)"], "Hi (and so / on)", []),
        (["items[0] and a[-1] and [t]he word[s] x[i]"], "items 0 and a -1 and the words x i", []),
        (["Hi[sighs]you"], "Hi you", ["[sighs]"]),
        (["2 * 3 * 4 and f(*args, **kwargs)"], "2 * 3 * 4 and f(*args, **kwargs)", []),
        (["I *really* mean it"], "I really mean it", []),
    ],
)
def test_brackets_and_asterisks(rows: list[str], left: str, removed: list[str]) -> None:
    assert sounds(*rows) == (left, removed)


def test_sounds_that_are_kept_stand_between_signs_of_their_own() -> None:
    rows, removed = conventions.sounds(["[door", "creaks] Hi (sighs)"], keep=True)
    assert [" ".join(row.split()) for row in rows] == [
        f"{conventions.SAID}Door creaks{conventions.OVER}",
        f"Hi {conventions.SAID}Sighs{conventions.OVER}",
    ]
    assert removed == []


def sung(*rows: str, starts: str = "") -> list[str]:
    begins = [mark == "^" for mark in starts.ljust(len(rows), ".")]
    return [
        "|".join(f"{'~' if is_sung else ''}{part.strip()}" for is_sung, part in parts)
        for parts in conventions.songs(rows, begins)
    ]


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        (["♪ La la ♪"], ["~♪ La la ♪"]),
        (["♪ La la"], ["~♪ La la"]),
        (["la la ♪"], ["~la la ♪"]),
        (["♪ La", "la", "la ♪", "Hello."], ["~♪ La", "~la", "~la ♪", "Hello."]),
        (["♪ La la", "♪ lo lo"], ["~♪ La la", "~♪ lo lo"]),
        (["♪ La la.", "Hello"], ["~♪ La la.", "Hello"]),
        (["Hello.", "la la", "lo ♪"], ["Hello.", "~la la", "~lo ♪"]),
        (["He sang ♪ la la ♪ and left"], ["He sang|~♪ la la ♪|and left"]),
        (["Hello ♪ la la"], ["Hello|~♪ la la"]),
        (["♪", "La la", "♪"], ["~♪", "~La la", "~♪"]),
        (["♪♪", "Hello"], ["~♪♪", "Hello"]),
        (["♫ La ♫ ♫ lo ♫"], ["~♫ La ♫ ♫ lo ♫"]),
        (["Hello", "there"], ["Hello", "there"]),
    ],
)
def test_what_is_sung(rows: list[str], parts: list[str]) -> None:
    assert sung(*rows) == parts


def test_no_song_goes_on_over_another_speaker() -> None:
    assert sung("♪ La la", "Hello", starts="^^") == ["~♪ La la", "Hello"]
    assert sung("Hello", "la la ♪", starts="^^") == ["Hello", "~la la ♪"]


def test_hash_signs_are_notes_where_they_come_in_pairs_or_often() -> None:
    assert conventions.with_notes([["# La la #"], ["#1 fan"]]) == [[f"{HASH} La la {HASH}"], ["#1 fan"]]
    assert conventions.with_notes([["# La", "la #"]]) == [[f"{HASH} La", f"la {HASH}"]]
    assert conventions.with_notes([["# a comment"]]) == [["# a comment"]]
    assert conventions.with_notes([["# La"], ["# la"]]) == [[f"{HASH} La"], [f"{HASH} la"]]
    assert conventions.with_notes([["# 5"], ["# 6"]]) == [["# 5"], ["# 6"]]


def test_songs_over_cues_open_and_close() -> None:
    assert conventions.opens_song("♪ La la")
    assert conventions.closes_song("la la ♪")
    assert not any(conventions.opens_song(text) or conventions.closes_song(text) for text in ("♪ La ♪", "♪", "La", ""))


def test_what_is_removed_is_a_value() -> None:
    assert Removed("(sighs)", "sound") == Removed("(sighs)", "sound")
