"""The dub as AAC, encoded in parts side by side: ffmpeg's encoder runs on one thread, and films are long.

A frame of AAC sounds over its own 1,024 samples and the next ones', and an encoder remembers little else. So each part
is encoded with some of the sound before and after it, what only those frames hold is dropped, and the packets of all
parts, one after the other, decode as if one encoder had written them. Packets are also what is kept between two
writings of a film: where the level changed, only those around are encoded again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voiceover.errors import BadInputError
from voiceover.media.feeding import Level, feed, raw_input
from voiceover.media.ffmpeg import PROBE_TIMEOUT, file_name, run
from voiceover.media.probing import parse_seconds
from voiceover.media.writing import OTHER_SCRATCH, write_scratch
from voiceover.types import Samples

_FRAME = 1024  # samples of an AAC packet; the encoder's first packet holds none of the sound yet
_LEAD = 48  # packets encoded before a part and dropped: a second, in which the encoder finds its way
_TAIL = 4  # after it: what the encoder looks ahead, and the overlap with the next frame
_PART = 5_000  # packets; 107 s at 48 kHz
_AT_ONCE = 4  # parts; each ffmpeg takes some 90 MB
_CLOSE = 0.1  # seconds: how exactly a file says how long it is
_PLAIN = frozenset({1, 2, 3, 5, 6})  # channels whose layout an ADTS header can name


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some packets of the track, one after the other in a file of ADTS frames."""

    first: int  # its first packet's number in the track
    path: Path
    offsets: NDArray[np.int64]  # where in the file each packet begins, and the last one ends

    @property
    def last(self) -> int:  # exclusive
        return self.first + len(self.offsets) - 1

    def read(self, first: int, last: int) -> bytes:
        begin, end = (int(self.offsets[packet - self.first]) for packet in (first, last))
        with self.path.open("rb") as file:
            file.seek(begin)
            return file.read(end - begin)


class Encoding:
    """The AAC track of a dub, shape (n,) or (n, channels), its packets kept in the folder `scratch`."""

    def __init__(self, dub: Samples, rate: int, scratch: Path) -> None:
        self.dub, self.rate = dub, rate
        self.channels = 1 if dub.ndim == 1 else dub.shape[1]
        self.path = Path(tempfile.mkdtemp(prefix="aac-", dir=scratch), "track.m4a")
        self._count = -(-len(dub) // _FRAME) + 1  # packets
        self._joins, self._checked = True, False
        self._writings = 0
        self._parts: list[_Part] = []  # the newer ones count where they hold the same packets

    @property
    def worthwhile(self) -> bool:
        """Whether it is possible and quicker than to let the ffmpeg that writes the film encode."""
        return self._joins and self.channels in _PLAIN and self._count > _PART // 2

    def update(
        self, options: Sequence[str], level: Level | None, changed: Iterable[tuple[int, int]] | None
    ) -> Path | None:
        """Encode all of the dub, or anew what lies in ranges of samples that changed; return the file of the track.

        `options` are the encoder's. The track starts at 0 and is as long as the dub, to the sample. None where this
        ffmpeg cannot join packets: an old one of the user's own.
        """
        arguments = [*self.input, "-map_metadata", "-1", *self.copying, "-f", "mp4", "-y", file_name(self.path)]
        packets = self.packets(options, level, changed)
        run(arguments, feed=packets, writes=Path(tempfile.gettempdir()), elsewhere=OTHER_SCRATCH)
        said = run(["-i", file_name(self.path)], timeout=PROBE_TIMEOUT, check=False)[2]
        self._joins = abs(parse_seconds(said) - len(self.dub) / self.rate) < _CLOSE
        return self.path if self._joins else None

    def check(self, options: Sequence[str]) -> bool:
        """Tell whether this ffmpeg can join packets, by a second of silence: some old ones of users' own cannot."""
        if self._joins and not self._checked:
            silence = np.zeros((self.rate, self.channels), np.float32)
            try:
                trial = Encoding(silence, self.rate, self.path.parent).update(options, None, None)
            except BadInputError:
                trial = None
            self._joins, self._checked = trial is not None, True
        return self._joins

    input = ("-f", "aac", "-i", "pipe:0")  # of an ffmpeg that is fed `packets`

    @property
    def copying(self) -> tuple[str, ...]:
        """The options that copy `packets`, with the times that an encoder would have given them.

        The first packet comes before the sound, the last one is cut where the sound ends.
        """
        rest = len(self.dub) - (self._count - 2) * _FRAME
        times = f"setts=ts=(N-1)*{_FRAME}/{self.rate}/TB"
        times += f":duration=if(eq(N\\,{self._count - 1})\\,{rest}\\,{_FRAME})/{self.rate}/TB"
        return "-c:a", "copy", "-bsf:a", times

    def packets(
        self, options: Sequence[str], level: Level | None, changed: Iterable[tuple[int, int]] | None
    ) -> Iterator[bytes]:
        """Yield the packets of all of the dub, as they are encoded; encoded anew is what `update` encodes anew."""
        again = changed is not None and bool(self._parts)
        todo = self._around(changed) if changed is not None and again else [(0, self._count)]
        pieces = [(piece, min(piece + _PART, last)) for first, last in todo for piece in range(first, last, _PART)]
        self._writings += 1
        with ThreadPoolExecutor(min(os.cpu_count() or 1, _AT_ONCE)) as pool:
            coming = [pool.submit(self._encode, *piece, options, level) for piece in pieces]
            try:
                for future in coming:
                    self._parts.append(part := future.result())
                    if not again:
                        yield part.read(part.first, part.last)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
        if again:
            yield from self._collect()

    def _around(self, changed: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the packets, first and last (exclusive), that hold ranges of samples; ranges that touch are one."""
        found: list[tuple[int, int]] = []
        for start, end in sorted(changed):
            first, last = start // _FRAME, min((end - 1) // _FRAME + 2, self._count)
            if found and first <= found[-1][1]:
                first, last = found[-1][0], max(found.pop()[1], last)
            found.append((first, last))
        return found

    def _encode(self, first: int, last: int, options: Sequence[str], level: Level | None) -> _Part:
        """Encode the packets `first` to `last` (exclusive)."""
        begin = max(first - _LEAD, 0)
        start, end = begin * _FRAME, min((last + _TAIL) * _FRAME, len(self.dub))
        arguments = [*raw_input(self.rate, self.channels), *options, "-f", "adts", "pipe:1"]
        stream = run(arguments, feed=feed(self.dub, level, start, end))[1]
        offsets = _find_frames(stream)[first - begin : last - begin + 1]
        if len(offsets) != last - first + 1:
            raise BadInputError(f"ffmpeg encoded {len(offsets)} packets of sound and not {last - first + 1}.")
        path = self.path.with_name(f"{self._writings}-{first}.aac")
        with path.open("wb") as file:
            write_scratch(file, memoryview(stream)[offsets[0] : offsets[-1]])
        return _Part(first, path, offsets - offsets[0])

    def _collect(self) -> Iterator[bytes]:
        owner = np.zeros(self._count, np.int32)
        for number, part in enumerate(self._parts):
            owner[part.first : part.last] = number
        borders = np.flatnonzero(np.diff(owner)) + 1
        for first, last in zip([0, *borders.tolist()], [*borders.tolist(), self._count], strict=True):
            yield self._parts[owner[first]].read(first, last)


def _find_frames(stream: bytes) -> NDArray[np.int64]:
    """Return where each ADTS frame begins, and where the last one ends.

    Thirteen bits of a frame's header are its length, header included: ISO/IEC 13818-7, 6.2.
    """
    found = [0]
    while found[-1] + 7 <= len(stream):
        at = found[-1]
        length = (stream[at + 3] & 3) << 11 | stream[at + 4] << 3 | stream[at + 5] >> 5
        if stream[at] != 0xFF or length < 7:
            raise BadInputError("ffmpeg encoded no sound that could be read.")
        found.append(at + length)
    return np.array(found, np.int64)
