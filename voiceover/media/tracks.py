"""Which track of a film goes where in its dub, and how."""

from __future__ import annotations

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
                known = box.audio is None or stream.codec in box.audio
                known = known or (box.muxer == "mov" and stream.codec.startswith("pcm_"))
                return "copy" if known else box.dub[0]
            case "subtitle":
                if stream.codec in box.subtitles:
                    return "copy"
                return box.text if stream.codec in TEXT_CODECS else None
            case "attachment":
                return "copy" if box.attachments else None
        # chapters and time codes are data streams in mp4 and mov; the muxer writes both anew from the metadata
        return "" if stream.codec in {"bin_data", "tmcd", "none", ""} else None

    def arguments(self, channels: int, language: str | None, title: str, *, default: bool, embed: bool) -> list[str]:
        """Return the output options; the dub is input 1, the cues input 2.

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

        result += ["-c", "copy", f"-c:a:{dub}", self.container.dub[0]]
        result += [f"-b:a:{dub}", _bit_rate(self.container, channels)]
        result += [
            f"-disposition:a:{dub}",
            "default" if dub == 0 else "-default",
            f"-metadata:s:a:{dub}",
            f"title={title}",
        ]
        result += [f"-metadata:s:a:{dub}", f"handler_name={title}"]
        if dub > 0 and not any(stream.default for stream, _ in originals):
            result += ["-disposition:a:0", "default"]  # or a player would choose by language
        if language:
            result += [f"-metadata:s:a:{dub}", f"language={language}"]
        for i, (stream, codec) in enumerate(originals, first):
            if default:
                result += [f"-disposition:a:{i}", "-default"]
            if codec != "copy":
                result += [f"-c:a:{i}", codec, f"-b:a:{i}", _bit_rate(self.container, stream.channels)]
            # mp4 gives a title under another name than it takes it, so a title that is there is written again
            name = stream.title or "Original"
            result += [f"-metadata:s:a:{i}", f"title={name}", f"-metadata:s:a:{i}", f"handler_name={name}"]
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

    def attach(self, source: Path, folder: Path) -> None:
        """Write the covers that have to be attached as files to `folder`, and attach those."""
        for stream in self._covers:
            suffix, mime = _COVERS[stream.codec]
            cover = folder / f"cover{len(self._attached) or ''}{suffix}"
            options = ["-map", f"0:{stream.index}", "-c", "copy", "-frames:v", "1", "-update", "1", "-f", "image2"]
            run(["-i", file_name(source), *options, "-y", file_name(cover)], about=source)
            self._attached.append((cover, mime))


def _bit_rate(container: Container, channels: int) -> str:
    return f"{container.kbps * max(1, (channels + 1) // 2) * (3 if channels > 2 else 4) // 4}k"
