"""Voice bundles: a folder, or the same zipped as NAME.voice.

    voice.json             the card: who speaks, under what licence, how the networks are built
    acoustic.safetensors   Tacotron 2's weights
    vocoder.safetensors    the vocoder's weights (a bundle without one speaks through Griffin-Lim)
    sample.wav             one spoken sentence (optional)

Only these four names are ever read from a bundle, and weights only from safetensors: nothing in it can run.
"""

from __future__ import annotations

import json
import lzma
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voiceover.errors import BadInputError
from voiceover.text import characters, languages
from voiceover.text.frontend import TextFrontEnd

CARD, ACOUSTIC, VOCODER, SAMPLE = "voice.json", "acoustic.safetensors", "vocoder.safetensors", "sample.wav"
ACOUSTIC_KIND = "tacotron2"
VOCODER_KIND, HIFIGAN_KIND = "source-filter-istft", "hifigan"
MEMBERS = (CARD, ACOUSTIC, VOCODER, SAMPLE)
LARGEST = 400 * 1024 * 1024  # bytes of one member, unpacked; the full network in float32 has 113 MB
LARGEST_CARD = 4 * 1024 * 1024
LARGEST_HEADER = 4 * 1024 * 1024  # of weights: names and shapes; a network's has 20 kB
_LARGEST_NUMBER = 200_000  # a sample rate; no size of a network comes near, and each size costs time or memory
# what zipfile and its decompressors raise for archives that are no good
_UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)
_REMEDY = "Get the voice again from where it came from, or export it again."


_Size = Annotated[int, Field(ge=-_LARGEST_NUMBER, le=_LARGEST_NUMBER)]
_Number = _Size | Annotated[float, Field(ge=-_LARGEST_NUMBER, le=_LARGEST_NUMBER, allow_inf_nan=False)]


class FrontEnd(BaseModel):
    """The text front-end that the voice was trained with."""

    model_config = ConfigDict(extra="forbid")
    name: str
    version: int
    symbols: list[str]


class Network(BaseModel):
    """A network's kind and sizes."""

    model_config = ConfigDict(extra="forbid")
    kind: str
    config: dict[str, _Number | list[_Size] | list[list[_Size]]]


class StoredDurations(BaseModel):
    """How long the voice takes for what it says; see `voiceover.durations`."""

    model_config = ConfigDict(extra="forbid")
    version: int
    basis: str
    seconds: dict[str, Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)]]
    figures: dict[str, Any] = {}


class VoiceCard(BaseModel):
    """What `voice.json` says."""

    model_config = ConfigDict(extra="forbid")
    format: Literal[1]
    name: str
    description: str = ""
    language: str
    licence: str
    consent: str
    sample_rate: int = Field(gt=0, le=192_000)
    mel: dict[str, _Number]
    front_end: FrontEnd
    acoustic: Network
    vocoder: Network | None = None
    training: dict[str, Any] = {}
    figures: dict[str, Any] = {}
    durations: StoredDurations | None = None  # None until the voice is calibrated


def read_card(path: Path) -> VoiceCard:
    """Read the card of a bundle.

    Raises:
        BadInputError: no bundle there, or a card that does not follow format 1.
    """
    raw = read_member(path, CARD, LARGEST_CARD)
    if raw is None:
        raise BadInputError(f"{path}: not a voice bundle, it has no {CARD}", _REMEDY)
    try:
        about = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: its {CARD} is not JSON ({error})", _REMEDY) from None
    if isinstance(about, dict) and about.get("format") not in (1, None):
        message = f"{path}: bundle format {about['format']}, this version reads format 1"
        raise BadInputError(message, "Upgrade voiceover.")
    try:
        return VoiceCard.model_validate(about)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or CARD
        raise BadInputError(f"{path}: {CARD}, {where}: {first['msg']}", _REMEDY) from None


def read_member(path: Path, name: str, largest: int = LARGEST) -> bytes | None:
    """Return the bytes of one of the bundle's files, or None where it has none.

    Raises:
        BadInputError: the bundle or the file cannot be read, or is larger than a voice can be.
    """
    try:
        if path.is_dir():
            member = path / name
            if not member.is_file():
                return None
            size = member.stat().st_size
            raw = member.read_bytes() if size <= largest else b""
        else:
            with zipfile.ZipFile(path) as archive:
                if name not in archive.namelist():
                    return None
                size = archive.getinfo(name).file_size
                with archive.open(name) as stream:  # a lying header cannot make it read more than this
                    raw = stream.read(largest + 1) if size <= largest else b""
                size = max(size, len(raw))
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such voice bundle", _REMEDY) from None
    except _UNREADABLE as error:
        why = str(error) or type(error).__name__
        raise BadInputError(f"{path}: cannot be read as a voice bundle ({why})", _REMEDY) from None
    if size > largest:
        raise BadInputError(f"{path}: {name} has {size:,} bytes, more than any voice's ({largest:,})", _REMEDY)
    return raw


def check(path: Path) -> VoiceCard:
    """Read the card and make sure that the weights it needs are there and are safetensors.

    Raises:
        BadInputError: anything is missing, unreadable or too large.
    """
    card = read_card(path)
    needed = [ACOUSTIC] + ([VOCODER] if card.vocoder else [])
    for name in needed:
        raw = read_member(path, name)
        if raw is None:
            raise BadInputError(f"{path}: {name} is missing", _REMEDY)
        header = int.from_bytes(raw[:8], "little")
        try:
            about = json.loads(raw[8 : 8 + header] if 0 < header < min(len(raw), LARGEST_HEADER) else b"")
            end = max((about[tensor]["data_offsets"][1] for tensor in about if tensor != "__metadata__"), default=0)
        except (ValueError, KeyError, IndexError, TypeError, RecursionError):
            raise BadInputError(f"{path}: {name} is not a safetensors file", _REMEDY) from None
        if 8 + header + end != len(raw):
            raise BadInputError(f"{path}: {name} is damaged or was cut short", _REMEDY)
    return card


def does_not_fit(path: Path, error: Exception) -> BadInputError:
    """Return the error of networks that are not what their card says."""
    told = (str(error) or type(error).__name__).strip().splitlines()[0][:300]
    reason = f"no {told}" if isinstance(error, KeyError) else told
    return BadInputError(f"{path}: its networks do not fit its card ({reason})", "Export the voice again.")


def front_end(path: Path, card: VoiceCard) -> TextFrontEnd:
    """Return the text front-end that a bundle was made for.

    Raises:
        BadInputError: this version has another one.
        MissingError: its language needs an extra that is not installed.
    """
    made_for = card.front_end
    found: TextFrontEnd = characters.front_end(made_for.name, made_for.symbols) or languages.named(made_for.name)
    if (made_for.name, made_for.version) != (found.name, found.version):
        raise BadInputError(
            f"{path}: made for the text front-end {made_for.name} {made_for.version}, "
            f"this version has {found.name} {found.version}",
            "Get the voice made for this version, or the version of voiceover it was made with.",
        )
    if made_for.symbols != list(found.symbols):
        raise BadInputError(f"{path}: its symbol table is not that of {found.name}", "Export the voice again.")
    return found


def keep_durations(path: Path, durations: StoredDurations) -> None:
    """Write a voice's times into its card, whole or not at all; the rest of the card stays as it is written.

    Raises:
        BadInputError: the bundle cannot be read.
        OSError: it cannot be written.
    """
    read_card(path)
    raw = (read_member(path, CARD, LARGEST_CARD) or b"").decode()
    about = {**json.loads(raw), "durations": durations.model_dump()}
    indent = next((len(row) - len(row.lstrip()) for row in raw.splitlines()[1:]), 1)
    card = json.dumps(about, ensure_ascii=False, indent=indent) + "\n"
    if path.is_dir():
        part = path / f".{CARD}.part"
        try:
            part.write_text(card, "utf-8")
            part.replace(path / CARD)
        finally:
            part.unlink(missing_ok=True)
        return
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".calibrating-") as scratch:
        folder = Path(scratch) / "voice"
        unpack(path, folder)
        (folder / CARD).write_text(card, "utf-8")
        pack(folder, path)


def rename(folder: Path, name: str) -> None:
    """Give a bundle folder another name in its card, which reports show."""
    card = read_card(folder).model_copy(update={"name": name})
    (folder / CARD).write_text(json.dumps(card.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n", "utf-8")


def pack(folder: Path, file: Path) -> None:
    """Write a bundle folder as one `.voice` file, whole or not at all."""
    check(folder)
    part = file.with_name(f".{file.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
            for name in MEMBERS:
                if (folder / name).is_file():
                    archive.write(folder / name, name)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def unpack(file: Path, folder: Path) -> None:
    """Unpack a `.voice` file into a new folder; members of other names stay behind."""
    check(file)
    folder.mkdir(parents=True)
    for name in MEMBERS:
        raw = read_member(file, name)
        if raw is not None:
            (folder / name).write_bytes(raw)
