"""Which track of a film goes where in its dub, and how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from voiceover.media.containers import TEXT_CODECS, Container
from voiceover.media.ffmpeg import file_name, run
from voiceover.media.probing import Stream

_COVERS = {"mjpeg": (".jpg", "image/jpeg"), "png": (".png", "image/png")}


class Tracks:
    """The `-map`s of a dub, and the codec and metadata options that go with each track."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.dropped: list[str] = []
        self.video = 0
        self._kept: list[tuple[Stream, str]] = []  # with the codec it gets
        self._covers: list[Stream] = []  # that Matroska wants as attachments, not as tracks
        self._attached: list[tuple[Path, str]] = []  # with their media types

    def add(self, stream: Stream) -> None:
        """Take a stream of the film, or note that the format cannot hold it."""
        codec = self._choose(stream)
        if stream.attached_picture and codec and self.container.attachments:
            self._covers.append(stream)
        elif codec is None:
            self.dropped.append(f"{stream.kind} stream {stream.index} ({stream.codec or 'unknown'})")
        elif codec:
            self._kept.append((stream, codec))
            self.video += stream.kind == "video" and not stream.attached_picture

    def _choose(self, stream: Stream) -> str | None:
        """Return the codec a stream gets, None if the format cannot hold it, "" if ffmpeg makes it anew by itself."""
        box = self.container
        match stream.kind:
            case "video":
                kept = not stream.attached_picture or (box.covers and stream.codec in _COVERS)
                return "copy" if kept else None
            case "audio":
                return "copy" if box.audio is None or stream.codec in box.audio else box.dub[0]
            case "subtitle":
                if stream.codec in box.subtitles:
                    return "copy"
                return box.text if stream.codec in TEXT_CODECS else None
            case "attachment":
                return "copy" if box.attachments else None
        # chapters and time codes are data streams in mp4 and mov; the muxer writes both anew from the metadata
        return "" if stream.codec in {"text", "tmcd"} else None

    def arguments(
        self, dub_codec: Sequence[str], language: str | None, title: str, *, default: bool, embed: bool
    ) -> list[str]:
        """Return the output options; the dub is input 1, the cues input 2. `dub_codec` are from `encoder`.

        The dub is the first audio track and the default, or the last one and the originals stay as they were.
        """
        of = {
            kind: [item for item in self._kept if item[0].kind == kind] for kind in ("video", "subtitle", "attachment")
        }
        originals = [item for item in self._kept if item[0].kind == "audio"]
        result: list[str] = []
        for stream, _ in of["video"]:
            result += ["-map", f"0:{stream.index}"]
        audio = [f"0:{stream.index}" for stream, _ in originals]
        dub, first = (0, 1) if default else (len(originals), 0)
        audio.insert(dub, "1:0")
        for source in audio:
            result += ["-map", source]
        if embed:
            result += ["-map", "2:0"]
        for stream, _ in of["subtitle"] + of["attachment"]:
            result += ["-map", f"0:{stream.index}"]

        result += ["-c", "copy", *_of_track(dub_codec, dub)]
        result += [
            f"-disposition:a:{dub}",
            "default" if dub == 0 else "-default",
            *self._name(dub, title),
        ]
        if dub > 0 and not any(stream.default for stream, _ in originals):
            result += ["-disposition:a:0", "default"]  # or a player would choose by language
        if language:
            result += [f"-metadata:s:a:{dub}", f"language={language}"]
        for i, (stream, codec) in enumerate(originals, first):
            if default:
                result += [f"-disposition:a:{i}", "-default"]
            if codec != "copy":
                result += _of_track(encoder(self.container, stream.channels), i)
            # mp4 gives a title under another name than it takes it, so a title that is there is written again
            result += self._name(i, stream.title or "Original")
        if embed:
            result += ["-c:s:0", self.container.text, "-metadata:s:s:0", "title=Narration"]
            if language:
                result += ["-metadata:s:s:0", f"language={language}"]
        for i, (stream, codec) in enumerate(of["subtitle"], int(embed)):
            result += [f"-c:s:{i}", codec]
            if stream.title:
                result += [f"-metadata:s:s:{i}", f"title={stream.title}"]
        for i, (cover, mime) in enumerate(self._attached, len(of["attachment"])):
            result += ["-attach", str(cover), f"-metadata:s:t:{i}", f"mimetype={mime}"]
            result += [f"-metadata:s:t:{i}", f"filename={cover.name}"]
        return result

    def _name(self, track: int, title: str) -> list[str]:
        named = ["title", "handler_name"] if self.container.muxer in {"mp4", "mov"} else ["title"]
        return [part for name in named for part in (f"-metadata:s:a:{track}", f"{name}={title}")]

    def attach(self, source: Path, folder: Path) -> None:
        """Write the covers that have to be attached as files to `folder`, and attach those."""
        for stream in self._covers:
            suffix, mime = _COVERS[stream.codec]
            cover = folder / f"cover{len(self._attached) or ''}{suffix}"
            options = ["-map", f"0:{stream.index}", "-c", "copy", "-frames:v", "1", "-update", "1", "-f", "image2"]
            run(["-i", file_name(source), *options, "-y", file_name(cover)], about=source)
            self._attached.append((cover, mime))


def encoder(container: Container, channels: int) -> list[str]:
    """Return the options that encode new sound for a format."""
    name, *options = container.dub
    kbps = container.kbps * max(1, (channels + 1) // 2) * (3 if channels > 2 else 4) // 4
    return ["-c:a", name, "-b:a", f"{kbps}k", *options]


def _of_track(options: Sequence[str], track: int) -> list[str]:
    """Return options, each with its value, for one audio track alone."""
    pairs = zip(options[::2], options[1::2], strict=True)
    return [part for option, value in pairs for part in (f"{option.removesuffix(':a')}:a:{track}", value)]
