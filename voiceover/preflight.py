"""What can refuse a run, asked while it is still cheap: before a model is loaded or a word is spoken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from voiceover import frames, loudness, media, report_page, room, signing, stems, subtitles, timelines
from voiceover.config import DubSettings, Mix, NarrateSettings
from voiceover.errors import BadInputError
from voiceover.frames import FrameRate
from voiceover.media import Media, Stream
from voiceover.progress import Progress
from voiceover.report import clock
from voiceover.types import Line

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
    media.check_wav(settings.output, force=settings.force)
    return _check_shared(settings, settings.source)


def find_clock(settings: NarrateSettings, progress: Progress, film: Media | None = None) -> tuple[FrameRate, int]:
    """Return how a run's frames are counted, and which one its first is: as the user says, or else as the film does.

    Raises BadInputError for a rate or time code that there is not.
    """
    rate = frames.read_rate(settings.fps or "25")
    if film is None and settings.source.suffix.lower() in subtitles.PROJECTS:
        rate = subtitles.read_project_rate(settings.source)
        if settings.fps is not None and frames.read_rate(settings.fps) != rate:
            raise BadInputError(
                f"--fps {settings.fps}: {settings.source} has {FrameRate(rate)} frames a second.", "Leave --fps out."
            )
    if film is not None and settings.fps is None:
        said = film.video[0].fps
        found = frames.find_rate(said)
        rate = found or frames.near_rate(said)
        if found is None and settings.timelines:
            progress.warn(
                f"{film.path}: {said:g} frames a second is no rate that editors know, so the timeline has "
                f"{FrameRate(rate)}. Every line is on time; --fps chooses another."
            )
    if settings.timecode is not None:
        return frames.read_start(settings.timecode, rate)
    if film is not None and film.timecode is not None:
        try:
            return frames.read_start(film.timecode, rate, what=f"{film.path}: ")
        except BadInputError as error:
            if settings.timelines:
                progress.warn(f"{error.message} The timeline starts at 00:00:00:00; --timecode says another.")
    return FrameRate(rate), 0


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


def _describe(track: Stream) -> str:
    parts = [track.language or "language unknown", track.title or "", f"{track.codec} {track.layout}".strip()]
    return ", ".join(filter(None, [*parts, "default" if track.default else ""]))


def _check_shared(settings: NarrateSettings, *inputs: Path) -> loudness.Target | None:
    # --force replaces results, never what they are made from
    for source in filter(None, (*inputs, settings.cast, settings.lexicon, *(settings.c2pa or ()))):
        media.check_output(settings.output, force=settings.force, source=source)
        for report in settings.report:
            media.check_output(report, force=settings.force, source=source, option="--report")
    _check_reports(settings)
    results = (settings.output, *settings.report)
    timelines.check(settings.timelines, force=settings.force, others=[*inputs, *results])
    folder = timelines.media_folder(settings.timelines, settings.stems)
    if folder is not None:
        option = "--stems" if folder == settings.stems else "--timeline"
        stems.check_folder(folder, force=settings.force, option=option)
    if settings.signing is not None:
        signing.check(settings.signing, settings.output)
    elif settings.c2pa_timestamp is not None:
        raise BadInputError("--c2pa-timestamp goes with --c2pa: there is nothing to be stamped.", "Leave it out.")
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
