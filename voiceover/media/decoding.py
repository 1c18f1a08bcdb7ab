"""The sound of a file as samples on the file's clock."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Generator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import BinaryIO

import numpy as np

from voiceover.blocks import read_ahead
from voiceover.errors import BadInputError
from voiceover.media.ffmpeg import PROBE_TIMEOUT, FailedError, file_name, last_lines, run, run_and_read
from voiceover.media.probing import Stream, parse_container, parse_start, parse_streams
from voiceover.media.writing import reserve, write_samples
from voiceover.scratch import folder as scratch_folder
from voiceover.types import Samples

BLOCK_SECONDS = 5
# What ffmpeg reads with a filter of its own, in the thread that filters: else three threads hand each frame on, which
# costs as much as the decoding. Nothing is read so that could name further files.
_READERS = {"mov,mp4,m4a,3gp,3g2,mj2": "mov", "matroska,webm": "matroska"}
_AT_ONCE = 1 << 15  # samples that ffmpeg hands from one of its threads to the next: a frame of AAC is 32 times fewer
_USUAL = {"mono": 1, "stereo": 2, "3.0": 3, "quad": 4, "5.0": 5, "5.1": 6, "6.1": 7, "7.1": 8}


def decode_audio(
    path: Path,
    *,
    rate: int = 48_000,
    stream: int = 0,
    seconds: float = 0.0,
    scratch: Path | None = None,
    listen: Callable[[], Callable[[Samples], None]] | None = None,
) -> Samples:
    """Return the audio of a file, shape (n, channels), its start on the file's clock at sample 0.

    `stream` counts audio streams, from the end if negative; the result is filled with silence up to `seconds`. With a
    folder `scratch` it is mapped to a file there, writable, instead of held in memory. Rare channel layouts come as the
    usual one that holds their channels (2.1 and 4.0 as 5.1), which every encoder takes. `listen` gives what is called
    with each block of `stream_audio` as it comes; it is asked again where a damaged file has to be begun again.

    Raises BadInputError if there is no such stream.
    """
    with nullcontext(scratch) if scratch else scratch_folder() as place:
        handle, name = tempfile.mkstemp(".f32", dir=place)
        with os.fdopen(handle, "wb") as file:
            try:
                channels = _decode(path, file, rate, stream, listen and listen(), quick=True)
            except FailedError:
                file.seek(0)
                file.truncate()
                channels = _decode(path, file, rate, stream, listen and listen(), quick=False)
        frames = max(Path(name).stat().st_size // (4 * channels), round(seconds * rate))
        if frames == 0:
            return np.zeros((0, channels), np.float32)
        reserve(Path(name), frames * channels * 4)
        if scratch is not None:
            return np.memmap(name, "<f4", "r+", shape=(frames, channels))
        return np.fromfile(name, "<f4").reshape(frames, channels)


def _decode(
    path: Path, file: BinaryIO, rate: int, stream: int, hear: Callable[[Samples], None] | None, *, quick: bool
) -> int:
    """Write a file's audio to another; return the number of channels."""
    pieces, channels = stream_audio(path, rate=rate, stream=stream, quick=quick)
    with closing(read_ahead(pieces)) as ahead:
        for piece in ahead:
            write_samples(file, piece)
            if hear is not None:
                hear(piece)
    return channels


def stream_audio(
    path: Path, *, rate: int = 48_000, stream: int = 0, quick: bool = False
) -> tuple[Generator[Samples], int]:
    """Return the audio of a file as blocks of five seconds, shape (n, channels), and the number of channels.

    Blocks are decoded as they are asked for, and all but the last are whole. `quick` takes half the time, where that
    can be, and raises FailedError at the first damage, which is left out otherwise. See `decode_audio`.
    """
    path = Path(path)
    said = run(["-i", file_name(path)], timeout=PROBE_TIMEOUT, check=False)[2]
    tracks = [item for item in parse_streams(said) if item.kind == "audio"]
    stream = stream if stream >= 0 else len(tracks) + stream
    if not 0 <= stream < len(tracks):
        raise BadInputError(f"{path}: no audio stream {stream} (it has {len(tracks)}).\n{last_lines(said)}".rstrip())
    layout, channels = _usual_layout(tracks[stream])
    # first_pts puts a stream that starts late (or early) back on the file's clock, which need not start at zero;
    # async=1 fills the stream's holes. ffmpeg alone would count a transport stream from the first stream it maps.
    first = round(parse_start(said) * tracks[stream].rate)
    filters = f"aresample={tracks[stream].rate}:async=1:first_pts={first},asetpts=N/SR/TB"
    filters += f",aformat=channel_layouts={layout}" if layout else ""
    filters += f",asetnsamples={_AT_ONCE}:p=0"
    if reader := quick and _READERS.get(parse_container(said)):
        source = f"amovie={_quote(file_name(path))}:f={reader}:si={tracks[stream].index}"
        arguments = ["-xerror", "-f", "lavfi", "-i", f"{source},{filters}"]
    else:
        arguments = ["-copyts", "-i", file_name(path), "-map", f"0:a:{stream}", "-af", filters]
    arguments += ["-ac", str(channels), "-ar", str(rate), "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]

    def pieces() -> Generator[Samples]:
        for piece in run_and_read(arguments, 4 * channels * BLOCK_SECONDS * rate, about=path):
            yield np.frombuffer(piece, "<f4").reshape(-1, channels)

    return pieces(), channels


def _quote(value: str) -> str:
    """Return a filter's argument so that nothing in it ends it: it is read twice, as a graph's and as a filter's."""
    inner = re.sub(r"([\\':\s])", r"\\\1", value)
    return re.sub(r"([\\'\[\],;\s])", r"\\\1", inner)


def _usual_layout(stream: Stream) -> tuple[str, int]:
    """Return the layout and the number of channels that a stream is decoded to; "" leaves the layout to ffmpeg."""
    name = stream.layout.removesuffix("(side)")
    if name in _USUAL:
        return name, _USUAL[name]
    if not name or stream.channels <= 2 or name.endswith("channels"):  # the file does not say which channels
        return "", max(stream.channels, 1)
    name = "5.1" if stream.channels <= 6 else "7.1"
    return name, _USUAL[name]
