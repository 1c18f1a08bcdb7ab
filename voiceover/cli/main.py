"""The `voiceover` command: the one place where errors become messages and exit codes."""

from __future__ import annotations

import signal
import sys
import time
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, NoReturn

import typer

from voiceover import __version__
from voiceover.cli.commands import Commands
from voiceover.cli.options import Session
from voiceover.errors import ExitCode, MissingError, VoiceoverError

_PATIENCE = 3.0  # seconds in which a run that was interrupted cleans up undisturbed

# what the extra `train` brings, by the names that are imported
_OF_TRAINING = frozenset({"librosa", "noisereduce", "pyloudnorm", "tensorboard", "torch", "torchaudio"})

app = typer.Typer(
    name="voiceover",
    cls=Commands,
    help="Put narration on video: subtitles in, a dubbed film out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"voiceover {__version__}")
        raise typer.Exit


@app.callback()
def _global_options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> NoReturn:
    """Run the command line and exit with a code of the contract."""
    numbers = _take_signals()
    code = run(sys.argv[1:])
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)  # all is told: an impatient second Ctrl-C would only add a traceback
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; every error is told here, and nowhere else."""
    session = Session()
    try:
        app(args=list(arguments), prog_name="voiceover", obj=session)
    except VoiceoverError as error:
        session.progress.close()
        session.progress.error(error)
        _show_traceback(arguments)
        return error.exit_code
    except SystemExit as stop:  # typer's own way out: --help, usage errors, and Ctrl-C as 130
        code = stop.code if isinstance(stop.code, int) else ExitCode.DONE
        return _interrupted(session) if code == ExitCode.INTERRUPTED else code
    except KeyboardInterrupt:
        return _interrupted(session)
    except OSError as error:  # a file or folder that no check foresaw
        session.progress.close()
        where = f"{error.filename}: " if error.filename else ""
        session.progress.error(
            VoiceoverError(f"{where}{error.strerror or error}.", "Check that the file and its folder can be used.")
        )
        _show_traceback(arguments)
        return ExitCode.BAD_INPUT
    except Exception as error:  # the last line of defence against a traceback
        session.progress.close()
        told = _unexpected(error)
        session.progress.error(told)
        _show_traceback(arguments)
        return told.exit_code
    return ExitCode.DONE


def _unexpected(error: Exception) -> VoiceoverError:
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in _OF_TRAINING:
        return MissingError(f"this needs {error.name}, which is not installed.", "pip install 'voiceover[train]'")
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return VoiceoverError(f"unexpected error: {what}", "Run again with --verbose and report what it shows.")


def _interrupted(session: Session) -> int:
    session.progress.close()
    stopped = VoiceoverError("interrupted; no unfinished file was left, and a later run carries on.")
    stopped.exit_code = ExitCode.INTERRUPTED
    session.progress.error(stopped)
    return ExitCode.INTERRUPTED


def _show_traceback(arguments: Sequence[str]) -> None:
    if "--verbose" in arguments or "-v" in arguments:
        traceback.print_exc()


def _take_signals() -> list[signal.Signals]:
    """Have every wish to end a run act as Ctrl-C: unfinished files are removed, finished clips kept."""
    last = float("-inf")

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before > _PATIENCE:  # a second one meanwhile would stop the cleaning up
            raise KeyboardInterrupt

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP
    numbers = [signal.Signals[name] for name in names]
    # nohup, and a shell that starts a run in the background, have it ignore some: that stays so
    taken = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, interrupt)
    return taken
