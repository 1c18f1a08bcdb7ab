"""Whether the disks have room for a dub: told before anything is spoken, with numbers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from voiceover import mixdown
from voiceover.config import DubSettings, Mix
from voiceover.errors import BadInputError
from voiceover.media import Media
from voiceover.media.writing import OTHER_SCRATCH

_SAMPLE_BYTES = 4
_DUB_BYTES = 192_000 // 8  # a second of the new track, for each pair of channels
_SPARE_BYTES = 50_000_000  # clips, pages, and what else is on the disk and grows


def check(settings: DubSettings, film: Media) -> None:
    """Raise BadInputError if the disk of the output or that of temporary files is too small for a film's dub."""
    signed = output_bytes(film) if settings.c2pa else 0  # it is written again, and once among the temporary files
    need = {
        settings.output.parent: output_bytes(film) + signed,
        Path(tempfile.gettempdir()): scratch_bytes(film, settings.mix) + signed,
    }
    for folder, (bytes_needed, free) in _by_disk(need).items():
        if bytes_needed + _SPARE_BYTES > free:
            is_output = folder == settings.output.parent
            raise BadInputError(
                f"{folder}: {_size(bytes_needed + _SPARE_BYTES)} are needed for "
                f"{'the dub' if is_output else 'sound'} of {film.path}, and {_size(free)} are free.",
                "Free some space, or write elsewhere with -o." if is_output else OTHER_SCRATCH,
            )


def output_bytes(film: Media) -> int:
    """Return about how large a dub is: the film, and the new track."""
    pairs = max(1, -(-max((track.channels for track in film.audio), default=1) // 2))
    return film.path.stat().st_size + round(film.seconds * _DUB_BYTES * pairs)


def scratch_bytes(film: Media, mix: Mix) -> int:
    """Return how much sound lies on the disk at once: the narration, the mix, and the finished film's, decoded."""
    channels = max((track.channels for track in film.audio), default=1) if mix is Mix.DUCK else 1
    held = 2 * channels if mix is Mix.DUCK else channels
    return round((2 + held) * film.seconds * mixdown.RATE * _SAMPLE_BYTES)


def _by_disk(need: Mapping[Path, int]) -> dict[Path, tuple[int, int]]:
    """Add up what goes to the same disk; return for the first folder of each what is needed and what is free."""
    disks: dict[int, tuple[Path, int]] = {}
    for folder, size in need.items():
        device = folder.stat().st_dev
        first, before = disks.get(device, (folder, 0))
        disks[device] = (first, before + size)
    return {folder: (size, shutil.disk_usage(folder).free) for folder, size in disks.values()}


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
