from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceover import casting
from voiceover.casting import Cast, Role, Speaker
from voiceover.errors import BadInputError
from voiceover.types import Line

TEMPLATE = Path(__file__).parents[2] / "templates" / "cast.yaml"


def load(tmp_path: Path, text: str) -> Cast:
    path = tmp_path / "cast.yaml"
    path.write_text(text, encoding="utf-8")
    return casting.load(path, "theirs")


def told(tmp_path: Path, text: str) -> tuple[str, str]:
    """Return what is wrong with a cast, without the folder, and what to do."""
    with pytest.raises(BadInputError) as error:
        load(tmp_path, text)
    return error.value.message.replace(f"{tmp_path}{os.sep}", ""), error.value.remedy


def lines_of(*speakers: str | None) -> list[Line]:
    return [Line(n, float(n), n + 1.0, "Words.", speaker) for n, speaker in enumerate(speakers, start=1)]


def test_the_template_loads() -> None:
    cast = casting.load(TEMPLATE, "theirs")
    assert cast.default == Role("narrator")
    assert cast.role("ANNA") == Role("narrator", 1.05)
    assert cast.role("ben") == Role("narrator", 0.95, -2.0)
    assert cast.role("Doctor Who") == Role("narrator")
    assert list(cast.names.values()) == ["Anna", "Ben", "Doctor Who"]


def test_roles_take_from_the_default_what_they_leave_out(tmp_path: Path) -> None:
    cast = load(
        tmp_path,
        "default:\n  voice: ours\n  speed: 1.1\n  gain: -1\nspeakers:\n"
        "  Ann:\n    voice: hers\n  Ben:\n    speed: 0.9\n  Cid:\n    gain: 2\n  Dora: dora\n  Eve: {}\n",
    )
    assert cast.role("Ann") == Role("hers", 1.1, -1.0)
    assert cast.role("Ben") == Role("ours", 0.9, -1.0)
    assert cast.role("Cid") == Role("ours", 1.1, 2.0)
    assert cast.role("Dora") == Role("dora", 1.1, -1.0)
    assert cast.role("Eve") == cast.role("Zoe") == cast.role(None) == cast.role("") == Role("ours", 1.1, -1.0)


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("speakers:\n  Ann: hers\n", Role("theirs")),
        ("format: 1\nspeakers:\n", Role("theirs")),
        ("default: ours\n", Role("ours")),
        ("default:\n  speed: 1.2\n", Role("theirs", 1.2)),
    ],
)
def test_who_speaks_for_everybody_else(tmp_path: Path, text: str, default: Role) -> None:
    assert load(tmp_path, text).role("Zoe") == default


@pytest.mark.parametrize("name", ["Doctor Who", "DOCTOR WHO", " doctor\t who ", "doctor\u00a0who"])
def test_names_are_told_apart_without_case_and_spacing(tmp_path: Path, name: str) -> None:
    cast = load(tmp_path, "speakers:\n  Doctor  Who: his\n  STRASSE: hers\n")
    assert cast.role(name) == Role("his")
    assert cast.role("Straße") == Role("hers")
    assert cast.role("DoctorWho") == Role("theirs")


@given(st.text(max_size=20))
def test_a_key_is_its_own_key(name: str) -> None:
    assert casting.key(casting.key(name)) == casting.key(name)
    assert casting.key(f"  {name} ") == casting.key(name)


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("speed: 0.7", Role("theirs", 0.7)),
        ("speed: 1.5", Role("theirs", 1.5)),
        ("speed: 1", Role("theirs", 1.0)),
        ("speed: 1.1x", Role("theirs", 1.1)),
        ("speed: '1.1 X'", Role("theirs", 1.1)),
        ("gain: -24", Role("theirs", 1.0, -24.0)),
        ("gain: 12", Role("theirs", 1.0, 12.0)),
        ("gain: -3 dB", Role("theirs", 1.0, -3.0)),
        ("gain: +2.5db", Role("theirs", 1.0, 2.5)),
        ("gain: −3 dB", Role("theirs", 1.0, -3.0)),  # as word processors write it
    ],
)
def test_numbers(tmp_path: Path, written: str, role: Role) -> None:
    assert load(tmp_path, f"speakers:\n  Ann:\n    {written}\n").role("Ann") == role


@pytest.mark.parametrize(
    "written",
    [
        "0.69",
        "1.51",
        "fast",
        "",
        "yes",
        "[1]",
        "{a: 1}",
        ".nan",
        ".inf",
        "1 dB",
        "-1",
        "1,1",
        "110%",
        f"0x{'f' * 4000}",
    ],
    ids=lambda written: written[:10],
)
def test_a_speed_out_of_bounds(tmp_path: Path, written: str) -> None:
    message, remedy = told(tmp_path, f"speakers:\n  Ann:\n    voice: hers\n    speed: {written}\n")
    assert message == "cast.yaml, line 4: the speed must be a number from 0.7 to 1.5."
    assert remedy == "See templates/cast.yaml."


@pytest.mark.parametrize("written", ["-24.1", "12.1", "loud", "", "no", ".nan", "1x"])
def test_a_gain_out_of_bounds(tmp_path: Path, written: str) -> None:
    message, _ = told(tmp_path, f"default:\n  gain: {written}\n")
    assert message == "cast.yaml, line 2: the gain must be a number from -24 to 12."


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (
            "speaker:\n  Ann: a\n",
            "line 1: “speaker” means nothing here.",
            "Did you mean speakers? See templates/cast.yaml.",
        ),
        ("format: 1\nzzz: 1\n", "line 2: “zzz” means nothing here.", "See templates/cast.yaml."),
        ("default:\n  gian: 1\n", "line 2: “gian” means nothing here.", "Did you mean gain? See templates/cast.yaml."),
        (
            "speakers:\n  Ann:\n    pace: 1\n    voices: a\n",
            "line 3: “pace” means nothing here.",
            "See templates/cast.yaml.",
        ),
        ("format: 2\n", "line 1: this version reads format 1.", "Upgrade voiceover, or write format: 1."),
        ("speakers: Ann\n", "line 1: “speakers” must hold entries, one a line.", "Write “name: value” under it."),
        (
            "speakers:\n  Ann: a\n  Ben: b\n  ANN: c\n",
            "line 4: “ANN” is the same speaker as “Ann”.",
            "Keep one of the two.",
        ),
        ("speakers:\n  Ann: a\n  Ann: c\n", "line 3: “Ann” stands on line 2 already.", "Keep one of the two."),
        (
            "speakers:\n  Ann:\n  Ben: b\n",
            "line 2: “Ann” has no voice.",
            "Write “Ann: VOICE”. See templates/cast.yaml.",
        ),
        ("speakers:\n  Ann: 5\n", "line 2: “Ann” has no voice.", "Write “Ann: VOICE”. See templates/cast.yaml."),
        ("speakers:\n  Ann: [a]\n", "line 2: “Ann” has no voice.", "Write “Ann: VOICE”. See templates/cast.yaml."),
        ("default: ''\n", "line 1: “default” has no voice.", "Write “default: VOICE”. See templates/cast.yaml."),
        ("speakers:\n  Ann:\n    voice: 5\n", "line 3: the voice of “Ann” must be a name.", "See templates/cast.yaml."),
        ("speakers:\n  Ann:\n    voice:\n", "line 3: the voice of “Ann” must be a name.", "See templates/cast.yaml."),
    ],
)
def test_what_makes_no_sense(tmp_path: Path, text: str, message: str, remedy: str) -> None:
    assert told(tmp_path, text) == (f"cast.yaml, {message}", remedy)


def test_what_is_no_cast(tmp_path: Path) -> None:
    message, remedy = told(tmp_path, "Ann\n")
    assert message == "cast.yaml is not a cast file: it has no “name: value” entries."
    assert remedy


def test_a_relative_path_is_looked_for_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "voices" / "ann").mkdir(parents=True)
    (tmp_path / "ben.voice").mkdir()
    (tmp_path / "cid").mkdir()
    cast = load(
        tmp_path,
        "default: voices/ann\nspeakers:\n  Ben: ben.voice\n  Cid: cid\n  Dora: voices/dora\n  Eve: {speed: 1.1}\n"
        f"  Fay: {{voice: '{tmp_path / 'cid'}'}}\n  Guy: 'system:en/us'\n",
    )
    assert cast.default.voice == cast.role("Eve").voice == str(tmp_path / "voices" / "ann")
    assert cast.role("Ben").voice == str(tmp_path / "ben.voice")
    assert cast.role("Cid").voice == "cid"  # a name, not a path
    assert cast.role("Dora").voice == "voices/dora"  # not there: whoever opens it tells so
    assert cast.role("Fay").voice == str(tmp_path / "cid")
    assert cast.role("Guy").voice == "system:en/us"


def test_speakers_are_listed_most_lines_first() -> None:
    cast = Cast(Role("ours"), {"ann": Role("hers")}, {"ann": "Ann"})
    lines = lines_of("Cid", "Ann", None, "Ben", "ANN", "Ben", " ann", "")
    assert casting.speakers(lines, cast) == [
        Speaker("Ann", 3, "hers", mapped=True),
        Speaker("Ben", 2, "ours", mapped=False),
        Speaker("Cid", 1, "ours", mapped=False),
    ]
    assert casting.speakers([], cast) == []


def test_strangers_are_told_with_whom_they_may_have_meant(tmp_path: Path) -> None:
    cast = load(tmp_path, "speakers:\n  Anna: a\n  Bne Nevis: b\n  Xerxes: x\n")
    assert casting.strangers(lines_of("ANNA", "Ben Nevis", None), cast) == [
        "Bne Nevis speaks no line; did you mean Ben Nevis?",
        "Xerxes speaks no line",
    ]
    assert casting.strangers(lines_of("anna", "bne  nevis", "XERXES"), cast) == []
