from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import doubles
import numpy as np
import pytest
from safetensors.numpy import save_file

from voiceover import config
from voiceover.errors import BadInputError, MissingError
from voiceover.voices import bundle, catalog

CARD = {
    "format": 1,
    "name": "anna",
    "language": "en-GB",
    "licence": "CC-BY-4.0",
    "consent": "given",
    "sample_rate": 22050,
    "mel": {},
    "front_end": {"name": "english", "version": 1, "symbols": ["a"]},
    "acoustic": {"kind": "tacotron2", "config": {}},
}


def make_bundle(folder: Path, name: str = "anna") -> Path:
    folder.mkdir(parents=True)
    (folder / bundle.CARD).write_text(json.dumps({**CARD, "name": name}))
    save_file({"weight": np.zeros(1, dtype=np.float32)}, folder / bundle.ACOUSTIC)
    return folder


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Give a machine whose every voice folder is empty, with one voice of the operating system."""
    folders = SimpleNamespace(home=tmp_path / "home", user=tmp_path / "user" / "voices", package=tmp_path / "package")
    monkeypatch.setenv("VOICEOVER_HOME", str(folders.home))
    monkeypatch.setattr(config, "_user_folder", lambda _kind: tmp_path / "user")
    looked_up = [folders.home / "voices", folders.user, folders.package]
    monkeypatch.setattr(catalog, "voices_folders", lambda: looked_up)
    system = ModuleType("voiceover.voices.system")
    system.list_system_voices = lambda: [("fred", "Fred", ("en", "en-us"))]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "voiceover.voices.system", system)
    monkeypatch.syspath_prepend(doubles.install(tmp_path / "plugins"))
    folders.system = system
    return folders


def test_the_folders_are_searched_in_the_order_of_the_contract(machine: SimpleNamespace) -> None:
    for folder in (machine.package, machine.user, machine.home / "voices"):
        path = make_bundle(folder / "anna")
        assert catalog.find("anna").path == path
    assert [entry.where for entry in catalog.entries() if entry.name == "anna"] == [str(path)]


def test_the_real_folders_are_home_then_user_then_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = Path(catalog.__file__).parent / "bundled"
    assert config.voices_folders() == [tmp_path / "home" / "voices", tmp_path / "user" / "voices", package]
    assert config.voices_folder() == tmp_path / "home" / "voices"
    monkeypatch.delenv("VOICEOVER_HOME")
    assert config.voices_folders() == [tmp_path / "user" / "voices", package]
    assert config.voices_folder() == tmp_path / "user" / "voices"


def test_a_path_comes_before_a_name(machine: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_bundle(machine.package / "anna")
    make_bundle(tmp_path / "here" / "anna")
    monkeypatch.chdir(tmp_path / "here")
    assert catalog.find("anna").path == Path("anna")
    monkeypatch.chdir(tmp_path)
    assert catalog.find("anna").path == machine.package / "anna"
    bundle.pack(tmp_path / "here" / "anna", tmp_path / "packed.voice")
    assert catalog.find(str(tmp_path / "packed.voice")).name == "packed"


def test_a_folder_that_happens_to_have_the_name_is_no_voice(
    machine: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_bundle(machine.package / "anna")
    (tmp_path / "anna").mkdir()
    monkeypatch.chdir(tmp_path)
    assert catalog.find("anna").path == path
    with pytest.raises(BadInputError, match=r"is not a voice bundle: it has no voice\.json"):
        catalog.find(str(tmp_path / "anna"))


def test_plug_ins_are_opened_by_kind_and_argument() -> None:
    voice = catalog.open_voice("beep:loud", "cpu")
    assert isinstance(voice, doubles.BeepVoice)
    assert voice.argument == "loud"


def test_an_unknown_voice_is_told_with_the_voices_there_are_and_near_names(machine: SimpleNamespace) -> None:
    make_bundle(machine.package / "narrator")
    make_bundle(machine.user / "anna")
    with pytest.raises(BadInputError) as caught:
        catalog.find("narator")
    assert "no voice “narator”" in caught.value.message
    assert "Did you mean narrator?" in caught.value.message
    assert "anna, narrator, beep:NAME" in caught.value.message
    assert "voices list" in caught.value.remedy
    with pytest.raises(BadInputError, match="no voice “sistem:fred”"):
        catalog.find("sistem:fred")


def test_the_list_has_bundles_broken_ones_and_system_voices(machine: SimpleNamespace) -> None:
    make_bundle(machine.user / "anna")
    (machine.user / "broken").mkdir()
    (machine.user / "broken" / bundle.CARD).write_text("{")
    entries = {entry.name: entry for entry in catalog.entries()}
    assert list(entries) == ["anna", "broken", "system:fred"]
    assert (entries["anna"].language, entries["anna"].licence, entries["anna"].problem) == ("en-GB", "CC-BY-4.0", "")
    assert "not JSON" in entries["broken"].problem
    fred = entries["system:fred"]
    assert (fred.kind, fred.language, fred.where) == ("system", "en, en-us", "operating system: Fred")


def test_a_machine_without_speech_engine_lists_its_bundles(machine: SimpleNamespace) -> None:
    def lacking() -> None:
        raise MissingError("no engine")

    machine.system.list_system_voices = lacking
    make_bundle(machine.user / "anna")
    assert [entry.name for entry in catalog.entries()] == ["anna"]


@pytest.mark.parametrize("packed", [False, True])
def test_an_added_voice_is_found_and_can_be_removed(machine: SimpleNamespace, tmp_path: Path, packed: bool) -> None:
    source = make_bundle(tmp_path / "made")
    (source / "training.log").write_text("not part of a voice")
    if packed:
        bundle.pack(source, tmp_path / "made.voice")
        source = tmp_path / "made.voice"
    target = catalog.add(source)
    assert target == machine.home / "voices" / "anna"
    assert {path.name for path in target.iterdir()} == {bundle.CARD, bundle.ACOUSTIC}
    assert [path.name for path in target.parent.iterdir()] == ["anna"]
    assert catalog.find("anna").path == target
    renamed = catalog.add(source, name="berta")
    assert renamed.name == bundle.read_card(renamed).name == "berta"
    assert catalog.remove("anna") == target
    assert [path.name for path in target.parent.iterdir()] == ["berta"]


def test_a_voice_is_replaced_only_by_force(machine: SimpleNamespace, tmp_path: Path) -> None:
    source = make_bundle(tmp_path / "made")
    target = catalog.add(source)
    (target / "mark").write_text("the first")
    with pytest.raises(BadInputError, match="is there already"):
        catalog.add(source)
    assert (target / "mark").exists()
    catalog.add(source, force=True)
    assert not (target / "mark").exists()


def test_an_unsound_bundle_is_refused_and_leaves_nothing(machine: SimpleNamespace, tmp_path: Path) -> None:
    source = make_bundle(tmp_path / "made")
    (source / bundle.ACOUSTIC).write_bytes(b"\x80\x04 a pickle")
    with pytest.raises(BadInputError, match="not a safetensors file"):
        catalog.add(source)
    assert not machine.home.exists()
    with pytest.raises(BadInputError, match="no such file or folder"):
        catalog.add(tmp_path / "none.voice")


@pytest.mark.parametrize("name", ["../evil", "a/b", ".hidden", "with space", "system:x"])
def test_names_cannot_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError, match="cannot be a voice's name"):
        catalog.add(make_bundle(tmp_path / "made"), name=name)


def test_the_voices_of_the_package_stay(machine: SimpleNamespace) -> None:
    path = make_bundle(machine.package / "narrator")
    with pytest.raises(BadInputError, match="part of voiceover and cannot be removed"):
        catalog.remove("narrator")
    assert path.exists()
    with pytest.raises(BadInputError, match="no voice “nobody”"):
        catalog.remove("nobody")
