"""Calibrate a voice: let it say varied lines, and find out from them how long it takes for what.

The lines are in voices/lines, a file for each language. Longer ones are also cut in two, as `sentences` cuts those
that run over two cues, so that the times hold for half a sentence as well.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from voiceover import durations, sentences
from voiceover.duration_fit import Accuracy, Example, cross_validate, fit
from voiceover.durations import Stretch
from voiceover.errors import BadInputError
from voiceover.progress import Progress
from voiceover.sentences import Sentence
from voiceover.types import Line, Speech
from voiceover.voices import bundle, catalog, reading
from voiceover.voices.base import Voice
from voiceover.voices.bundle import StoredDurations
from voiceover.voices.reading import Words

LINES = Path(__file__).parent / "voices" / "lines"
LEAST = 40  # lines: fewer say little of the times of single sounds
_BATCH = 32  # lines given to the voice together
_CUT = 8  # words of a line that is also cut in two, and the fewest of each half
_HALF = 3


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What a calibration made."""

    file: Path  # that the times are in
    median_error_percent: float  # of lines that they were not fitted to


def calibrate(
    name: str, texts: Sequence[str] | None, progress: Progress, *, seconds: float | None = None
) -> Calibrated:
    """Calibrate a voice and keep its times: in its bundle, or beside the user's voices for one that has none.

    Args:
        name: what `--voice` takes.
        texts: what it says; by default the lines there are of its language.
        progress: where it is told how far this is.
        seconds: after which it is asked to say no more.

    Raises:
        BadInputError: there are too few lines, or the voice cannot say them.
        MissingError: this machine lacks what the voice needs.
    """
    found = catalog.find(name)
    voice = found.open("auto")
    basis, words = reading.bundle_sounds(found.path) if found.path else reading.sounds_of(voice.language)
    texts = lines_for(voice.language, name) if texts is None else texts
    stored = measure(voice, texts, basis, words, progress, seconds=seconds)
    error = float(stored.figures["median_error_percent"])
    if found.path is not None:
        bundle.keep_durations(found.path, stored)
        return Calibrated(found.path / bundle.CARD if found.path.is_dir() else found.path, error)
    return Calibrated(reading.keep_durations(voice.name, stored), error)


def lines_for(language: str | None, voice: str) -> list[str]:
    """Return the lines there are of a language.

    Raises:
        BadInputError: there are none.
    """
    path = LINES / f"{(language or '').partition('-')[0]}.txt"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in LINES.glob("*.txt")))
        raise BadInputError(
            f"{voice} speaks {language or 'a language nobody knows'}, and there are lines to say only in {known}.",
            f"Give it some: --text FILE, one line each, at least {LEAST}, better 200, as long as subtitles are.",
        )
    return read_lines(path)


def read_lines(path: Path) -> list[str]:
    """Read lines from a file; empty ones and those that begin with # are none.

    Raises:
        BadInputError: it cannot be read.
    """
    try:
        rows = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}).", "Give a text file, one line each.") from None
    except UnicodeDecodeError:
        raise BadInputError(f"{path}: is not text in UTF-8.", "Save it as UTF-8.") from None
    return [row.strip() for row in rows if row.strip() and not row.startswith("#")]


def measure(
    voice: Voice,
    texts: Sequence[str],
    basis: str,
    words: Words,
    progress: Progress,
    *,
    seconds: float | None = None,
) -> StoredDurations:
    """Let a voice say lines and fit its times to them; see `calibrate`.

    Raises:
        BadInputError: it said fewer than `LEAST` lines.
    """
    said: list[Example] = []
    spoken_lines = 0
    for number, speech, sentence in _speak(voice, texts, progress, seconds):
        if speech.flags or speech.natural_seconds <= 0.0:
            continue  # a take that failed says nothing of how long one that did not takes
        spoken_lines += 1
        said += _examples(number, speech, sentence, words)
    if spoken_lines < LEAST:
        raise BadInputError(
            f"{voice.name} said {spoken_lines} of {len(texts)} lines; its times need at least {LEAST}.",
            "Give more lines, in the language of the voice: --text FILE, one line each.",
        )
    progress.stage("Fitting")
    found, checked = fit(said, basis), cross_validate(said, basis)
    figures = {"lines": spoken_lines, **_figures(checked)}
    return StoredDurations(version=durations.VERSION, basis=basis, seconds=dict(found.seconds), figures=figures)


def _figures(checked: Accuracy) -> dict[str, float]:
    return {
        "held_out": checked.examples,
        "median_error_percent": round(100 * checked.median_error, 1),
        "p90_error_percent": round(100 * checked.p90_error, 1),
        "bias_percent": round(100 * checked.bias, 1),
    }


def _speak(
    voice: Voice, texts: Sequence[str], progress: Progress, seconds: float | None
) -> Iterator[tuple[int, Speech, Sentence]]:
    """Yield each line's number, its speech and the sentence it is, until the time is over."""
    asked = {}
    for number, text in enumerate(texts, start=1):
        spoken = voice.read(text).spoken
        if spoken:
            asked[number] = _sentence(number, spoken, cut=voice.times_words)
    progress.stage("Calibrating", len(asked))
    batches = max(len(asked) // _BATCH, 1)
    numbers = list(asked)
    began = time.monotonic()
    for batch in range(batches):
        if seconds is not None and time.monotonic() - began > seconds:
            return
        # every so-many-th line: wherever this ends, long and short ones were among those spoken
        lines = [Line(number, 0.0, 1.0, asked[number].text) for number in numbers[batch::batches]]
        for speech in voice.speak(lines):
            progress.advance()
            yield speech.line.index, speech, asked[speech.line.index]


def _sentence(number: int, spoken: str, *, cut: bool) -> Sentence:
    """Make one line of a text, or two where it is long enough: cut at a place that varies from line to line."""
    words = spoken.split()
    if not cut or len(words) < _CUT:
        return Sentence((Line(number, 0.0, 1.0, spoken),), (spoken,))
    place = _HALF + number % (len(words) - 2 * _HALF + 1)
    halves = (" ".join(words[:place]), " ".join(words[place:]))
    return Sentence(tuple(Line(number, 0.0, 1.0, half) for half in halves), halves)


def _examples(number: int, speech: Speech, sentence: Sentence, words: Words) -> Iterator[Example]:
    said = words(sentence.text)
    if said:
        yield Example(Stretch(said), speech.natural_seconds, number)
    if len(sentence.lines) > 1:
        stretches = sentences.stretches(said, sentence)
        for part, stretch in zip(sentences.divide(speech, sentence), stretches, strict=True):
            if stretch.words and part.natural_seconds > 0.0:
                yield Example(stretch, part.natural_seconds, number)
