"""The whole flow: subtitles to cues to lines to speech to a plan to a narration to a film.

Everything that can refuse a run is asked before anything is spoken, and nothing is left half written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from voiceover import loudness, measuring, media, mixdown, preflight, report, script, speaking, stems, subtitles, timing
from voiceover.config import CacheSettings, DubSettings, Mix, NarrateSettings, cache_folder
from voiceover.errors import BadInputError
from voiceover.mixdown import Narration
from voiceover.progress import Progress
from voiceover.report import Measured, Report
from voiceover.speaking import Spoken
from voiceover.types import Line, Placed, Samples
from voiceover.voices import catalog
from voiceover.voices.base import Voice


def dub(settings: DubSettings, progress: Progress) -> Report:
    """Dub a film and return the report of the run, which is also written if the settings name a file.

    Raises BadInputError or MissingError before anything is written.
    """
    progress.stage("Reading")
    film = media.probe(settings.video)
    target = preflight.check_dub(settings, film)
    every_line = script.lines(subtitles.read(settings.source))
    lines, beyond = preflight.split_at_end(every_line, film, settings.source, progress)
    voice = catalog.open_voice(settings.voice, settings.device)

    with _scratch() as scratch, stems.collect(settings.stems) as keep:
        spoken = _speak(voice, lines, settings, progress)
        placed = timing.plan(spoken.speeches, max_speed=settings.max_speed, film_seconds=film.seconds)
        progress.stage("Mixing")
        narration = mixdown.render(placed, seconds=film.seconds, scratch=scratch, keep=keep)
        sound = _mix(settings, narration, film, scratch)
        _level(sound, target, headroom_db=loudness.ENCODER_HEADROOM_DB)
        progress.stage("Writing the film")
        with media.write_beside(settings.output) as part:  # the film appears once it is measured and reported
            _mux(settings, film, part, sound, placed, voice, progress)
            progress.stage("Measuring")
            bed = settings.mix is Mix.DUCK
            track = -1 if settings.mix is Mix.SEPARATE else 0
            measured = measuring.measure_output(part, narration, placed, bed=bed, track=track, scratch=scratch)
            finished = _report(
                settings,
                progress,
                voice=voice,
                spoken=spoken,
                placed=placed,
                narration=narration,
                measured=measured,
                beyond=beyond,
            )
    return finished


def narrate(settings: NarrateSettings, progress: Progress) -> Report:
    """Speak subtitles or a script into a track and return the report of the run; see `dub`."""
    progress.stage("Reading")
    target = preflight.check_narrate(settings)
    lines = script.lines(subtitles.read(settings.source))
    preflight.check_lines(lines, settings.source)
    voice = catalog.open_voice(settings.voice, settings.device)

    with _scratch() as scratch, stems.collect(settings.stems) as keep:
        spoken = _speak(voice, lines, settings, progress)
        placed = timing.plan(spoken.speeches, max_speed=settings.max_speed)
        progress.stage("Rendering")
        narration = mixdown.render(placed, seconds=max(line.end for line in lines), scratch=scratch, keep=keep)
        _level(narration.audio.samples, target, headroom_db=0.0)
        with media.write_beside(settings.output) as part:
            media.write_wav(part, narration.audio)
            progress.stage("Measuring")
            measured = measuring.measure_output(part, narration, placed, bed=False, scratch=scratch)
            finished = _report(
                settings, progress, voice=voice, spoken=spoken, placed=placed, narration=narration, measured=measured
            )
    return finished


def say(voice: Voice, text: str, output: Path, *, seed: int = 0) -> None:
    """Speak one text into a WAV file at the voice's own rate and level.

    Raises BadInputError if the voice cannot say it.
    """
    line = Line(index=1, start=0.0, end=1.0, text=" ".join(text.split()))
    speech = next(iter(voice.speak([line], seed=seed)))
    if "unsaid" in speech.flags:
        raise BadInputError(f"{voice.name} cannot say “{line.text}”.", "Write it out in words, or use another voice.")
    media.write_wav(output, speech.audio)


def _speak(voice: Voice, lines: Sequence[Line], settings: NarrateSettings, progress: Progress) -> Spoken:
    cache = CacheSettings(folder=cache_folder())
    return speaking.speak(voice, lines, seed=settings.seed, cache=cache, progress=progress)


def _mix(settings: DubSettings, narration: Narration, film: media.Media, scratch: Path) -> Samples:
    if settings.mix is not Mix.DUCK:
        return narration.audio.samples
    original = media.decode_audio(film.path, rate=mixdown.RATE, seconds=film.seconds, scratch=scratch)
    return mixdown.mix(original, narration, scratch=scratch)


def _level(sound: Samples, target: loudness.Target | None, *, headroom_db: float) -> None:
    if target is not None:
        loudness.normalise(sound, mixdown.RATE, target, headroom_db=headroom_db)
    else:
        loudness.limit(sound, mixdown.RATE, -headroom_db)  # off keeps the level, not the clipping


def _mux(
    settings: DubSettings,
    film: media.Media,
    part: Path,
    sound: Samples,
    placed: Sequence[Placed],
    voice: Voice,
    progress: Progress,
) -> None:
    left_out = media.mux(
        film,
        part,
        sound,
        rate=mixdown.RATE,
        language=getattr(voice, "language", None),  # a voice may know its language, and players show it
        default=settings.mix is not Mix.SEPARATE,
        drop_original=not settings.keep_original,
        subtitles=settings.subtitles.value,
        cues=[(item.start, item.end, item.speech.line.text) for item in placed if item.end > item.start],
    )
    if left_out:
        progress.warn(f"{settings.output}: its format cannot hold {', '.join(left_out)} of {film.path}.")


def _report(
    settings: NarrateSettings,
    progress: Progress,
    *,
    voice: Voice,
    spoken: Spoken,
    placed: Sequence[Placed],
    narration: Narration,
    measured: Measured,
    beyond: Sequence[Line] = (),
) -> Report:
    late = [report.report_beyond_end(line, voice.spoken(line.text)) for line in beyond]
    lines = sorted([*map(report.report_line, placed), *late], key=lambda line: line.index)
    totals = report.add_up(
        lines,
        measured,
        overlap_samples=mixdown.overlap_samples(narration.spans),
        synthesis_seconds=spoken.synthesis_seconds,
        audio_seconds=spoken.audio_seconds,
        cached_lines=spoken.cached,
    )
    video = str(settings.video) if isinstance(settings, DubSettings) else None
    finished = Report(voice.name, settings.seed, video, str(settings.output), totals, tuple(lines))
    if measured.lost:
        numbers = ", ".join(map(str, measured.lost))
        progress.warn(f"{settings.output}: lines {numbers} were spoken but could not be heard when it was checked.")
    if settings.report is not None:
        report.write(finished, settings.report)
    return finished


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="voiceover-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
