from __future__ import annotations

import os
from pathlib import Path

import pytest

from voiceover import presets
from voiceover.config import CheckSettings, DubSettings, Mix, Subtitles
from voiceover.errors import BadInputError

EVERYTHING = """# a comment
voice = "voices/mine"
cast = "cast.yaml"
lexicon = "words.csv"
language = "de"
keep-sdh = true
merge = false
max_speed = 1.1
loudness = -16
seed = 3
mix = "separate"
subtitles = "embed"
drop-original = true
"""


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / presets.NAME
    path.write_text(text, "utf-8")
    return path


def dub(folder: Path, **values: object) -> DubSettings:
    return DubSettings(video=folder / "a.mp4", source=folder / "a.srt", output=folder / "o.mp4", **values)  # type: ignore[arg-type]


def test_every_key_is_a_setting_and_paths_lie_beside_the_file(tmp_path: Path) -> None:
    for name in ("cast.yaml", "words.csv"):
        (tmp_path / name).touch()
    (tmp_path / "voices" / "mine").mkdir(parents=True)
    write(tmp_path, EVERYTHING)
    filled = presets.fill(dub(tmp_path), presets.find(tmp_path, tmp_path))
    assert filled == dub(
        tmp_path,
        voice=str(tmp_path / "voices/mine"),
        cast=tmp_path / "cast.yaml",
        lexicon=tmp_path / "words.csv",
        language="de",
        keep_sdh=True,
        merge=False,
        max_speed=1.1,
        loudness="-16",
        seed=3,
        mix=Mix.SEPARATE,
        subtitles=Subtitles.EMBED,
        keep_original=False,
    )


def test_the_nearest_file_wins_key_by_key(tmp_path: Path) -> None:
    write(tmp_path, 'voice = "one"\nseed = 1\nmax-speed = 1.5')
    write(tmp_path / "a", "seed = 2")
    write(tmp_path / "a" / "b" / "c", 'voice = "three"')
    found = presets.find(tmp_path / "a" / "b" / "c", tmp_path)
    assert found.values == {"voice": "three", "seed": 2, "max_speed": 1.5}
    assert [file.parent.name for file in found.files] == ["c", "a", tmp_path.name]
    assert presets.find(tmp_path / "a" / "b", tmp_path / "a").values == {"seed": 2}


def test_the_command_line_wins_and_other_commands_pass_over_what_is_not_theirs(tmp_path: Path) -> None:
    write(tmp_path, 'voice = "one"\nmix = "replace"\nseed = 7')
    preset = presets.find(tmp_path, tmp_path)
    assert presets.fill(dub(tmp_path, voice="mine"), preset, {"voice"}).voice == "mine"
    assert presets.fill(CheckSettings(source=tmp_path), preset) == CheckSettings(source=tmp_path, voice="one")


def test_a_bed_goes_with_ducking_only(tmp_path: Path) -> None:
    write(tmp_path, "bed = 2")
    preset = presets.find(tmp_path, tmp_path)
    assert presets.fill(dub(tmp_path), preset).bed == 2
    assert presets.fill(dub(tmp_path, mix=Mix.REPLACE), preset, {"mix"}).bed is None


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("\nvoise = 'x'", 2, "Did you mean voice?"),
        ("voice = 3", 1, "voice must be a text"),
        ("# x\n\nmax-speed = 3.0", 3, "from 1 to 2"),
        ("max-speed = true", 1, "a number"),
        ("mix = 'loud'", 1, '"duck", "replace", "separate"'),
        ("loudness = 'loud'", 1, "youtube, ebu"),
        ("loudness = 3", 1, "between -70 and -5"),
        ("seed = 1.5", 1, "a whole number"),
        ("keep-sdh = 'yes'", 1, "true or false"),
        ("voice = 'x'\ncast = 'none.yaml'", 2, "there is no"),
        ("voice = narrator", 1, "not TOML"),
        ("voice = 'a'\nvoice = 'b'", 2, "not TOML"),
        ("merge = true\nno-merge = true", 2, "twice"),
        ("[dub]\nvoice = 'a'", 1, "means nothing here"),
        ("voice = 'a", 1, "not TOML"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(BadInputError) as caught:
        presets.find(tmp_path, tmp_path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert said in str(caught.value)


def test_any_encoding_is_read(tmp_path: Path) -> None:
    (tmp_path / presets.NAME).write_bytes("\ufeffvoice = 'Jürgen'\r\nseed = 4\r\n".encode("utf-16"))
    assert presets.find(tmp_path, tmp_path).values == {"voice": "Jürgen", "seed": 4}


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no owners of this kind")
def test_without_a_top_it_looks_up_to_a_folder_that_anybody_may_write_to(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    write(shared, "seed = 1")
    write(shared / "own", "seed = 2")
    shared.chmod(0o777)
    (shared / "own" / "films").mkdir()
    assert [file.parent.name for file in presets.find(shared / "own" / "films").files] == ["own"]


def test_home_is_as_far_as_it_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    write(tmp_path, "seed = 1")
    write(tmp_path / "films", "seed = 2\n")
    assert [file.parent.name for file in presets.find(tmp_path / "films" / "a").files] == ["films"]
