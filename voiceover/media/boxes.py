"""The outermost boxes of an MP4 or QuickTime file: XMP lies in one of them (XMP specification, part 3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MOST = 100_000  # boxes; a film in fragments has thousands
_LARGEST = 1_000_000  # bytes of a packet that is read


def append_xmp(path: Path, packet: bytes) -> None:
    """Append an XMP packet in a box of its own: after all others, so that nothing in the file moves."""
    with path.open("ab") as file:
        file.write((24 + len(packet)).to_bytes(4, "big") + b"uuid" + _XMP + packet)


def read_xmp(path: Path) -> list[bytes]:
    """Return the XMP packets among the outermost boxes."""
    found = []
    with path.open("rb") as file:
        for name, size in _heads(file):
            if name == b"uuid" and 16 <= size <= _LARGEST and file.read(16) == _XMP:
                found.append(file.read(size - 16))
    return found


def has(path: Path, kind: bytes) -> bool:
    """Tell whether there is a `uuid` box of a kind (16 bytes) among the outermost."""
    with path.open("rb") as file:
        return any(name == b"uuid" and size >= 16 and file.read(16) == kind for name, size in _heads(file))


def _heads(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield name and size of each box's content, the file standing at it."""
    at = 0
    for _ in range(_MOST):
        file.seek(at)
        head = file.read(8)
        size, length = int.from_bytes(head[:4], "big"), 8
        if size == 1:  # the size follows in eight bytes
            size, length = int.from_bytes(file.read(8), "big"), 16
        if len(head) < 8 or size < length:  # 0: until the end
            return
        yield head[4:], size - length
        at += size
