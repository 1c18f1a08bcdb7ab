"""What can refuse a run, asked while it is still cheap: before a model is loaded or a word is spoken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from voiceover import loudness, media, report_page, room, stems
from voiceover.config import DubSettings, Mix, NarrateSettings
from voiceover.errors import BadInputError
from voiceover.media import Media, Stream
from voiceover.progress import Progress
from voiceover.report import clock
from voiceover.types import Line
from voiceover.voices.base import Voice
from voiceover.voices.reader import Reader

REPORT_SUFFIXES = (".json", report_page.SUFFIX)


def check_dub(settings: DubSettings, film: Media) -> loudness.Target | None:
    """Check what a dub reads and writes; return the loudness it is to have.

    Raises BadInputError for an output that cannot be written, for a film without sound that was to be ducked, and where
    a disk is too small.
    """
    media.check_output(settings.output, force=settings.force, source=settings.video)
    media.check_container(settings.output)
    media.check_pictures(film, settings.output)
    if not film.audio and settings.mix is not Mix.REPLACE:
        raise BadInputError(
            f"{film.path} has no sound to put the narration over.", "Use --mix replace: the narration alone."
        )
    find_bed(settings, film)
    target = _check_shared(settings, settings.video, settings.source)
    room.check(settings, film)
    return target


def find_bed(settings: DubSettings, film: Media) -> int:
    """Return which audio track is ducked, from 0: the one asked for, or else the film's default or first.

    Raises BadInputError if the film has no such track, or none is ducked.
    """
    if settings.bed is None:
        return next((number for number, track in enumerate(film.audio) if track.default), 0)
    if settings.mix is not Mix.DUCK:
        raise BadInputError(
            f"--bed {settings.bed}: with --mix {settings.mix} nothing is ducked.", "Leave --bed out, or use --mix duck."
        )
    if not 1 <= settings.bed <= len(film.audio):
        tracks = "; ".join(f"{number}: {_describe(track)}" for number, track in enumerate(film.audio, 1))
        raise BadInputError(f"--bed {settings.bed}: {film.path} has no such audio track.", f"It has {tracks}.")
    return settings.bed - 1


def check_narrate(settings: NarrateSettings) -> loudness.Target | None:
    """Check what a narration reads and writes; return the loudness it is to have.

    Raises BadInputError for an output that cannot be written.
    """
    check_wav(settings.output, force=settings.force)
    return _check_shared(settings, settings.source)


def check_wav(output: Path, *, force: bool) -> None:
    """Raise BadInputError unless a WAV file can be written there."""
    media.check_output(output, force=force)
    if output.suffix.lower() != ".wav":
        raise BadInputError(f"{output}: speech is written as WAV.", f"Use -o {output.with_suffix('.wav').name}")


def split_at_end(
    lines: Sequence[Line], film: Media, subtitles: Path, progress: Progress
) -> tuple[list[Line], list[Line]]:
    """Part the lines into those within the film and those whose cue starts after its end; warn once about these.

    Raises BadInputError if no line is left to say.
    """
    inside = [line for line in lines if line.start < film.seconds]
    beyond = [line for line in lines if line.start >= film.seconds]
    if lines and not inside:
        raise BadInputError(
            f"{subtitles}: all {len(lines)} lines start after the end of {film.path} ({clock(film.seconds)}).",
            "Check that the subtitles belong to this film.",
        )
    check_lines(inside, subtitles)
    if beyond:
        lines_start = "1 line starts" if len(beyond) == 1 else f"{len(beyond)} lines start"
        progress.warn(
            f"{subtitles}: {lines_start} after the end of {film.path} ({clock(film.seconds)}) and "
            f"{'is' if len(beyond) == 1 else 'are'} not spoken, from line {beyond[0].index} at "
            f"{clock(beyond[0].start)} on. Check that the subtitles belong to this film.",
            lines=[line.index for line in beyond],
        )
    return inside, beyond


def check_lines(lines: Sequence[Line], source: Path) -> None:
    """Raise BadInputError if there is nothing to say."""
    if not lines:
        raise BadInputError(f"{source} has nothing to say: no cue holds words.", "Check that it is the right file.")


def check_language(voice: Voice | Reader, language: str | None) -> None:
    """Raise BadInputError if a voice speaks another language than the one the user named."""
    if language is None or voice.language is None:
        return
    wanted, has = (tag.lower().replace("_", "-").partition("-")[0] for tag in (language, voice.language))
    if wanted != has:
        raise BadInputError(
            f"--language {language}: {voice.name} speaks {voice.language}.",
            "Choose a voice of that language; `voiceover voices list` shows them.",
        )


def _describe(track: Stream) -> str:
    parts = [track.language or "language unknown", track.title or "", f"{track.codec} {track.layout}".strip()]
    return ", ".join(filter(None, [*parts, "default" if track.default else ""]))


def _check_shared(settings: NarrateSettings, *inputs: Path) -> loudness.Target | None:
    # --force replaces results, never what they are made from
    for source in filter(None, (*inputs, settings.cast, settings.lexicon)):
        media.check_output(settings.output, force=settings.force, source=source)
        for report in settings.report:
            media.check_output(report, force=settings.force, source=source, option="--report")
    _check_reports(settings)
    if settings.stems is not None:
        stems.check_folder(settings.stems, force=settings.force)
    return loudness.parse_target(settings.loudness)


def _check_reports(settings: NarrateSettings) -> None:
    for place, report in enumerate(settings.report):
        if report.resolve() == settings.output.resolve():
            raise BadInputError(f"{report}: the report would replace the result.", "Name another file with --report.")
        if report.suffix.lower() not in REPORT_SUFFIXES:
            raise BadInputError(
                f"{report}: a report is written as {' or '.join(REPORT_SUFFIXES)}.",
                f"Use --report {report.stem}.json for programs, --report {report.stem}.html for people, or both.",
            )
        if report.resolve() in [other.resolve() for other in settings.report[:place]]:
            raise BadInputError(f"{report}: --report names it twice.", "Leave one of the two out.")
