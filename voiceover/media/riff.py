"""The chunks of a WAV file, found by their heads: no chunk's content is read that is not asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

_MOST = 1000  # chunks; a WAV has a handful
_LARGEST = 1_000_000  # bytes of a chunk that is read
_WHOLE = 0xFFFF_FFFF  # what a size field can say


def append(path: Path, chunks: Sequence[tuple[bytes, bytes]]) -> None:
    """Append chunks (four letters, content) to a RIFF file, and say in its head how long it has become."""
    with path.open("r+b") as file:
        file.seek(0, 2)
        if file.tell() % 2:  # chunks begin at even places
            file.write(b"\0")
        for name, content in chunks:
            file.write(chunk(name, content))
        size = file.tell() - 8
        file.seek(0)
        if file.read(4) == b"RIFF" and size <= _WHOLE:
            file.write(size.to_bytes(4, "little"))


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk: its four letters, its length, and what it holds, filled up to an even place."""
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def read(path: Path, name: bytes) -> list[bytes]:
    """Return the contents of the chunks of one name; a chunk that says it is longer than a megabyte is left out."""
    with path.open("rb") as file:
        return [file.read(size) for found, size in _heads(file) if found == name and size <= _LARGEST]


def info(entries: Sequence[tuple[bytes, str]]) -> tuple[bytes, bytes]:
    """Return the chunk that holds texts under the four letters RIFF has for them (ISFT, ICMT, ...)."""
    content = b"INFO"
    for name, text in entries:
        content += chunk(name, text.encode() + b"\0")
    return b"LIST", content


def _heads(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield name and size of each chunk, the file standing at its content."""
    at = 12
    for _ in range(_MOST):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], "little")
        yield head[:4], size
        at += 8 + size + size % 2
