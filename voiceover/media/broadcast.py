"""Broadcast WAV: a WAV file that knows its time of day, and what it holds.

After EBU Tech 3285 (the `bext` chunk, version 1) and the iXML specification 1.52. Nothing in it depends on when or
where it was written: the same line gives the same bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from voiceover.media import riff

_DESCRIPTION, _ORIGINATOR, _REFERENCE = 256, 32, 32
_HEAD = struct.Struct("<4sI4s")


@dataclass(frozen=True, slots=True)
class Slate:
    """What a clip says of itself."""

    sample: int  # with which it begins, counted from midnight of the time code
    text: str
    speaker: str = ""
    scene: str = ""  # the film or script
    take: str = ""  # the line's number
    frame_rate: Fraction = Fraction(25)
    drop: bool = False


def add_chunks(path: Path, slate: Slate, *, rate: int, bits: int) -> None:
    """Put the chunks of a Broadcast WAV into a WAV file, before its sound. `rate` in Hz."""
    wav = path.read_bytes()
    form, _, kind = _HEAD.unpack_from(wav)
    if form != b"RIFF" or kind != b"WAVE":
        raise ValueError(f"{path}: no WAV file")
    chunks = riff.chunk(b"bext", _bext(slate, rate, bits)) + riff.chunk(b"iXML", _ixml(slate, rate, bits))
    body = chunks + wav[_HEAD.size :]
    path.write_bytes(_HEAD.pack(b"RIFF", len(body) + 4, b"WAVE") + body)


def read_sample(path: Path) -> int:
    """Return the sample, counted from midnight, with which a Broadcast WAV begins.

    Raises ValueError for a file without a `bext` chunk.
    """
    for content in riff.read(path, b"bext"):
        return int(struct.unpack_from("<Q", content, _DESCRIPTION + _ORIGINATOR + _REFERENCE + 18)[0])
    raise ValueError(f"{path}: no bext chunk")


def _bext(slate: Slate, rate: int, bits: int) -> bytes:
    said = f"{slate.speaker}: {slate.text}" if slate.speaker else slate.text
    history = f"A=PCM,F={rate},W={bits},M=mono,T=voiceover\r\n".encode()
    return (
        _field(said, _DESCRIPTION)
        + _field("voiceover", _ORIGINATOR)
        + _field(slate.take, _REFERENCE)
        + bytes(18)  # date and time are left unknown, so that a second run writes the same file
        + struct.pack("<QH", slate.sample, 1)
        + bytes(64 + 190)  # no UMID
        + history
    )


def _ixml(slate: Slate, rate: int, bits: int) -> bytes:
    from lxml import etree

    root = etree.Element("BWFXML")

    def tell(parent: Any, **tags: str) -> None:
        for name, value in tags.items():
            etree.SubElement(parent, name).text = value

    tell(root, IXML_VERSION="1.52", PROJECT="voiceover", SCENE=slate.scene, TAKE=slate.take, NOTE=slate.text)
    frame_rate = f"{slate.frame_rate.numerator}/{slate.frame_rate.denominator}"
    tell(
        etree.SubElement(root, "SPEED"),
        MASTER_SPEED=frame_rate,
        CURRENT_SPEED=frame_rate,
        TIMECODE_RATE=frame_rate,
        TIMECODE_FLAG="DF" if slate.drop else "NDF",
        FILE_SAMPLE_RATE=str(rate),
        AUDIO_BIT_DEPTH=str(bits),
        TIMESTAMP_SAMPLE_RATE=str(rate),
        TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI=str(slate.sample >> 32),
        TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO=str(slate.sample & 0xFFFFFFFF),
    )
    tracks = etree.SubElement(root, "TRACK_LIST")
    tell(tracks, TRACK_COUNT="1")
    tell(
        etree.SubElement(tracks, "TRACK"),
        CHANNEL_INDEX="1",
        INTERLEAVE_INDEX="1",
        NAME=slate.speaker or "Narration",
    )
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _field(text: str, size: int) -> bytes:
    """Return a text in a field of fixed size, cut between letters."""
    return text.encode()[:size].decode(errors="ignore").encode().ljust(size, b"\0")
