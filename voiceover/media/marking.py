"""Marks of synthetic speech into the files that are written, and out of any file.

Matroska and WebM take tags of any name. MP4 and QuickTime take few, so there the mark is XMP in a box of its own, and a
sentence in the first of the texts for people that the film leaves free. WAV has both in chunks of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from voiceover import provenance
from voiceover.errors import BadInputError
from voiceover.media import boxes, riff
from voiceover.media.containers import Container
from voiceover.media.ffmpeg import PROBE_TIMEOUT, file_name, run
from voiceover.provenance import Mark

TAG, TERM_TAG = "SYNTHETIC_SPEECH", "DIGITAL_SOURCE_TYPE"
_FOR_PEOPLE = ("comment", "description", "synopsis")  # what both MP4 and QuickTime can hold
_BOXED = frozenset({"mp4", "mov"})


@dataclass(frozen=True, slots=True)
class Marks:
    """What a file says of its making: our own mark, or at least a source type that somebody gave it."""

    mark: Mark | None
    source_type: str | None  # IPTC's URI
    where: str  # what of the file says so


def mark_wav(path: Path, mark: Mark) -> None:
    """Mark a WAV file: INFO for people and players, XMP for programs."""
    texts = [(b"ISFT", f"{mark.tool} {mark.version}"), (b"ICRD", mark.date[:10]), (b"ICMT", mark.sentence)]
    riff.append(path, [riff.info(texts), (b"_PMX", provenance.write_xmp(mark).encode())])


def film_tags(source: Path, container: Container, mark: Mark) -> list[str]:
    """Return the output options that mark a film; its own tags stay."""
    if container.muxer not in _BOXED:
        return ["-metadata", f"{TAG}={provenance.write(mark)}", "-metadata", f"{TERM_TAG}={mark.source_type}"]
    taken = read_tags(source)
    free = [key for key in _FOR_PEOPLE if key not in taken or taken[key].startswith("Synthetic speech by ")]
    return ["-metadata", f"{free[0]}={mark.sentence}"] if free else []


def finish_film(path: Path, container: Container, mark: Mark) -> None:
    """Add to a written film what tags cannot say."""
    if container.muxer in _BOXED:
        boxes.append_xmp(path, provenance.write_xmp(mark).encode())


def read_tags(path: Path) -> dict[str, str]:
    """Return a media file's own tags, keys in small letters. Raises BadInputError for what ffmpeg cannot read."""
    arguments = ["-i", file_name(path), "-f", "ffmetadata", "pipe:1"]
    text = run(arguments, about=path, timeout=PROBE_TIMEOUT)[1].decode("utf-8", "replace")
    tags: dict[str, str] = {}
    for row in re.split(r"(?<!\\)\n", text)[1:]:
        if row.startswith("["):  # a stream or chapter
            break
        key, _, value = row.partition("=")
        tags[key.lower()] = re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
    return tags


def read_marks(path: Path) -> Marks:
    """Read the marks of a WAV, MP4, QuickTime, Matroska or WebM file, or of any other that ffmpeg knows.

    Raises BadInputError for a file that is missing or no media.
    """
    if not path.is_file():
        what = "not a file" if path.exists() else "no such file"
        raise BadInputError(f"{path}: {what}.", "Check the name and the folder.")
    with path.open("rb") as file:
        head = file.read(12)
    packets: list[bytes] = []
    if head[:4] == b"RIFF":
        packets = riff.read(path, b"_PMX")
    elif head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free"}:
        packets = boxes.read_xmp(path)
    texts = [packet.decode("utf-8", "replace") for packet in packets]
    for text in reversed(texts):  # the last one was written last
        if mark := provenance.read_xmp(text):
            return Marks(mark, mark.source_type, "XMP")
    tags = read_tags(path)
    if (record := tags.get(TAG.lower())) and (mark := provenance.read(record)):
        return Marks(mark, mark.source_type, f"the tag {TAG}")
    for where, text in [("XMP", text) for text in texts] + [(f"the tag {key}", text) for key, text in tags.items()]:
        if found := provenance.find_source_type(text):
            return Marks(None, found, where)
    return Marks(None, None, "")
