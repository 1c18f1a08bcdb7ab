"""Final Cut Pro 7's XML (.xml, `xmeml` version 5), which Premiere, Resolve and many others open.

After Apple's “Final Cut Pro XML Interchange Format”. Addresses are whole: that format knows no others.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from voiceover.timelines.base import Clip, Marker, Medium, Timeline, file_url
from voiceover.timelines.tree import Element, add, save

_SIZE = (1920, 1080)  # of a sequence without a film


class Fcp7Writer:
    """Final Cut Pro 7 XML."""

    suffix = ".xml"
    title = "Final Cut Pro 7 XML: Premiere, Resolve"
    needs_media = True

    def check(self) -> None:
        """Nothing is needed."""

    def write(self, timeline: Timeline, path: Path) -> None:
        """Write the timeline."""
        save(_Document(timeline).root, path, "<!DOCTYPE xmeml>")


class _Document:
    """One file; remembers which media it has described."""

    def __init__(self, timeline: Timeline) -> None:
        self._told = timeline
        self._files: dict[Path, str] = {}
        self._items = 0
        self.root = etree.Element("xmeml", version="5")
        sequence = add(self.root, "sequence", id="sequence-1")
        add(sequence, "name", timeline.name)
        add(sequence, "duration", timeline.frames)
        self._rate(sequence)
        self._timecode(sequence, timeline.first)
        media = add(sequence, "media")
        self._video(add(media, "video"))
        self._audio(add(media, "audio"))
        self._markers(sequence, timeline.gaps)

    def _video(self, video: Element) -> None:
        film = self._told.film
        width, height = (film.medium.width, film.medium.height) if film else _SIZE
        self._picture(add(video, "format"), width, height)
        track = add(video, "track", **{"MZ.TrackName": "Picture"})
        if film:
            self._clip(track, film, "video", 1)

    def _audio(self, audio: Element) -> None:
        film = self._told.film
        channels = film.medium.channels if film else 0
        add(audio, "numOutputChannels", 2)
        self._sound(add(audio, "format"), 48_000)
        for channel in range(1, channels + 1):
            track = self._track(audio, "Original sound" if channels == 1 else f"Original sound {channel}")
            if film:
                self._clip(track, film, "audio", channel)
            if channels == 2:
                add(track, "outputchannelindex", channel)
        for told in self._told.narration:
            track = self._track(audio, told.name)
            for clip in told.clips:
                self._clip(track, clip, "audio", 1)
        for told in self._told.takes:
            track = self._track(audio, told.name)
            for clip in told.clips:
                self._clip(track, clip, "audio", 1, enabled=False)
        if film:
            self._link(audio.getparent(), channels)

    def _track(self, audio: Element, name: str) -> Element:
        # the format has no place for a track's name; Premiere writes and reads it here
        return add(audio, "track", **{"MZ.TrackName": name})

    def _clip(self, track: Element, clip: Clip, kind: str, channel: int, *, enabled: bool = True) -> None:
        self._items += 1
        item = add(track, "clipitem", id=f"clipitem-{self._items}")
        add(item, "name", clip.name)
        add(item, "enabled", "TRUE" if enabled else "FALSE")
        add(item, "duration", clip.medium.frames)
        self._rate(item)
        add(item, "start", clip.start)
        add(item, "end", clip.end)
        add(item, "in", clip.source)
        add(item, "out", clip.source + clip.frames)
        self._file(item, clip.medium)
        source = add(item, "sourcetrack")
        add(source, "mediatype", kind)
        add(source, "trackindex", channel)
        self._markers(item, clip.markers, clip.source)

    def _file(self, item: Element, medium: Medium) -> None:
        known = self._files.get(medium.path)
        if known:
            add(item, "file", id=known)
            return
        name = self._files[medium.path] = f"file-{len(self._files) + 1}"
        file = add(item, "file", id=name)
        add(file, "name", medium.path.name)
        add(file, "pathurl", file_url(medium.path, "localhost"))
        self._rate(file)
        add(file, "duration", medium.frames)
        self._timecode(file, medium.first)
        media = add(file, "media")
        if medium.width:
            self._picture(add(media, "video"), medium.width, medium.height)
        if medium.channels:
            audio = add(media, "audio")
            self._sound(audio, medium.audio_rate)
            add(audio, "channelcount", medium.channels)

    def _link(self, media: Element, channels: int) -> None:
        """Tie picture and original sound, the first clips of the first tracks, so that they move as one."""
        items = [media.find("video/track/clipitem"), *media.findall("audio/track/clipitem[1]")[:channels]]
        for item in items:
            markers = item.find("marker")
            for number, other in enumerate(items):
                link = etree.Element("link")
                add(link, "linkclipref", other.get("id"))
                add(link, "mediatype", "video" if number == 0 else "audio")
                add(link, "trackindex", max(number, 1))
                add(link, "clipindex", 1)
                if markers is None:
                    item.append(link)
                else:
                    markers.addprevious(link)

    def _markers(self, parent: Element, markers: tuple[Marker, ...], source: int = 0) -> None:
        for marker in markers:
            made = add(parent, "marker")
            add(made, "name", marker.name)
            add(made, "comment", marker.comment)
            add(made, "in", source + marker.frame)
            add(made, "out", -1)

    def _rate(self, parent: Element) -> None:
        rate = add(parent, "rate")
        add(rate, "timebase", self._told.rate.nominal)
        add(rate, "ntsc", "TRUE" if self._told.rate.ntsc else "FALSE")

    def _timecode(self, parent: Element, frame: int) -> None:
        rate = self._told.rate
        timecode = add(parent, "timecode")
        self._rate(timecode)
        add(timecode, "string", rate.label(frame))
        add(timecode, "frame", frame)
        add(timecode, "displayformat", "DF" if rate.drop else "NDF")

    def _picture(self, parent: Element, width: int, height: int) -> None:
        about = add(parent, "samplecharacteristics")
        self._rate(about)
        add(about, "width", width)
        add(about, "height", height)
        add(about, "pixelaspectratio", "square")

    def _sound(self, parent: Element, rate: int) -> None:
        about = add(parent, "samplecharacteristics")
        add(about, "depth", 24)
        add(about, "samplerate", rate)
