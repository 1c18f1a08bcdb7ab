from __future__ import annotations

from pathlib import Path

import pytest

from voiceover.editors import places
from voiceover.editors.places import Machine


def machine(system: str, home: Path, *programs: str, **environment: str) -> Machine:
    return Machine(system, home, environment, lambda name: f"/usr/bin/{name}" if name in programs else None)


@pytest.mark.parametrize(
    ("system", "root"),
    [
        ("linux", ".config/blender"),
        ("darwin", "Library/Application Support/Blender"),
        ("win32", "AppData/Roaming/Blender Foundation/Blender"),
    ],
)
def test_every_blender_that_was_started_has_its_place(system: str, root: str, tmp_path: Path) -> None:
    for name in ("3.4", "5.0", "4.2", "notes"):
        (tmp_path / root / name).mkdir(parents=True)
    found = places.find_blender(machine(system, tmp_path))
    assert [(place.editor, place.folder.relative_to(tmp_path / root).as_posix()) for place in found] == [
        ("Blender 3.4", "3.4/scripts/addons"),
        ("Blender 4.2", "4.2/extensions/user_default"),
        ("Blender 5.0", "5.0/extensions/user_default"),
    ]


def test_blender_looks_where_its_variables_say(tmp_path: Path) -> None:
    for name in ("4.1", "4.2"):
        (tmp_path / ".config" / "blender" / name).mkdir(parents=True)
    elsewhere = {"BLENDER_USER_SCRIPTS": str(tmp_path / "s"), "BLENDER_USER_EXTENSIONS": str(tmp_path / "e")}
    found = places.find_blender(machine("linux", tmp_path, **elsewhere))
    assert [place.folder for place in found] == [tmp_path / "s" / "addons", tmp_path / "e" / "user_default"]


def test_a_blender_that_was_never_started_tells_its_version(tmp_path: Path) -> None:
    program = tmp_path / "blender"
    program.write_text("#!/bin/sh\necho 'Blender 4.5.3 LTS'\n")
    program.chmod(0o755)
    asked = Machine("linux", tmp_path, {}, lambda name: str(program) if name == "blender" else None)
    assert [place.editor for place in places.find_blender(asked)] == ["Blender 4.5"]
    program.write_text("#!/bin/sh\nexit 1\n")
    assert places.find_blender(asked) == ()


@pytest.mark.parametrize(
    ("system", "root", "scripts"),
    [
        ("linux", ".local/share/DaVinciResolve", "Fusion/Scripts/Edit"),
        (
            "darwin",
            "Library/Application Support/Blackmagic Design/DaVinci Resolve",
            "Fusion/Scripts/Edit",
        ),
        ("win32", "AppData/Roaming/Blackmagic Design/DaVinci Resolve", "Support/Fusion/Scripts/Edit"),
    ],
)
def test_resolve_is_found_by_its_folder(system: str, root: str, scripts: str, tmp_path: Path) -> None:
    assert places.find_resolve(machine(system, tmp_path)) == ()
    (tmp_path / root).mkdir(parents=True)
    (place,) = places.find_resolve(machine(system, tmp_path))
    assert place.folder == tmp_path / root / scripts


def test_aegisub_is_found_by_its_folder_or_its_program(tmp_path: Path) -> None:
    assert places.find_aegisub(machine("linux", tmp_path)) == ()
    (place,) = places.find_aegisub(machine("linux", tmp_path, "aegisub-3.2"))
    assert place.folder == tmp_path / ".aegisub" / "automation" / "autoload"
    (tmp_path / ".aegisub-3.3").mkdir()
    (place,) = places.find_aegisub(machine("linux", tmp_path, "aegisub"))
    assert place.folder == tmp_path / ".aegisub-3.3" / "automation" / "autoload"
    (tmp_path / "Aegisub").mkdir()
    (place,) = places.find_aegisub(machine("win32", tmp_path, APPDATA=str(tmp_path)))
    assert place.folder == tmp_path / "Aegisub" / "automation" / "autoload"


def test_audacity_has_its_script_beside_our_own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    assert places.find_audacity(machine("linux", tmp_path)) == ()
    (place,) = places.find_audacity(machine("linux", tmp_path, "audacity"))
    assert place.folder == tmp_path / "home" / "plugins"
