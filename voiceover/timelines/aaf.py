"""AAF (.aaf) for Pro Tools and Media Composer, by OpenTimelineIO's adapter and pyaaf2.

Clips are linked to their stems, not copied into the file. The adapter is exact when it may make up the clips'
identities.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from voiceover.errors import MissingError
from voiceover.timelines import otio
from voiceover.timelines.base import Timeline, file_url

_BITS = 24  # of stems


class AafWriter:
    """Advanced Authoring Format."""

    suffix = ".aaf"
    title = "AAF: Pro Tools, Media Composer"
    needs_media = True

    def check(self) -> None:
        """Raise MissingError unless the extra `aaf` is installed."""
        if not (find_spec("aaf2") and find_spec("otio_aaf_adapter")):
            raise MissingError("An AAF needs packages that are not installed.", "pip install 'voiceover[aaf]'")

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write the timeline."""
        import opentimelineio

        opentimelineio.adapters.write_to_file(
            otio.build(timeline), str(path), adapter_name="AAF", use_empty_mob_ids=True
        )
        _correct(timeline, path)


def _correct(timeline: Timeline, path: Path) -> None:
    """Say what the adapter does not know: whether time code drops frames, and that stems have 24 bits."""
    import aaf2

    stems = {file_url(clip.medium.path) for clip in timeline.clips}
    with aaf2.open(str(path), "r+") as file:
        for mob in file.content.mobs:
            for slot in mob.slots:
                if isinstance(slot.segment, aaf2.components.Timecode):
                    slot.segment.drop = timeline.rate.drop
        for mob in file.content.sourcemobs():
            about = mob.descriptor
            if isinstance(about, aaf2.essence.PCMDescriptor) and about["Locator"].value[0]["URLString"].value in stems:
                about["QuantizationBits"].value = _BITS
                about["BlockAlign"].value = _BITS // 8
                about["AverageBPS"].value = _BITS // 8 * int(about["AudioSamplingRate"].value)
