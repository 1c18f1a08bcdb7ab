"""One run of `dub` or `narrate`, or with `--watch` one after every save."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from voiceover.cli.results import exit_code, tell
from voiceover.config import NarrateSettings
from voiceover.errors import ExitCode, VoiceoverError
from voiceover.progress import Progress
from voiceover.report import Report, describe
from voiceover.voices import catalog
from voiceover.voices.base import Opener
from voiceover.watching import Watched


class _CutOffError(KeyboardInterrupt):
    """The user ended the watch amid a run."""


Make = Callable[..., Report]  # `pipeline.dub` or `pipeline.narrate`


def carry_out(
    make: Make,
    settings: NarrateSettings,
    shown: Progress,
    *,
    quiet: bool,
    strict: bool,
    watch: bool,
) -> ExitCode:
    """Run once and tell how it went; with `watch`, stay and run again whenever the text, cast or lexicon is saved.

    Raises what the first run raises. A later one that fails is told, and leaves the last output as it is.
    """
    watched = Watched(_files(settings)) if watch else None  # before anything is read: a save meanwhile counts
    open_voice = cache(partial(catalog.open_voice, precision=settings.precision))
    with shown:
        finished = make(settings, shown, open_voice=open_voice)
    code = tell(finished, shown, quiet=quiet, strict=strict)
    shown.done(output=finished.output, exit_code=int(code))
    if watched is None:
        return code
    names = ", ".join(path.name for path in _files(settings))
    settings = replace(settings, force=True)  # what stands there now is our own
    try:
        shown.note(f"Watching {names}; Ctrl-C ends.", watching=[str(path) for path in _files(settings)])
        while True:
            watched.wait()
            finished = _again(make, settings, shown, finished, open_voice, strict=strict)
    except _CutOffError:
        raise
    except KeyboardInterrupt:  # the way to end it: nothing was under way
        return ExitCode.DONE


def _again(
    make: Make, settings: NarrateSettings, shown: Progress, before: Report, open_voice: Opener, *, strict: bool
) -> Report:
    """Run again, and tell in one line what changed; return the report that now holds."""
    began = time.perf_counter()
    try:
        with shown:
            finished = make(settings, shown, open_voice=open_voice)
    except KeyboardInterrupt:
        raise _CutOffError from None
    except VoiceoverError as error:
        _tell_failure(shown, error)
        return before
    except OSError as error:
        _tell_failure(shown, VoiceoverError(f"{error.filename or settings.output}: {error.strerror or error}."))
        return before
    known = set(map(describe, before.flagged))
    for line in finished.flagged:
        if describe(line) not in known:
            shown.warn(describe(line), index=line.index, flags=list(line.flags))
    seconds, cached = time.perf_counter() - began, finished.totals.cached_lines
    spoken = sum(line.start is not None for line in finished.lines) - cached
    shown.note(
        f"{spoken} {'line' if spoken == 1 else 'lines'} spoken anew, {cached} from the cache, {seconds:.1f} s",
        spoken=spoken,
        cached=cached,
        seconds=round(seconds, 3),
    )
    shown.done(output=finished.output, exit_code=int(exit_code(finished, strict=strict)))
    return finished


def _tell_failure(shown: Progress, error: VoiceoverError) -> None:
    told = VoiceoverError(" ".join(f"{error.message} {error.remedy} The last output stands.".split()))
    told.exit_code = error.exit_code
    shown.error(told)


def _files(settings: NarrateSettings) -> list[Path]:
    return [path for path in (settings.source, settings.cast, settings.lexicon) if path is not None]
