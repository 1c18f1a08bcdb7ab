from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voiceover import __version__
from voiceover.editors import Machine, install, remove, status
from voiceover.editors.installation import EDITORS, find_editor, own_command
from voiceover.errors import BadInputError, MissingError

BLENDER, AEGISUB = find_editor("blender"), find_editor("Aegisub")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / ".config" / "blender" / "4.2").mkdir(parents=True)
    (tmp_path / ".aegisub").mkdir()
    return Machine("linux", tmp_path, {}, lambda _name: None)


@pytest.mark.parametrize("editor", [BLENDER, AEGISUB])
def test_a_plugin_is_installed_found_upgraded_and_removed(editor: Any, machine: Machine) -> None:
    (before,) = status(editor, machine)
    assert before.version is None
    install(editor, machine, ["voiceover"])
    (there,) = status(editor, machine)
    assert (there.version, there.old) == (__version__, False)

    mark = there.path / "voiceover-plugin.json" if there.path.is_dir() else there.path
    mark.write_text(mark.read_text("utf-8").replace(__version__, "0.0.1"), "utf-8")
    if there.path.is_dir():
        (there.path / "of-an-older-version.py").touch()
    (old,) = install(editor, machine, ["voiceover"])
    assert (old.version, old.old) == ("0.0.1", True)
    assert status(editor, machine)[0].version == __version__
    assert not there.path.is_dir() or not (there.path / "of-an-older-version.py").exists()

    assert remove(editor, machine) == [there.path]
    assert not there.path.exists()
    assert list(there.path.parent.iterdir()) == []  # nothing was left beside it
    with pytest.raises(MissingError, match="is not installed"):
        remove(editor, machine)


@pytest.mark.parametrize("editor", [BLENDER, AEGISUB])
def test_what_is_not_ours_stays(editor: Any, machine: Machine) -> None:
    (there,) = status(editor, machine)
    there.path.parent.mkdir(parents=True)
    if there.path.suffix:
        there.path.write_text("-- somebody's script\n")
    else:
        there.path.mkdir()
    with pytest.raises(BadInputError, match="is not voiceover's") as caught:
        install(editor, machine, ["voiceover"])
    assert "--force" in caught.value.remedy
    with pytest.raises(MissingError):
        remove(editor, machine)
    assert there.path.exists()
    install(editor, machine, ["voiceover"], force=True)
    assert status(editor, machine)[0].version == __version__


def test_an_editor_that_is_not_there_is_named_and_a_folder_will_do(tmp_path: Path) -> None:
    nothing = Machine("linux", tmp_path, {}, lambda _name: None)
    for editor in EDITORS:
        if editor.name == "resolve" and status(editor, nothing):
            continue  # this machine has it in /opt
        with pytest.raises(MissingError, match=f"{editor.title} was not found") as caught:
            install(editor, nothing, ["voiceover"])
        assert f"voiceover plugins install {editor.name} --to DIR" in caught.value.remedy
        install(editor, nothing, ["voiceover"], folder=tmp_path / "portable")
        assert (tmp_path / "portable" / editor.item).exists()
    assert len(list((tmp_path / "portable").iterdir())) == len(EDITORS)


def test_a_folder_that_cannot_be_written_is_named(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInputError, match=r"file\S*: (Not a directory|File exists)"):
        install(BLENDER, machine, ["voiceover"], folder=tmp_path / "file")


def test_an_editor_that_there_is_no_plugin_for_is_told_what_there_is() -> None:
    with pytest.raises(BadInputError, match="no plugin for “premiere”") as caught:
        find_editor("premiere")
    assert "docs/plugins.md" in caught.value.remedy


def test_our_own_command_can_be_started() -> None:
    assert Path(own_command()[0]).exists()


def test_the_command_line_installs_lists_and_removes(
    run_cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voiceover.editors.places.Path.home", lambda: tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("shutil.which", lambda _name: None)
    (tmp_path / ".config" / "blender" / "3.4").mkdir(parents=True)
    path = tmp_path / ".config" / "blender" / "3.4" / "scripts" / "addons" / "voiceover_narration"

    done = run_cli("plugins", "install", "--command", "python -m voiceover")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, str(path))
    assert "Tick" in done.stdout
    assert (path / "command.txt").read_text() == "python -m voiceover\n"
    listed = json.loads(run_cli("plugins", "list", "--json").stdout)
    assert {"name": "blender", "editor": "Blender 3.4", "path": str(path), "version": __version__} in listed["plugins"]
    assert run_cli("plugins", "remove").stdout == f"Removed {path}\n"
    assert "not installed" in run_cli("plugins", "list").stdout
    refused = run_cli("plugins", "install", "--to", tmp_path)
    assert (refused.exit_code, "for which editor" in refused.stderr) == (2, True)
    assert run_cli("plugins", "remove", "blender").exit_code == 3
