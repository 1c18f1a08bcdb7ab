"""`voiceover say`: one line, to hear a voice or to see how it reads a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voiceover.cli import options
from voiceover.config import DEFAULT_VOICE, Precision
from voiceover.errors import BadInputError

if TYPE_CHECKING:
    from voiceover.text.frontend import FrontEnd
    from voiceover.types import Line, Reading
    from voiceover.voices.base import Voice


def say(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to say.", show_default=False)],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT.wav", help="Where to write the speech.")
    ] = None,
    voice: options.Voice = DEFAULT_VOICE,
    lexicon: options.LexiconFile = None,
    language: options.Language = None,
    show_text: Annotated[bool, typer.Option("--show-text", help="Print the text as it is read aloud.")] = False,
    show_phonemes: Annotated[bool, typer.Option("--show-phonemes", help="Print its phonemes.")] = False,
    seed: options.Seed = 0,
    device: options.Device = "auto",
    precision: options.Precision = Precision.AUTO,
    force: options.Force = False,
    verbose: options.Verbose = False,
) -> None:
    """Say one line into a WAV file, or show how it would be read.

    TEXT may say how: [word](respelling or /IPA/), <break 0.5s>, *emphasis*.
    """
    from voiceover import markup, media
    from voiceover.text import languages
    from voiceover.types import Line
    from voiceover.voices import catalog, saying
    from voiceover.voices.base import check_language

    marked = markup.parse(" ".join(text.split()))
    line = Line(1, 0.0, 1.0, markup.plain(marked), marked=marked)
    if not line.text:
        raise BadInputError("There is nothing to say: TEXT is empty.", "Give some words in quotation marks.")
    if output is None and not (show_text or show_phonemes):
        raise BadInputError(
            "There is nowhere to write the speech.", "Give -o out.wav, or --show-text or --show-phonemes to read it."
        )
    if lexicon is not None or line.marked != line.text:
        from voiceover import pronunciation  # a tenth of a second

        pronunciation.check_marks([line], "TEXT")
        line = pronunciation.load(lexicon).mark(line) if lexicon else line
    if output is not None:
        media.check_wav(output, force=force)
    if output is None and language is not None and voice == DEFAULT_VOICE:
        speaker = None  # reading needs no voice: any language can be looked at
        reading, phonemes, name = _read(languages.front_end(language), line)
    else:
        speaker = catalog.open_voice(voice, device, precision)
        check_language(speaker, language)
        reading, phonemes, name = _read(speaker, line)
    if not reading.spoken:
        raise BadInputError(f"{name} cannot say “{line.text}”.", "Write it out in words, or use another voice.")
    if show_text:
        print(markup.show(reading.spoken))
    if show_phonemes:
        if not phonemes:
            raise BadInputError(f"{name} has no phonemes of its own to show.", "Use --show-text, or another voice.")
        print(phonemes)
    if output is not None and speaker is not None:
        saying.say(speaker, line, output, seed=seed)
        print(output)


def _read(reader: Voice | FrontEnd, line: Line) -> tuple[Reading, str | None, str]:
    """Return how a line is read, its phonemes and who reads it."""
    reading = reader.read(line.to_read)
    return reading, reader.phonemes(reading.spoken), reader.name
