"""The dub into the film: one ffmpeg that copies every packet and encodes the new sound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from voiceover import scratch
from voiceover.errors import BadInputError
from voiceover.media.containers import Container, check_container
from voiceover.media.encoding import Encoding
from voiceover.media.feeding import Level, feed, raw_input
from voiceover.media.ffmpeg import PROBE_TIMEOUT, file_name, last_lines, run
from voiceover.media.marking import film_tags, finish_film
from voiceover.media.probing import Media, parse_streams
from voiceover.media.tracks import Tracks, encoder
from voiceover.media.writing import asked_for, check_output, write_beside
from voiceover.provenance import Mark
from voiceover.types import Samples

_WITHOUT_TIMES = frozenset({"avi", "mpeg"})  # not every packet says when it is shown, and no format of ours takes such
# formats that can say of bare packets that the first one comes before the sound: an edit leaves it out
_EDITED = frozenset({"mp4", "mov"})
SubtitleMode = Literal["keep", "embed", "none"]
# mp4 takes nothing but three letters; the languages of the subtitle files people have
_LANGUAGES = {
    "ar": "ara", "bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est",
    "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn",
    "ko": "kor", "lt": "lit", "lv": "lav", "nb": "nob", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron",
    "ru": "rus", "sk": "slk", "sl": "slv", "sr": "srp", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "vi": "vie",
    "zh": "zho",
}  # fmt: skip


def check_pictures(video: Media, out: Path) -> None:
    """Raise BadInputError if the format of `out` cannot hold the pictures of `video` as they are.

    A picture or two are written to find out: no table tells it for every codec and format.
    """
    container = check_container(out)
    with scratch.folder() as folder:
        trial = folder / "trial"
        picture = video.video[0]
        arguments = ["-fflags", "+genpts"] if video.container in _WITHOUT_TIMES else []
        arguments += ["-i", file_name(video.path), "-map", f"0:{picture.index}", "-c", "copy", "-frames:v", "2"]
        status, _, said = run(
            [*arguments, "-f", container.muxer, "-y", file_name(trial)], about=video.path, check=False
        )
        if status != 0:
            raise BadInputError(
                f"{out}: cannot hold the {picture.codec} pictures of {video.path} as they are.\n{last_lines(said)}",
                f"Matroska takes any video: -o {out.with_suffix('.mkv').name}",
            )


def mux(
    video: Media,
    out: Path,
    dub: Samples,
    *,
    rate: int = 48_000,
    language: str | None = None,
    title: str = "Narration",
    default: bool = True,
    drop_original: bool = False,
    subtitles: SubtitleMode = "keep",
    cues: Sequence[tuple[float, float, str]] = (),
    force: bool = False,
    level: Level | None = None,
    encoding: Encoding | None = None,
    changed: Iterable[tuple[int, int]] | None = None,
    mark: Mark | None = None,
) -> tuple[str, ...]:
    """Write `video` with `dub`, shape (n,) or (n, channels), as its first and default audio track.

    Without `default` the dub is the last audio track, and the original sound plays as before.
    Pictures are copied packet by packet, and so are the original audio (as further tracks), subtitles, attachments,
    chapters and metadata where the format of `out` can hold them; the result names what it could not, for the user.
    `level` is given each block of the dub with its first sample's number, and returns it as it shall sound.
    `encoding` is the dub's, where it may be encoded in parts and written again: after the first time, only what lies in
    `changed` (ranges of samples; None: all) is encoded anew.
    `mark` says in the film that the dub is synthetic; the film's own tags stay.
    `cues` (start, end, text) become a subtitle track with `subtitles="embed"`. `out` appears whole or not at all.

    Raises BadInputError for an output that must not or cannot be written, and for a video that ffmpeg cannot copy.
    """
    out = Path(out)
    container = check_container(out)
    check_output(out, force=force, source=video.path)
    tracks = Tracks(container)
    for stream in video.streams:
        if stream.kind == "audio" and drop_original:
            continue
        if stream.kind == "subtitle" and subtitles == "none":
            continue
        tracks.add(stream)
    code = _LANGUAGES.get((language or "").split("-")[0].lower(), language)

    with scratch.folder() as folder, write_beside(out) as part:
        inputs = ["-fflags", "+genpts"] if video.container in _WITHOUT_TIMES else []
        inputs += ["-i", file_name(video.path)]
        source, how, fed = _take_dub(dub, rate, level, container, encoding, changed)
        inputs += ["-protocol_whitelist", "file,pipe", *source]
        tracks.attach(video.path, folder)
        embed = subtitles == "embed" and bool(cues)
        if embed:
            srt = folder / "cues.srt"
            srt.write_text(_format_srt(cues), encoding="utf-8")
            inputs += ["-protocol_whitelist", "file,pipe", "-f", "srt", "-i", file_name(srt)]
        arguments = [*inputs, *tracks.arguments(how, code, title, default=default, embed=embed)]
        arguments += ["-map_metadata", "0", "-map_chapters", "0"]
        arguments += film_tags(video.path, container, mark) if mark else []
        arguments += [*container.options, "-f", container.muxer]
        run([*arguments, "-y", file_name(part)], about=video.path, writes=asked_for(out), feed=fed)
        if mark:
            finish_film(part, container, mark)
        _check_result(part, video, tracks)
    return tuple(tracks.dropped)


def _take_dub(
    dub: Samples,
    rate: int,
    level: Level | None,
    container: Container,
    encoding: Encoding | None,
    changed: Iterable[tuple[int, int]] | None,
) -> tuple[Sequence[str], Sequence[str], Iterable[bytes | memoryview] | None]:
    """Return the options of the dub's input and of its track, and what ffmpeg is fed: packets, samples or nothing."""
    channels = 1 if dub.ndim == 1 else dub.shape[1]
    options = encoder(container, channels)
    if encoding and encoding.worthwhile and container.dub[0] == "aac":
        if container.muxer in _EDITED:
            if encoding.check(options):
                return encoding.input, encoding.copying, encoding.packets(options, level, changed)
        elif joined := encoding.update(options, level, changed):
            return ("-i", file_name(joined)), ("-c:a", "copy"), None
    return raw_input(rate, channels), options, feed(dub, level)


def _check_result(part: Path, video: Media, tracks: Tracks) -> None:
    """Raise BadInputError unless the written file holds the pictures and the dub: a good status is not enough."""
    said = run(["-i", file_name(part)], timeout=PROBE_TIMEOUT, check=False)[2]
    streams = parse_streams(said)
    pictures = sum(stream.kind == "video" and not stream.attached_picture for stream in streams)
    if pictures != tracks.video or not any(stream.kind == "audio" for stream in streams):
        raise BadInputError(f"{video.path}: ffmpeg wrote a file without its pictures or sound.\n{last_lines(said)}")


def _format_srt(cues: Sequence[tuple[float, float, str]]) -> str:
    blocks = []
    for number, (start, end, text) in enumerate(cues, 1):
        lines = [line.replace("-->", "→") for line in text.splitlines() if line.strip()]  # either would end the cue
        blocks.append(f"{number}\n{_format_time(start)} --> {_format_time(end)}\n" + "\n".join(lines) + "\n")
    return "\n".join(blocks)


def _format_time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02},{rest % 1000:03}"
