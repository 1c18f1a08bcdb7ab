"""Find the recordings of a folder and the text of each.

Two layouts are read: LJSpeech's (`metadata.csv` with `id|text` or `id|text|normalised text`, clips beside it or
in `wavs/` or `clips/`), and one text file per recording (`a.wav` + `a.txt`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voiceover.errors import BadInputError

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif")
_CLIP_FOLDERS = ("wavs", "clips", "wav", "audio", ".")
_LAYOUTS = (
    "Expected a metadata.csv with one 'id|text' per line and the clips in wavs/ or clips/, "
    "or one text file beside each recording (a.wav + a.txt)."
)


@dataclass(frozen=True, slots=True)
class Transcribed:
    """A recording and what is said in it."""

    id: str
    audio: Path
    text: str


def find(folder: Path) -> list[Transcribed]:
    """List a folder's recordings with their texts, in the order of their ids.

    Raises:
        BadInputError: no such folder, no layout that is known, a line without text, a clip that is missing.
    """
    if not folder.is_dir():
        raise BadInputError(f"{folder}: no such folder of recordings", _LAYOUTS)
    metadata = next((path for name in ("metadata.csv", "metadata.txt") if (path := folder / name).is_file()), None)
    found = list(_from_metadata(metadata) if metadata else _from_pairs(folder))
    if not found:
        raise BadInputError(f"{folder}: no recordings with a text were found", _LAYOUTS)
    return sorted(found, key=lambda item: item.id)


def _from_metadata(metadata: Path) -> Iterator[Transcribed]:
    try:
        rows = metadata.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadInputError(f"{metadata}: not UTF-8 at byte {error.start}", "Save the file as UTF-8.") from None
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        name, *texts = (field.strip() for field in row.split("|"))
        text = next((text for text in reversed(texts) if text), "")
        if not text:
            raise BadInputError(f"{metadata}, line {number}: no text after the id", "Write it as 'id|text'.")
        if name in seen:
            message = f"{metadata}, line {number}: the id {name!r} was used on line {seen[name]}"
            raise BadInputError(message, "Give every clip an id of its own.")
        seen[name] = number
        yield Transcribed(Path(name).stem, _clip(metadata, number, name), text)


def _clip(metadata: Path, number: int, name: str) -> Path:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        message = f"{metadata}, line {number}: the id {name!r} leads out of the folder"
        raise BadInputError(message, "Name clips relative to the folder.")
    stem = name if Path(name).suffix.lower() not in AUDIO_SUFFIXES else str(Path(name).with_suffix(""))
    for folder in _CLIP_FOLDERS:
        for suffix in AUDIO_SUFFIXES:
            path = metadata.parent / folder / f"{stem}{suffix}"
            if path.is_file():
                return path
    message = f"{metadata}, line {number}: no recording called {stem!r}"
    raise BadInputError(message, f"Put it into {metadata.parent / 'wavs'} as WAV, FLAC, Ogg or MP3, or drop the line.")


def _from_pairs(folder: Path) -> Iterator[Transcribed]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in AUDIO_SUFFIXES:
            continue
        text_file = next((t for s in (".txt", ".lab") if (t := path.with_suffix(s)).is_file()), None)
        if text_file is None:
            raise BadInputError(f"{path}: no text beside it", f"Write what is said into {path.with_suffix('.txt')}.")
        text = " ".join(text_file.read_text(encoding="utf-8-sig").split())
        if not text:
            raise BadInputError(f"{text_file}: the file is empty", "Write what is said in the recording.")
        yield Transcribed(path.relative_to(folder).with_suffix("").as_posix().replace("/", "-"), path, text)
