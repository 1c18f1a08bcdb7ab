from __future__ import annotations

import json
import os
import resource
import subprocess
import sys

import pytest

import voiceover
from voiceover.cli import main
from voiceover.cli.options import Session
from voiceover.errors import BadInputError, ExitCode, MissingError
from voiceover.progress import ProgressMode

HELP = """
import sys
from voiceover.cli.main import run
code = run(["--help"])
heavy = {"torch", "torchaudio", "librosa", "moviepy", "numpy", "scipy", "pydantic", "pyttsx3"} & set(sys.modules)
print(sorted(heavy), file=sys.stderr)
sys.exit(code)
"""


def test_help_loads_nothing_heavy_and_is_quick() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.stderr.strip() == "[]"
    assert "dub" in result.stdout
    assert "narrate" in result.stdout
    computed = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert computed < 1.5, "the target is 0.5 s; this bound only catches a heavy import on a busy machine"


@pytest.mark.parametrize(
    "command", ["dub", "narrate", "say", "voices", "dataset", "train", "evaluate", "plugins", "doctor"]
)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([command, "--help"]) == 0
    assert "Usage: voiceover" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out == f"voiceover {voiceover.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["dubb"], ["dub"], ["dub", "a.mp4", "a.srt", "--no-such-option"], ["say", "x", "--seed", "many"]]
)
def test_usage_errors_exit_with_2_and_say_why(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(arguments) == ExitCode.BAD_INPUT
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Usage" in shown.err
    assert "Traceback" not in shown.err


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr("voiceover.voices.catalog.entries", fail)
    return main.run(["voices", "list", *arguments])


def test_an_error_is_its_message_its_remedy_and_its_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert raising(MissingError("There is no engine.", "Install one."), monkeypatch) == ExitCode.MISSING
    assert capsys.readouterr() == ("", "error: There is no engine.\nInstall one.\n")


def test_an_unexpected_error_is_one_line_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert raising(RuntimeError("odd\nthing"), monkeypatch) == ExitCode.BAD_INPUT
    told = capsys.readouterr().err
    assert told.splitlines() == [
        "error: unexpected error: RuntimeError: odd thing",
        "Run again with --verbose and report what it shows.",
    ]


def test_a_file_that_no_check_foresaw_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = PermissionError(13, "Permission denied", "voices/x/voice.json")
    assert raising(error, monkeypatch) == ExitCode.BAD_INPUT
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "error: voices/x/voice.json: Permission denied."
    assert len(told) == 2


@pytest.mark.skipif(os.name == "nt", reason="needs pipes and signals as Unix has them")
def test_a_reader_that_has_enough_is_no_reason_for_a_message() -> None:
    script = """
import sys
from voiceover.cli import main
from voiceover.voices import catalog
catalog.entries = lambda: [catalog.Entry("name", "bundle", "en", "", "x" * 1_000_000)]
sys.argv = ["voiceover", "voices", "list", "--json"]
main.main()
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(1) == "{"
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has none of these signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("ignored", [False, True])
def test_a_run_that_is_ended_ends_as_with_ctrl_c_unless_it_was_to_outlive_that(name: str, ignored: bool) -> None:
    script = f"""
import os, signal, sys
number = signal.{name}
# whoever runs the tests may have ignored the signal (nohup, a background job), and children inherit that
usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
signal.signal(number, signal.SIG_IGN if {ignored} else usual)
from voiceover.cli import main
def entries():
    try:
        os.kill(os.getpid(), number)
    finally:
        os.kill(os.getpid(), number)  # an impatient user, while the run cleans up
    return []
import voiceover.voices.catalog
voiceover.voices.catalog.entries = entries
sys.argv = ["voiceover", "voices", "list", "--json"]
try:
    main.main()
finally:
    os.kill(os.getpid(), number)  # and once more, while the interpreter shuts down
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr
    assert result.returncode == (0 if ignored else ExitCode.INTERRUPTED)
    assert ("interrupted" in result.stderr) is not ignored
    assert bool(result.stdout) is ignored


@pytest.mark.parametrize("error", [RuntimeError("odd"), BadInputError("bad")])
def test_verbose_shows_the_traceback(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(error, monkeypatch, "--verbose")
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_an_interrupt_is_one_line_and_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(KeyboardInterrupt(), monkeypatch) == ExitCode.INTERRUPTED
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("error: interrupted")


def test_errors_are_json_where_json_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session()
    session.show(ProgressMode.JSON, quiet=False).error(BadInputError("bad", "do this"))
    assert json.loads(capsys.readouterr().err)["exit_code"] == 2


IMPORT = ["voices", "import", "--acoustic", "x.pt", "--name", "x"]
CLONE = ["clone", ".", "--name", "x", "--i-have-the-rights"]


@pytest.mark.parametrize("command", [IMPORT, CLONE], ids=["import", "clone"])
def test_what_needs_torch_says_so_where_it_is_not_installed(command: list[str]) -> None:
    program = "import sys; sys.modules['torch'] = None; from voiceover.cli.main import run; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", program, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "torch, which is not installed" in done.stderr
    assert "pip install 'voiceover[train]'" in done.stderr
    assert "Traceback" not in done.stderr
