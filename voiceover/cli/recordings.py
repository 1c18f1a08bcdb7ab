"""What `dataset` and `clone` share: recordings with their texts, the speaker's consent, and the corpus made of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from voiceover.errors import BadInputError
from voiceover.progress import Progress

if TYPE_CHECKING:
    from voiceover.train.corpus import Corpus

Recordings: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="RECORDINGS",
        help="A folder in LJSpeech or VCTK layout or of audio files with a text file each; or one long recording.",
        show_default=False,
    ),
]
Text: TypeAlias = Annotated[
    Path | None,
    typer.Option("--text", metavar="SUBS|SCRIPT", help="Subtitles or script (.txt, .md) of one long recording."),
]
ConsentFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--consent", metavar="FILE", help="The speaker's statement; see templates/consent.md."),
]
Rights: TypeAlias = Annotated[
    bool, typer.Option("--i-have-the-rights", help="Declare that you may make a voice of these recordings.")
]
CleanUp: TypeAlias = Annotated[bool, typer.Option("--clean-up", help="Lower steady noise: hiss, hum, a fan.")]
Workers: TypeAlias = Annotated[int | None, typer.Option("--workers", min=1, help="Processes; by default one per core.")]
Speaker: TypeAlias = Annotated[
    str | None, typer.Option("--speaker", metavar="NAME", help="Whose recordings, where a VCTK folder has several.")
]


def prepare(
    source: Path,
    folder: Path,
    *,
    text: Path | None,
    language: str,
    consent: str,
    speaker: str | None,
    workers: int | None,
    clean: bool,
    shown: Progress,
) -> tuple[Corpus, list[str], list[str]]:
    """Make a corpus of recordings, one long one cut up first; return it, what was left out and what was set aside."""
    from voiceover.train import corpus

    aside: list[str] = []
    if text is not None:
        source, aside = cut(source, text, folder / "cut", language, shown)
    prepared, left_out = corpus.prepare(
        source,
        folder,
        language=language,
        workers=workers,
        progress=follow(shown, "Preparing"),
        consent=consent,
        speaker=speaker,
        clean=clean,
    )
    return prepared, left_out, aside


def check_source(recordings: Path, text: Path | None) -> None:
    """Raise BadInputError unless recordings and text are there and belong together."""
    if recordings.is_file() and text is None:
        raise BadInputError(
            f"{recordings}: one recording, and nothing says what is spoken in it",
            "Add --text with its subtitles (split by the cues) or its script as .txt (split by silence).",
        )
    if text is not None and recordings.is_dir():
        raise BadInputError(
            f"{recordings}: --text goes with one long recording, and this is a folder",
            "Name the recording, or leave --text out.",
        )
    for path in (recordings, text):
        if path is not None and not path.exists():
            raise BadInputError(f"{path}: no such file or folder", "Check the name and the folder.")


def cut(recording: Path, text: Path, work: Path, language: str, shown: Progress) -> tuple[Path, list[str]]:
    """Cut one long recording up by its text; return the folder of the pieces, and what was set aside and why."""
    from voiceover.text import languages
    from voiceover.train import cutting

    pieces = cutting.cut(recording, text, work, languages.front_end(language), progress=follow(shown, "Cutting"))
    aside = [f"{text}: set aside {item.text[:60]!r} at {item.start:.1f} s: {item.doubt}" for item in pieces.set_aside]
    if aside:
        aside.append(f"{len(aside)} doubtful matches are set aside; all of them are in {work / 'cutting.json'}")
    return pieces.folder, aside


def consent_for(recordings: Path, output: Path, file: Path | None, *, rights: bool) -> str:
    """Return the statement that goes into the corpus, asking for it at a terminal.

    Raises BadInputError where nobody states anything.
    """
    from voiceover.train import consent, corpus

    if file := file or (None if rights else consent.beside(recordings)):
        return consent.read(file)
    if rights:
        return consent.OWN_WORD
    if kept := corpus.consent_of(output):
        return kept
    if not _at_terminal():
        raise BadInputError(f"{recordings}: {consent.NEEDED}", consent.REMEDY)
    typer.echo("Who allowed a voice to be made of these recordings? The answers go with the voice.", err=True)
    answers = [typer.prompt(question, err=True) for question in ("Who speaks", "Who may use the voice", "For what")]
    if not typer.confirm("Did the speaker agree to this?", err=True):
        raise BadInputError(f"{recordings}: {consent.NEEDED}", consent.REMEDY)
    return consent.stated(*answers)


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def follow(shown: Progress, stage: str) -> Callable[[int, int], None]:
    """Return what a stage calls with (done, total) as it goes on."""
    told = 0

    def advance(done: int, total: int) -> None:
        nonlocal told
        if told == 0:
            shown.stage(stage, total)
        shown.advance(done - told)
        told = done

    return advance
