"""The whole flow: subtitles to cues to lines to speech to a plan to a narration to a film.

Everything that can refuse a run is asked before anything is spoken, and nothing is left half written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from voiceover import (
    alternates,
    beds,
    curves,
    ensemble,
    finishing,
    forecast,
    loudness,
    mastering,
    measuring,
    media,
    mixdown,
    preflight,
    pronunciation,
    provenance,
    reasons,
    report,
    report_page,
    script,
    signing,
    speaking,
    stems,
    subtitles,
    takes,
    timelines,
    timing,
)
from voiceover.beds import Bed
from voiceover.blocks import keep_memory
from voiceover.config import CacheSettings, CheckSettings, DubSettings, Mix, NarrateSettings, cache_folder
from voiceover.curves import Curves
from voiceover.ensemble import Ensemble
from voiceover.errors import BadInputError
from voiceover.excerpts import Excerpts
from voiceover.fitting import Clip
from voiceover.forecast import Forecast
from voiceover.frames import FrameRate
from voiceover.line_events import line_events
from voiceover.mixdown import Narration
from voiceover.progress import Progress
from voiceover.provenance import Mark
from voiceover.report import Measured, Report
from voiceover.scratch import folder as scratch_folder
from voiceover.speaking import Spoken
from voiceover.stems import Labels, Shelf
from voiceover.types import Line, Placed, Samples, Script
from voiceover.voices import catalog
from voiceover.voices.base import Opener


@dataclass(frozen=True, slots=True)
class Prepared:
    """A dub that nothing refuses so far."""

    settings: DubSettings
    film: media.Media
    target: loudness.Target | None
    told: Script
    lines: tuple[Line, ...]  # that are spoken
    beyond: tuple[Line, ...]  # that start after the film's end
    clock: tuple[FrameRate, int]  # how its frames are counted, and the first one's number


def dub(settings: DubSettings, progress: Progress, *, open_voice: Opener = catalog.open_voice) -> Report:
    """Dub a film and return the report of the run, which is also written if the settings name a file.

    `open_voice` may keep voices for further runs.

    Raises BadInputError or MissingError before anything is written.
    """
    return perform(prepare(settings, progress), progress, open_voice=open_voice)


def prepare(settings: DubSettings, progress: Progress) -> Prepared:
    """Read what a dub is made from, and ask all that can refuse it but its voices.

    Raises BadInputError or MissingError.
    """
    progress.stage("Reading")
    film = media.probe(settings.video)
    target = preflight.check_dub(settings, film)
    told = _script(settings)
    lines, beyond = preflight.split_at_end(told.lines, film, settings.source, progress)
    clock = preflight.find_clock(settings, progress, film)
    return Prepared(settings, film, target, told, tuple(lines), tuple(beyond), clock)


def perform(prepared: Prepared, progress: Progress, *, open_voice: Opener = catalog.open_voice) -> Report:
    """Dub a film that is prepared; see `dub`."""
    settings, film, target, told = prepared.settings, prepared.film, prepared.target, prepared.told
    lines, beyond, clock = prepared.lines, prepared.beyond, prepared.clock
    progress.start("dub", lines=len(lines), output=str(settings.output))
    troupe = ensemble.gather(lines, settings, progress, open_voice)
    mark = provenance.make(troupe.voices, film=True)
    own = provenance.make(troupe.voices, film=False)  # of a line alone
    keep_memory()

    with (
        _scratch() as scratch,
        _collect(settings, lines, clock, own) as shelf,
        _listen(settings, film, scratch) as original,
    ):
        excerpts = _excerpts(settings, scratch)
        spoken, placed = _speak(troupe, settings, progress, film)
        progress.stage("Mixing")
        narration = mixdown.render(
            placed,
            seconds=film.seconds,
            scratch=scratch,
            keep=_keep(shelf, excerpts),
            respeak=speaking.respeaker(troupe.parts),
        )
        sound, drawn = _mix(narration, original, scratch)
        with media.write_beside(settings.output) as part:  # the film appears once it is measured and reported
            bed = settings.mix is Mix.DUCK
            track = -1 if settings.mix is Mix.SEPARATE else 0
            measured = finishing.finish(
                sound,
                target,
                write=partial(
                    _mux,
                    settings,
                    film,
                    part,
                    media.Encoding(sound, mixdown.RATE, scratch),
                    placed,
                    troupe.language,
                    mark,
                ),
                measure=partial(
                    measuring.measure_output,
                    part,
                    narration,
                    placed,
                    bed=bed,
                    track=track,
                    ceiling_dbtp=finishing.highest_peak(target),
                    scratch=scratch,
                ),
                output=settings.output,
                progress=progress,
                curves=drawn,
            )
            _sign(settings, part, mark, progress, film)
            finished = _report(
                settings,
                progress,
                told=told,
                troupe=troupe,
                mark=mark,
                spoken=spoken,
                placed=placed,
                narration=narration,
                measured=measured,
                target=target,
                excerpts=excerpts,
                beyond=beyond,
                film_seconds=film.seconds,
            )
            _keep_takes(settings, progress, shelf, spoken, placed, narration, troupe)
            _write_timelines(settings, finished, shelf, clock, film)
    _tell_lines(finished, settings, shelf, progress)
    return finished


def narrate(settings: NarrateSettings, progress: Progress, *, open_voice: Opener = catalog.open_voice) -> Report:
    """Speak subtitles or a script into a track and return the report of the run; see `dub`."""
    progress.stage("Reading")
    target = preflight.check_narrate(settings)
    told = _script(settings)
    lines = told.lines
    preflight.check_lines(lines, settings.source)
    clock = preflight.find_clock(settings, progress)
    progress.start("narrate", lines=len(lines), output=str(settings.output))
    troupe = ensemble.gather(lines, settings, progress, open_voice)
    mark = provenance.make(troupe.voices, film=False)
    keep_memory()

    with _scratch() as scratch, _collect(settings, lines, clock, mark) as shelf:
        excerpts = _excerpts(settings, scratch)
        spoken, placed = _speak(troupe, settings, progress)
        progress.stage("Rendering")
        narration = mixdown.render(
            placed,
            seconds=max(line.end for line in lines),
            scratch=scratch,
            keep=_keep(shelf, excerpts),
            respeak=speaking.respeaker(troupe.parts),
        )
        mastering.normalise(narration.audio.samples, mixdown.RATE, target)
        with media.write_beside(settings.output) as part:
            media.write_wav(part, narration.audio, mark=mark)
            progress.stage("Measuring")
            measured = measuring.measure_output(part, narration, placed, bed=False, scratch=scratch)
            _sign(settings, part, mark, progress)
            finished = _report(
                settings,
                progress,
                told=told,
                troupe=troupe,
                mark=mark,
                spoken=spoken,
                placed=placed,
                narration=narration,
                measured=measured,
                target=target,
                excerpts=excerpts,
            )
            _keep_takes(settings, progress, shelf, spoken, placed, narration, troupe)
            _write_timelines(settings, finished, shelf, clock)
    _tell_lines(finished, settings, shelf, progress)
    return finished


def check(settings: CheckSettings, progress: Progress) -> Forecast:
    """Foretell what a dub will come to, without speaking.

    Raises BadInputError or MissingError as `narrate` does.
    """
    progress.stage("Reading")
    told = _script(settings)
    preflight.check_lines(told.lines, settings.source)
    parts = ensemble.gather_readers(told.lines, settings, progress)
    progress.stage("Forecasting")
    lines = forecast.forecast(parts, max_speed=settings.max_speed, merge=settings.merge)
    estimates = tuple(dict.fromkeys(part.reader.estimate for part in parts))
    return Forecast(str(settings.source), settings.max_speed, lines, estimates, told.left_out)


def _script(settings: CheckSettings) -> Script:
    """Read what is to be said, with the pronunciations that the lexicon gives."""
    made = script.make(subtitles.read(settings.source), keep_sdh=settings.keep_sdh)
    pronunciation.check_marks(made.lines, settings.source)
    if settings.lexicon is None:
        return made
    lexicon = pronunciation.load(settings.lexicon)
    return replace(made, lines=tuple(map(lexicon.mark, made.lines)))


def _speak(
    troupe: Ensemble, settings: NarrateSettings, progress: Progress, film: media.Media | None = None
) -> tuple[Spoken, list[Placed]]:
    """Speak all lines and plan them; those that do not fit are spoken again, and the plan is made anew."""
    cache, seed = CacheSettings(folder=cache_folder()), settings.seed
    plan = partial(
        timing.plan,
        max_speed=settings.max_speed,
        film_seconds=film.seconds if film else None,
        fps=film.video[0].fps if film else 0.0,
    )
    spoken = speaking.speak(troupe.parts, seed=seed, cache=cache, progress=progress, merge=settings.merge)
    placed = plan(spoken.speeches)
    retaken = takes.retake(spoken, placed, troupe.parts, seed=seed, cache=cache, progress=progress)
    return retaken, placed if retaken is spoken else plan(retaken.speeches)


def _listen(
    settings: DubSettings, film: media.Media, scratch: Path
) -> AbstractContextManager[Future[Bed]] | AbstractContextManager[None]:
    """Decode the film's own sound in the background, where it is wanted."""
    if settings.mix is not Mix.DUCK:
        return nullcontext()
    stream = preflight.find_bed(settings, film)
    return beds.decode_meanwhile(film.path, rate=mixdown.RATE, stream=stream, seconds=film.seconds, scratch=scratch)


def _mix(narration: Narration, original: Future[Bed] | None, scratch: Path) -> tuple[Samples, Curves]:
    """Return the dub's sound, not levelled yet, and what levelling has to know of it."""
    if original is None:
        return narration.audio.samples, curves.draw(narration.audio.samples, mixdown.RATE)
    bed = original.result()
    drawn = Curves(mixdown.RATE, bed.samples.shape[1])
    sound = mixdown.mix(bed.samples, narration, energies=bed.energies, scratch=scratch, hear=drawn.add)
    return sound, drawn


def _mux(
    settings: DubSettings,
    film: media.Media,
    part: Path,
    encoding: media.Encoding,
    placed: Sequence[Placed],
    language: str | None,
    mark: Mark,
    level: media.Level,
    *,
    changed: Sequence[tuple[int, int]] | None,
) -> tuple[str, ...]:
    return media.mux(
        film,
        part,
        encoding.dub,
        rate=encoding.rate,
        language=settings.language or language,  # players show it
        default=settings.mix is not Mix.SEPARATE,
        drop_original=not settings.keep_original,
        subtitles=settings.subtitles.value,
        cues=[(item.start, item.end, item.speech.line.text) for item in placed if item.end > item.start],
        force=True,  # the unfinished film, which is written again where its level is corrected
        level=level,
        encoding=encoding,
        changed=changed,
        mark=mark,
    )


def _sign(
    settings: NarrateSettings, part: Path, mark: Mark, progress: Progress, film: media.Media | None = None
) -> None:
    """Sign the finished file, where that is asked for: once, after all that may write it again."""
    if settings.signing is None:
        return
    progress.stage("Signing")
    name = signing.sign(
        part, settings.signing, mark, name=settings.output.name, film=film.path if film is not None else None
    )
    progress.note(f"C2PA manifest signed by {name}", signer=name)


def _report(
    settings: NarrateSettings,
    progress: Progress,
    *,
    told: Script,
    troupe: Ensemble,
    mark: Mark,
    spoken: Spoken,
    placed: Sequence[Placed],
    narration: Narration,
    measured: Measured,
    target: loudness.Target | None,
    excerpts: Excerpts,
    beyond: Sequence[Line] = (),
    film_seconds: float | None = None,
) -> Report:
    indexes = [part.line.index for part in troupe.parts]
    read, joined = dict(zip(indexes, spoken.readings, strict=True)), dict(zip(indexes, spoken.joined, strict=True))
    why = reasons.explain(placed, film_seconds=film_seconds)
    said = [
        report.report_line(item, lost=read[index].lost, spoken_with=joined[index], reason=why[index])
        for item in placed
        for index in [item.speech.line.index]
    ]
    first = troupe.parts[0].voice
    late = [report.report_beyond_end(line, troupe.voice, first.read(line.to_read).spoken) for line in beyond]
    lines = sorted([*said, *late], key=lambda line: line.index)
    totals = report.add_up(
        lines,
        measured,
        overlap_samples=mixdown.overlap_samples(narration.spans),
        synthesis_seconds=spoken.synthesis_seconds,
        audio_seconds=spoken.audio_seconds,
        cached_lines=spoken.cached,
    )
    video = str(settings.video) if isinstance(settings, DubSettings) else None
    finished = Report(
        troupe.voice,
        settings.seed,
        video,
        str(settings.output),
        totals,
        tuple(lines),
        left_out=told.left_out,
        speakers=troupe.speakers(told.lines),
        unknown_words=report.unknown_words(read.items()),
        provenance=mark,
    )
    if measured.lost:
        numbers = ", ".join(map(str, measured.lost))
        progress.warn(f"{settings.output}: lines {numbers} were spoken but could not be heard when it was checked.")
    pages = _pages(settings)
    sounds = _sounds(settings, excerpts, progress) if pages else None
    for path in settings.report:
        if sounds is not None and path in pages:
            report_page.write(finished, path, target=target, max_speed=settings.max_speed, sounds=sounds)
        else:
            report.write(finished, path)
    return finished


def _collect(
    settings: NarrateSettings, lines: Sequence[Line], clock: tuple[FrameRate, int], mark: Mark
) -> AbstractContextManager[Shelf]:
    """Return where clips are kept: as stems, for timelines, or only in mind."""
    labels = Labels(
        *clock,
        scene=settings.source.stem,
        lines={line.index: line for line in lines},
        on_frames=bool(settings.timelines),
        telling=settings.stems is None,
        mark=mark,
    )
    return stems.collect(timelines.media_folder(settings.timelines, settings.stems), labels)


def _keep(shelf: Shelf, excerpts: Excerpts) -> Callable[[Clip], None]:
    def keep(clip: Clip) -> None:
        shelf.keep(clip)
        excerpts.keep(clip)

    return keep


def _keep_takes(
    settings: NarrateSettings,
    progress: Progress,
    shelf: Shelf,
    spoken: Spoken,
    placed: Sequence[Placed],
    narration: Narration,
    troupe: Ensemble,
) -> None:
    """Put the takes that are not heard beside those that are, for the timelines."""
    if timelines.media_folder(settings.timelines, None) is None or not spoken.retaken:
        return
    progress.stage("Fitting other takes", alternates.count(spoken))
    found = alternates.fit(
        spoken,
        placed,
        narration.spans,
        troupe.parts,
        seed=settings.seed,
        cache=CacheSettings(folder=cache_folder()),
        max_speed=settings.max_speed,
        respeak=speaking.respeaker(troupe.parts),
    )
    for other in found:
        shelf.keep(other.clip, take=other.take)
        progress.advance(1)


def _write_timelines(
    settings: NarrateSettings,
    finished: Report,
    shelf: Shelf,
    clock: tuple[FrameRate, int],
    film: media.Media | None = None,
) -> None:
    project = settings.source if film is None and settings.source.suffix.lower() in subtitles.PROJECTS else None
    for path in settings.timelines:
        timelines.write(timelines.lay_out(path, *clock, finished.lines, shelf.stems, film, project, shelf.others))


def _tell_lines(finished: Report, settings: NarrateSettings, shelf: Shelf, progress: Progress) -> None:
    """Tell a program of each line: now that all files are in their place."""
    for facts in line_events(finished, shelf.stems if settings.stems or settings.timelines else ()):
        progress.line(**facts)


def _pages(settings: NarrateSettings) -> list[Path]:
    """Return which of the reports are pages."""
    return [path for path in settings.report if path.suffix.lower() == report_page.SUFFIX]


def _excerpts(settings: NarrateSettings, scratch: Path) -> Excerpts:
    """Return what collects clips for a page, which has no need of them where there are stems."""
    return Excerpts(scratch if _pages(settings) and settings.stems is None else None)


def _sounds(settings: NarrateSettings, excerpts: Excerpts, progress: Progress) -> report_page.Sounds:
    """Return what the page's players play: the stems where there are some, else clips inside the page."""
    progress.stage("Writing the page")
    try:
        return report_page.Sounds(excerpts.encode(), settings.stems)
    except BadInputError as error:  # an ffmpeg of one's own may lack MP3; the film is finished
        progress.warn(f"the page has no sound: {error.message}")
        return report_page.Sounds({})


@contextmanager
def _scratch() -> Iterator[Path]:
    with scratch_folder() as folder:
        yield folder
