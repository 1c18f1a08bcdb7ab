"""The voices on this machine: find one by what the user wrote, list them, add and remove bundles."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from voiceover.config import Precision, voices_folder, voices_folders
from voiceover.errors import BadInputError, MissingError, VoiceoverError
from voiceover.voices import bundle
from voiceover.voices.base import Opener, Voice

GROUP = "voiceover.voices"
SUFFIX = ".voice"


@dataclass(frozen=True, slots=True)
class Entry:
    """One voice, as `voices list` shows it."""

    name: str  # what `--voice` takes
    kind: str  # bundle, or the name of a voice plug-in
    language: str
    licence: str
    where: str
    problem: str = ""  # why it cannot be used; empty for a sound voice


@dataclass(frozen=True, slots=True)
class Found:
    """A voice that exists but is not opened yet: a bundle's path, or a plug-in with its argument."""

    name: str
    path: Path | None = None
    plugin: EntryPoint | None = None
    argument: str = ""

    def open(self, device: str, precision: Precision = Precision.AUTO) -> Voice:
        """Load the voice onto a device (auto, cpu, cuda or cuda:N); plug-ins have a precision of their own."""
        if self.plugin is not None:
            opener: Opener = self.plugin.load()
            return opener(self.argument, device)
        from voiceover.voices.tacotron import open_bundle

        assert self.path is not None  # noqa: S101  # a Found has one or the other
        return open_bundle(self.path, device, precision)


def open_voice(spec: str, device: str, precision: Precision = Precision.AUTO) -> Voice:
    """Open a voice by bundle name, path to a bundle, or KIND:ARGUMENT.

    Raises:
        BadInputError: there is no such voice; the message lists those there are.
        MissingError: this machine lacks what the voice needs.
    """
    return find(spec).open(device, precision)


def find(spec: str) -> Found:
    """Find a voice without loading it.

    Looked up as a path, in `$VOICEOVER_HOME/voices`, in the user data folder and in the package, in this order.

    Raises:
        BadInputError: there is no such voice; the message lists those there are.
    """
    path = Path(spec).expanduser()
    if _is_bundle(path):
        return Found(name=path.stem if path.suffix == SUFFIX else path.resolve().name, path=path)
    kind, colon, argument = spec.partition(":")
    plugins = _plugins()
    if colon and kind in plugins:
        return Found(name=spec, plugin=plugins[kind], argument=argument)
    for name, bundle_path in _bundles():
        if name == spec:
            return Found(name=name, path=bundle_path)
    if len(path.parts) > 1 and not path.exists():
        raise BadInputError(
            f"{path}: no such voice bundle.", "Give the path of a bundle, or a name that is in `voiceover voices list`."
        )
    if len(path.parts) > 1:
        raise BadInputError(
            f"{path} is not a voice bundle: it has no {bundle.CARD}.", f"Give the folder that holds {bundle.CARD}."
        )
    raise BadInputError(_unknown(spec), "Run `voiceover voices list` to see every voice, or give the path of a bundle.")


def entries() -> list[Entry]:
    """List every voice: bundles in look-up order, then the voices of the operating system."""
    found = [_bundle_entry(name, path) for name, path in _bundles()]
    return found + _system_entries()


def add(path: Path, *, name: str | None = None, force: bool = False) -> Path:
    """Copy a bundle (a folder or a `.voice` file) to the user's voices, and return where it is now.

    Raises:
        BadInputError: it is no sound bundle, or the name is taken or cannot be one.
    """
    if not path.exists():
        raise BadInputError(f"{path}: there is no such file or folder.", "Give a bundle folder or a .voice file.")
    bundle.check(path)
    name = name or bundle.read_card(path).name
    target = place_for(name, force=force)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".adding-") as scratch:
            copy = Path(scratch) / name
            bundle.unpack(path, copy)  # takes folders too, and leaves foreign files behind
            bundle.rename(copy, name)
            if target.exists():
                target.rename(Path(scratch) / "replaced")
            copy.rename(target)
    except OSError as error:
        raise BadInputError(
            f"{target}: the voice cannot be copied there ({error.strerror}).", "Set VOICEOVER_HOME to another folder."
        ) from error
    return target


def place_for(name: str, *, force: bool) -> Path:
    """Return where a voice of that name is kept.

    Raises:
        BadInputError: the name cannot be one, or is taken.
    """
    target = voices_folder() / _good_name(name)
    if target.exists() and not force:
        raise BadInputError(f"{target}: a voice named {name} is there already.", "Use --force, or --name another.")
    return target


def remove(name: str) -> Path:
    """Remove a voice of the user's, and return where it was. The voices in the package stay.

    Raises:
        BadInputError: there is no such voice, or it is not the user's to remove.
    """
    path = next((path for found, path in _bundles() if found == name), None)
    if path is None:
        raise BadInputError(_unknown(name), "Run `voiceover voices list` to see every voice.")
    if path.parent == voices_folders()[-1]:
        raise BadInputError(
            f"{name} is part of voiceover and cannot be removed.", "Only voices that were added can be."
        )
    try:
        if path.is_dir():
            doomed = Path(tempfile.mkdtemp(dir=path.parent, prefix=".removing-"))
            path.rename(doomed / path.name)  # gone in one step, however long deleting takes
            shutil.rmtree(doomed)
        else:
            path.unlink()
    except OSError as error:
        raise BadInputError(
            f"{path}: the voice cannot be removed ({error.strerror}).", "Check the folder's permissions."
        ) from error
    return path


def _bundles() -> Iterator[tuple[str, Path]]:
    seen = set()
    for folder in voices_folders():
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            name = path.stem if path.suffix == SUFFIX else path.name
            if _is_bundle(path) and name not in seen:
                seen.add(name)
                yield name, path


def _is_bundle(path: Path) -> bool:
    return (path / bundle.CARD).is_file() or (path.suffix == SUFFIX and path.is_file())


def _plugins() -> dict[str, EntryPoint]:
    return {plugin.name: plugin for plugin in entry_points(group=GROUP)}


def _bundle_entry(name: str, path: Path) -> Entry:
    try:
        card = bundle.read_card(path)
    except VoiceoverError as error:
        return Entry(name, "bundle", "", "", str(path), problem=error.message.removeprefix(f"{path}: "))
    return Entry(name, "bundle", card.language, card.licence, str(path))


def _system_entries() -> list[Entry]:
    from voiceover.voices.system import list_system_voices

    try:
        return [
            Entry(f"system:{voice_id}", "system", ", ".join(languages), "", f"operating system: {name}")
            for voice_id, name, languages in list_system_voices()
        ]
    except MissingError:
        return []


def _unknown(spec: str) -> str:
    bundles = [name for name, _ in _bundles()]
    kinds = [f"{kind}:NAME" for kind in sorted(_plugins())]
    known = ", ".join([*bundles, *kinds]) or "none"
    near = get_close_matches(spec, bundles, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"There is no voice “{spec}” on this machine.{hint} Voices here: {known}."


def _good_name(name: str) -> str:
    if not name or name.startswith(".") or not all(letter.isalnum() or letter in "-_." for letter in name):
        raise BadInputError(f"“{name}” cannot be a voice's name.", "Use letters, digits, -, _ and . in --name.")
    return name
