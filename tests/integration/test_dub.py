from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import doubles
import numpy as np
import pytest
import soundfile

from voiceover import media
from voiceover.cli import main

SRT = """1
00:00:00,500 --> 00:00:01,500
One two three

2
00:00:02,000 --> 00:00:03,000
Salt & pepper

3
00:00:03,500 --> 00:00:04,500
The last words
"""


def make_film(path: Path, *, sound: bool = True, seconds: float = 5.0) -> Path:
    """Write a tiny film with ffmpeg's own test pictures and quiet noise."""
    codec = {".mp4": ["libx264", "aac"], ".webm": ["libvpx", "libvorbis"], ".mkv": ["libx264", "aac"]}[path.suffix]
    arguments = ["-f", "lavfi", "-i", f"testsrc=size=160x90:rate=25:duration={seconds}"]
    if sound:
        arguments += ["-f", "lavfi", "-i", f"anoisesrc=amplitude=0.05:seed=1:duration={seconds}", "-ac", "2"]
    arguments += ["-c:v", codec[0], "-pix_fmt", "yuv420p"] + (["-c:a", codec[1]] if sound else [])
    command = [media.find_ffmpeg(), "-nostdin", "-loglevel", "error", *arguments, "-y", str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="module")
def film_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give voiceover a home of its own and the test voices as plug-ins."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("VOICEOVER_HOME", str(folder))
    monkeypatch.syspath_prepend(doubles.install(tmp_path_factory.mktemp("plugins")))
    return folder


@pytest.fixture
def film(film_once: Path, tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(film_once.read_bytes())
    return path


@pytest.fixture
def subs(tmp_path: Path) -> Path:
    path = tmp_path / "film.srt"
    path.write_text(SRT)
    return path


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def voiceover(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = main.run([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out, shown.err

    return run


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def read_report(path: Path) -> dict[str, object]:
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("mix", ["duck", "replace"])
def test_a_dub_is_on_time_and_reported(film: Path, subs: Path, tmp_path: Path, voiceover: Run, mix: str) -> None:
    code, out, err = voiceover("dub", film, subs, "--voice", "beep:", "--mix", mix, "--report", tmp_path / "r.json")
    assert code == 0, err
    assert out.splitlines()[0] == str(tmp_path / "film.dubbed.mp4")
    assert names(tmp_path) == {"film.mp4", "film.srt", "film.dubbed.mp4", "r.json"}
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert [line["text"] for line in report["lines"]] == ["One two three", "Salt & pepper", "The last words"]
    assert report["lines"][1]["spoken_text"] == "Salt and pepper"
    totals = report["totals"]
    assert totals["overlap_samples"] == totals["shifted"] == totals["unsaid"] == 0
    assert totals["median_onset_error_ms"] <= 10.0
    assert totals["p95_onset_error_ms"] <= 20.0
    assert totals["integrated_lufs"] == pytest.approx(-14.0, abs=1.0)
    streams = media.probe(tmp_path / "film.dubbed.mp4")
    assert len(streams.audio) == 2
    assert [stream.default for stream in streams.audio] == [True, False]


def test_the_narration_really_sounds_at_its_cues(film: Path, subs: Path, tmp_path: Path, voiceover: Run) -> None:
    """Measured here with nothing of voiceover's own: where the tone's energy begins in the decoded track."""
    assert voiceover("dub", film, subs, "--voice", "beep:", "--mix", "replace", "--drop-original")[0] == 0
    track = media.decode_audio(tmp_path / "film.dubbed.mp4")[:, 0]
    assert len(media.probe(tmp_path / "film.dubbed.mp4").audio) == 1
    for start in (0.5, 2.0, 3.5):
        window = np.abs(track[round((start - 0.3) * 48_000) : round((start + 0.3) * 48_000)])
        onset = np.argmax(window > 0.1 * window.max()) / 48_000 - 0.3
        assert abs(onset) < 0.020
    assert np.abs(track[: round(0.3 * 48_000)]).max() < 0.001


def test_a_second_run_speaks_only_what_changed(film: Path, subs: Path, tmp_path: Path, voiceover: Run) -> None:
    report = tmp_path / "r.json"
    arguments = ("dub", film, subs, "--voice", "beep:cached", "--force", "--report", report)
    assert voiceover(*arguments)[0] == 0
    assert read_report(report)["totals"]["cached_lines"] == 0  # type: ignore[index]
    subs.write_text(SRT.replace("last words", "last word"))
    assert voiceover(*arguments)[0] == 0
    assert read_report(report)["totals"]["cached_lines"] == 2  # type: ignore[index]


def test_lines_after_the_end_are_told_once_and_not_spoken(
    film: Path, subs: Path, tmp_path: Path, voiceover: Run
) -> None:
    subs.write_text(SRT + "\n4\n00:00:05,500 --> 00:00:06,000\nToo late\n\n5\n00:01:00,000 --> 00:01:01,000\nLater\n")
    report = tmp_path / "r.json"
    arguments = ("dub", film, subs, "--voice", "beep:", "--report", report, "--force")
    code, _, err = voiceover(*arguments)
    assert code == 0
    warnings = [line for line in err.splitlines() if line.startswith("warning")]
    assert len(warnings) == 1
    assert "2 lines start after the end" in warnings[0]
    assert "from line 4 at 0:00:05.500 on" in warnings[0]
    lines = read_report(report)["lines"]
    assert [line["flags"] for line in lines] == [[], [], [], ["beyond-end"], ["beyond-end"]]  # type: ignore[attr-defined]
    assert voiceover(*arguments, "--strict")[0] == 1


def test_unsaid_lines_leave_gaps_that_are_listed(film: Path, subs: Path, tmp_path: Path, voiceover: Run) -> None:
    code, out, err = voiceover("dub", film, subs, "--voice", "mute:")
    assert code == 4
    assert out.splitlines()[0] == str(tmp_path / "film.dubbed.mp4")
    assert (tmp_path / "film.dubbed.mp4").exists()
    assert "0:00:02.000 line 2 “Salt & pepper”: could not be said" in err


def test_an_overrun_is_listed_and_fails_a_strict_run(film: Path, subs: Path, voiceover: Run) -> None:
    code, _, err = voiceover("dub", film, subs, "--voice", "overrun:")
    assert code == 0
    assert "line 1" in err
    assert voiceover("dub", film, subs, "--voice", "overrun:", "--strict", "--force")[0] == 1


def test_progress_as_json_is_json_throughout(film: Path, subs: Path, voiceover: Run) -> None:
    code, _, err = voiceover("dub", film, subs, "--voice", "mute:", "--progress", "json")
    events = [json.loads(line) for line in err.splitlines()]
    assert {event["event"] for event in events} == {"stage", "advance", "warning", "done"}
    assert events[-1]["exit_code"] == code == 4


def test_quiet_prints_the_place_alone(film: Path, subs: Path, tmp_path: Path, voiceover: Run) -> None:
    assert voiceover("dub", film, subs, "--voice", "mute:", "--quiet") == (4, f"{tmp_path / 'film.dubbed.mp4'}\n", "")


def test_narrate_writes_a_24_bit_track_and_stems(subs: Path, tmp_path: Path, voiceover: Run) -> None:
    code, out, _ = voiceover("narrate", subs, "-o", tmp_path / "n.wav", "--voice", "beep:", "--stems", tmp_path / "s")
    assert code == 0
    assert out.splitlines()[0] == str(tmp_path / "n.wav")
    about = soundfile.info(tmp_path / "n.wav")
    assert (about.samplerate, about.channels, about.subtype) == (48_000, 1, "PCM_24")
    assert names(tmp_path / "s") == {"0001.wav", "0002.wav", "0003.wav"}
    assert names(tmp_path) == {"film.srt", "n.wav", "s"}


def test_narrate_reads_a_script_without_times(tmp_path: Path, voiceover: Run) -> None:
    (tmp_path / "script.txt").write_text("Welcome to the course.\n\nToday we begin.\n")
    code, _, err = voiceover("narrate", tmp_path / "script.txt", "-o", tmp_path / "n.wav", "--voice", "beep:")
    assert code == 0, err
    assert soundfile.info(tmp_path / "n.wav").duration > 1.0


def test_say_writes_or_shows(tmp_path: Path, voiceover: Run) -> None:
    assert voiceover("say", "Salt & pepper", "--show-text", "--voice", "beep:") == (0, "Salt and pepper\n", "")
    out = tmp_path / "hello.wav"
    assert voiceover("say", "Hello", "-o", out, "--voice", "beep:") == (0, f"{out}\n", "")
    assert soundfile.info(out).duration == pytest.approx(4.8 * 0.05 + 2 * doubles.LEAD, abs=0.001)
    assert voiceover("say", "Hello", "-o", out, "--voice", "beep:")[0] == 2
    assert voiceover("say", "Hello", "--voice", "beep:")[0] == 2
    assert voiceover("say", "Hello", "--show-phonemes", "--voice", "beep:")[0] == 2


def _missing_film(folder: Path) -> list[str]:
    return [str(folder / "none.mp4"), str(folder / "film.srt"), "none.mp4"]


def _missing_subs(folder: Path) -> list[str]:
    return [str(folder / "film.mp4"), str(folder / "none.srt"), "none.srt"]


def _pdf_named_srt(folder: Path) -> list[str]:
    (folder / "film.srt").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "film.srt"]


def _no_sound(folder: Path) -> list[str]:
    make_film(folder / "film.mp4", sound=False, seconds=1.0)
    (folder / "film.srt").write_text("1\n00:00:00,100 --> 00:00:00,900\nHello\n")
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "--mix replace"]


def _no_film(folder: Path) -> list[str]:
    (folder / "film.mp4").write_text("not a film at all")
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "film.mp4"]


def _output_under_a_file(folder: Path) -> list[str]:
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "film.srt", "-o", str(folder / "film.srt" / "out.mp4")]


def _existing_output(folder: Path) -> list[str]:
    (folder / "film.dubbed.mp4").write_text("somebody's work")
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "--force"]


def _output_is_the_film(folder: Path) -> list[str]:
    film = str(folder / "film.mp4")
    return [film, str(folder / "film.srt"), "film.mp4", "-o", film, "--force"]


def _unknown_voice(folder: Path) -> list[str]:
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "no voice “narator”", "--voice", "narator"]


def _unknown_loudness(folder: Path) -> list[str]:
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "--loudness loud", "--loudness", "loud"]


def _unknown_format(folder: Path) -> list[str]:
    return [str(folder / "film.mp4"), str(folder / "film.srt"), ".mkv", "-o", str(folder / "film.avi")]


def _all_beyond_end(folder: Path) -> list[str]:
    (folder / "film.srt").write_text("1\n01:00:00,000 --> 01:00:01,000\nHello\n")
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "all 1 lines"]


def _existing_report(folder: Path) -> list[str]:
    (folder / "r.json").write_text("{}")
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "r.json", "--report", str(folder / "r.json")]


@pytest.mark.parametrize(
    "case",
    [
        _missing_film,
        _missing_subs,
        _pdf_named_srt,
        _no_sound,
        _no_film,
        _output_under_a_file,
        _existing_output,
        _output_is_the_film,
        _unknown_voice,
        _unknown_loudness,
        _unknown_format,
        _all_beyond_end,
        _existing_report,
    ],
)
def test_bad_input_is_told_with_exit_2_and_nothing_is_left(
    case: Callable[[Path], list[str]], *, film: Path, subs: Path, tmp_path: Path, home: Path, voiceover: Run
) -> None:
    video, source, told, *options = case(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    voice = [] if "--voice" in options else ["--voice", "beep:"]
    code, out, err = voiceover("dub", video, source, *voice, *options, "--progress", "none")
    assert (code, out) == (2, "")
    assert told in err
    assert err.startswith("error: ")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert list(home.iterdir()) == []


def test_a_read_only_folder_is_told_before_anything_is_spoken(
    film: Path, subs: Path, tmp_path: Path, voiceover: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *_arguments: object, **_options: object) -> None:  # root may write anywhere, so permissions
        raise PermissionError(13, "Permission denied", str(self))  # cannot be tested by taking them away

    before = names(tmp_path)
    monkeypatch.setattr(Path, "touch", refuse)
    code, out, err = voiceover("dub", film, subs, "--voice", "beep:", "--progress", "none")
    assert (code, out) == (2, "")
    assert "film.dubbed.mp4: cannot be written: Permission denied" in err
    assert names(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_and_carries_on(
    number: signal.Signals, *, film: Path, subs: Path, tmp_path: Path, home: Path, voiceover: Run
) -> None:
    plugins = doubles.install(tmp_path.parent / f"{tmp_path.name}-plugins-{number}")
    path = os.pathsep.join([str(plugins), str(Path(doubles.__file__).parent), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", "from voiceover.cli.main import main; main()"]
    command += ["dub", str(film), str(subs), "--voice", "slow:", "--progress", "json"]
    before = names(tmp_path)
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    ) as process:
        assert process.stderr is not None
        events = []
        for line in process.stderr:
            events.append(json.loads(line))
            if events[-1]["event"] == "advance":
                time.sleep(0.2)
                process.send_signal(number)
        code = process.wait(30)
    assert code == 130
    assert events[-1]["event"] == "error"
    assert events[-1]["exit_code"] == 130
    assert names(tmp_path) == before
    code, _, _ = voiceover("dub", film, subs, "--voice", "slow:", "--report", tmp_path / "r.json")
    assert code == 0
    assert read_report(tmp_path / "r.json")["totals"]["cached_lines"] >= 1  # type: ignore[index]
