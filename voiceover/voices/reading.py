"""Open a voice to read with: its card and its text front-end, or what the operating system says of it; no network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from voiceover import durations
from voiceover.config import durations_folder
from voiceover.durations import LETTERS, Durations, Said
from voiceover.errors import BadInputError
from voiceover.text import languages
from voiceover.text.frontend import TextFrontEnd
from voiceover.types import Reading
from voiceover.voices import bundle, catalog
from voiceover.voices.bundle import StoredDurations
from voiceover.voices.pieces import pieces
from voiceover.voices.reader import Estimate, Reader
from voiceover.voices.rough_durations import rough

Read: TypeAlias = Callable[[str], Reading]
Words: TypeAlias = Callable[[str], tuple[Said, ...]]


def open_reader(spec: str) -> Reader:
    """Open a voice to read with, by what `--voice` takes.

    Raises:
        BadInputError: there is no such voice, or its bundle is not sound.
        MissingError: this machine lacks what the voice needs to read.
    """
    found = catalog.find(spec)
    if found.path is not None:
        card = bundle.read_card(found.path)
        front_end = bundle.front_end(found.path, card)
        sounds = (front_end.name, _words(front_end))
        return _reader(spec, card.name, card.language, front_end.read, card.durations, *sounds, times=True)
    voice = found.open("cpu")
    sounds = sounds_of(voice.language)
    stored = load_durations(voice.name)
    return _reader(spec, voice.name, voice.language, voice.read, stored, *sounds, times=voice.times_words)


def sounds_of(language: str | None) -> tuple[str, Words]:
    """Return the basis of times, and the words by it, for a voice that keeps its sounds to itself.

    English and German have a front-end here, whose sounds are near enough to any voice's; others are told by letters.
    """
    if language and language.partition("-")[0] in ("en", "de"):
        front_end = languages.front_end(language)
        return front_end.name, _words(front_end)
    return LETTERS, durations.from_letters


def bundle_sounds(path: Path) -> tuple[str, Words]:
    """Return the basis of a bundle's times, and the words by it; see `bundle.front_end` for what it raises."""
    front_end = bundle.front_end(path, bundle.read_card(path))
    return front_end.name, _words(front_end)


def durations_file(voice: str) -> Path:
    """Return where the times of a voice without a bundle are kept."""
    digest = hashlib.sha256(voice.encode()).hexdigest()[:8]  # two names may be alike but for their signs
    letters = "".join(letter if letter.isalnum() else "-" for letter in voice)
    return durations_folder() / f"{letters}-{digest}.json"


def load_durations(voice: str) -> StoredDurations | None:
    """Read the times of a voice without a bundle, if it was calibrated.

    Raises:
        BadInputError: the file is there and cannot be read.
    """
    path = durations_file(voice)
    if not path.is_file():
        return None
    try:
        return StoredDurations.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):  # pydantic's are ValueErrors
        raise BadInputError(
            f"{path}: the times of {voice} cannot be read.", f"Make them again: voiceover voices calibrate {voice}"
        ) from None


def keep_durations(voice: str, stored: StoredDurations) -> Path:
    """Write the times of a voice without a bundle, whole or not at all, and return where."""
    path = durations_file(voice)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(json.dumps(stored.model_dump(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _words(front_end: TextFrontEnd) -> Words:
    return lambda spoken: durations.from_tokens(pieces(front_end, spoken), front_end)


def _reader(
    spec: str,
    name: str,
    language: str | None,
    read: Read,
    stored: StoredDurations | None,
    basis: str,
    words: Words,
    *,
    times: bool,
) -> Reader:
    if stored is None or (stored.version, stored.basis) != (durations.VERSION, basis):
        return Reader(name, language, times, read, durations.from_letters, rough(language), Estimate(name, spec, False))
    error, high = (stored.figures.get(key) for key in ("median_error_percent", "p90_error_percent"))
    known = Durations(basis, stored.seconds)
    return Reader(name, language, times, read, words, known, Estimate(name, spec, True, error, high))
