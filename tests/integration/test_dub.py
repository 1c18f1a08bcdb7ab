from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
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


def streams_of(film: Path) -> list[tuple[str, str | None, bool]]:
    return [(stream.codec, stream.title, stream.default) for stream in media.probe(film).audio]


def packets(film: Path, stream: str) -> bytes:
    arguments = ["-v", "error", "-i", f"file:{film}", "-map", stream, "-c", "copy", "-f", "streamhash", "-"]
    return subprocess.run([media.find_ffmpeg(), *arguments], check=True, capture_output=True).stdout.split(b",", 1)[1]


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_a_separate_narration_is_the_last_track_and_on_time(
    film: Path, subs: Path, tmp_path: Path, voiceover: Run, suffix: str
) -> None:
    out = tmp_path / f"out.{suffix}"
    options = ("--mix", "separate", "--report", tmp_path / "r.json", "-o", out)
    code, _, err = voiceover("dub", film, subs, "--voice", "beep:", *options)
    assert code == 0, err
    assert streams_of(out) == [("aac", "Original", True), ("aac", "Narration", False)]
    assert packets(out, "0:v:0") == packets(film, "0:v:0")
    assert packets(out, "0:a:0").split(b"=")[1] == packets(film, "0:a:0").split(b"=")[1]
    totals = json.loads((tmp_path / "r.json").read_text("utf-8"))["totals"]
    assert totals["integrated_lufs"] == pytest.approx(-14.0, abs=1.0)
    # the report's figures are those of the narration, not of the original: measured here with nothing of voiceover's
    track = media.decode_audio(out, stream=1)[:, 0]
    errors = []
    for start in (0.5, 2.0, 3.5):
        window = np.abs(track[round((start - 0.3) * 48_000) : round((start + 0.3) * 48_000)])
        errors.append(abs(np.argmax(window > 0.1 * window.max()) / 48_000 - 0.3) * 1000)
    assert max(errors) < 15.0
    assert totals["median_onset_error_ms"] == pytest.approx(np.median(errors), abs=5.0)
    assert totals["p95_onset_error_ms"] <= 15.0


def test_the_report_sees_a_late_narration_in_any_mix(
    film: Path, subs: Path, tmp_path: Path, voiceover: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A narration that the film holds 60 ms late must be reported as such, or the figures mean nothing."""
    mux = media.mux

    def late(video: media.Media, out: Path, dub: np.ndarray, **options: object) -> tuple[str, ...]:
        return mux(video, out, np.roll(dub, round(0.060 * 48_000), axis=0), **options)  # type: ignore[arg-type]

    monkeypatch.setattr(media, "mux", late)
    for mix in ("duck", "replace", "separate"):
        voiceover("dub", film, subs, "--voice", "beep:", "--mix", mix, "--force", "--report", tmp_path / "r.json")
        totals = json.loads((tmp_path / "r.json").read_text("utf-8"))["totals"]
        assert totals["median_onset_error_ms"] == pytest.approx(60.0, abs=6.0), mix


def read_subtitles(film: Path) -> list[str]:
    """Each subtitle track as SubRip text."""
    tracks = range(len(media.probe(film).subtitles))
    command = [media.find_ffmpeg(), "-v", "error", "-i", f"file:{film}"]
    asked = [[*command, "-map", f"0:s:{track}", "-f", "srt", "-"] for track in tracks]
    return [subprocess.run(one, check=True, capture_output=True).stdout.decode() for one in asked]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm"])
def test_the_spoken_lines_are_embedded_when_they_are_spoken(
    subs: Path, tmp_path: Path, voiceover: Run, suffix: str
) -> None:
    film, out = make_film(tmp_path / f"film.{suffix}"), tmp_path / f"film.dubbed.{suffix}"
    assert voiceover("dub", film, subs, "--voice", "beep:", "--subtitles", "embed")[0] == 0
    (track,) = read_subtitles(out)
    shown = [block.splitlines() for block in track.strip().split("\n\n")]
    assert [block[2:] for block in shown] == [["One two three"], ["Salt & pepper"], ["The last words"]]
    # 13 characters of 50 ms (the last without its pause of 10), 15 ("and" for "&"), and 14
    assert [block[1] for block in shown] == [
        "00:00:00,500 --> 00:00:01,140",
        "00:00:02,000 --> 00:00:02,740",
        "00:00:03,500 --> 00:00:04,190",
    ]
    assert voiceover("dub", out, subs, "--voice", "beep:")[0] == 0
    assert read_subtitles(tmp_path / f"film.dubbed.dubbed.{suffix}") == [track]  # keep is the default
    again = tmp_path / f"none.{suffix}"
    assert voiceover("dub", out, subs, "--voice", "beep:", "--subtitles", "none", "-o", again)[0] == 0
    assert read_subtitles(again) == []


def test_lines_without_a_place_are_not_embedded(film: Path, subs: Path, tmp_path: Path, voiceover: Run) -> None:
    subs.write_text(SRT + "\n4\n00:00:05,500 --> 00:00:06,000\nToo late\n")
    assert voiceover("dub", film, subs, "--voice", "mute:", "--subtitles", "embed")[0] == 4
    (track,) = read_subtitles(tmp_path / "film.dubbed.mp4")
    assert "One two three" in track
    assert "Salt & pepper" not in track  # unsaid
    assert "Too late" not in track


@pytest.mark.parametrize("mix", ["duck", "replace", "separate"])
def test_a_film_of_which_nothing_can_be_said_is_written_and_told(
    film: Path, subs: Path, tmp_path: Path, voiceover: Run, mix: str
) -> None:
    options = ("--mix", mix, "--subtitles", "embed", "--report", tmp_path / "r.json")
    code, out, err = voiceover("dub", film, subs, "--voice", "mute:all", *options)
    assert code == 4
    assert "0 spoken of 3" in out
    assert "nan" not in out
    assert "inf" not in out
    assert sum("could not be said" in line for line in err.splitlines()) == 3
    assert "MuteVoice:all could say none of the lines" in err.splitlines()[-1]
    assert len(media.probe(tmp_path / "film.dubbed.mp4").audio) == 2
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["totals"]["unsaid"] == 3


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
    assert {event["event"] for event in events} == {"start", "stage", "advance", "warning", "line", "done"}
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


def _folder_as_output(folder: Path) -> list[str]:
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "is a folder", "-o", str(folder)]


def _here_as_output(folder: Path) -> list[str]:
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "is a folder", "-o", "."]


def _report_over_the_subtitles(folder: Path) -> list[str]:
    subs = str(folder / "film.srt")
    return [str(folder / "film.mp4"), subs, "the input itself", "--report", subs, "--force"]


def _report_over_the_film(folder: Path) -> list[str]:
    film = str(folder / "film.mp4")
    return [film, str(folder / "film.srt"), "with --report", "--report", film, "--force"]


def _report_over_the_output(folder: Path) -> list[str]:
    out = str(folder / "out.mp4")
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "replace the result", "-o", out, "--report", out]


def _report_of_no_known_kind(folder: Path) -> list[str]:
    return [str(folder / "film.mp4"), str(folder / "film.srt"), ".json or .html", "--report", str(folder / "r.csv")]


def _report_named_twice(folder: Path) -> list[str]:
    twice = ["--report", str(folder / "r.html")] * 2
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "names it twice", *twice]


def _output_over_the_subtitles(folder: Path) -> list[str]:
    (folder / "subs.mp4").symlink_to(folder / "film.srt")
    out = ["-o", str(folder / "subs.mp4"), "--force"]
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "the input itself", *out]


def _film_cut_short(folder: Path) -> list[str]:
    film = folder / "film.mp4"
    film.write_bytes(film.read_bytes()[:-20_000])
    return [str(film), str(folder / "film.srt"), "damaged or was cut short"]


def _too_slow(folder: Path) -> list[str]:
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "--max-speed", "--max-speed", "0.5"]


def _no_cues(folder: Path) -> list[str]:
    (folder / "film.srt").write_text("\n\n")
    return [str(folder / "film.mp4"), str(folder / "film.srt"), "film.srt is empty"]


@pytest.mark.parametrize(
    "case",
    [
        _folder_as_output,
        _here_as_output,
        _report_over_the_subtitles,
        _report_over_the_film,
        _report_over_the_output,
        _report_of_no_known_kind,
        _report_named_twice,
        _output_over_the_subtitles,
        _film_cut_short,
        _too_slow,
        _no_cues,
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
    assert err.startswith(("error: ", "Usage: "))  # the second where the command line itself is wrong
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


def test_a_film_without_sound_is_dubbed_by_replacing(subs: Path, tmp_path: Path, voiceover: Run) -> None:
    film = make_film(tmp_path / "mute.mp4", sound=False)
    for mix in ("duck", "separate"):
        assert voiceover("dub", film, subs, "--voice", "beep:", "--mix", mix)[0] == 2
    assert voiceover("dub", film, subs, "--voice", "beep:", "--mix", "replace")[0] == 0
    assert streams_of(tmp_path / "mute.dubbed.mp4") == [("aac", "Narration", True)]


@pytest.mark.parametrize("name", ['-it\'s "a" %03d.mp4', "кино: 映画 [x]*?.mp4", "http:a|b #1&.mp4"])
@pytest.mark.skipif(os.name == "nt", reason="Windows allows few of these letters in names")
def test_any_file_name_will_do(
    film: Path, subs: Path, tmp_path: Path, voiceover: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "of their own"
    folder.mkdir()
    film.rename(folder / name)
    subs.rename(folder / f"{name}.srt")
    monkeypatch.chdir(folder)
    code, out, err = voiceover("dub", "--voice", "beep:", "--quiet", "--stems", "s %d", "--", name, f"{name}.srt")
    assert (code, out, err) == (0, f"{name.removesuffix('.mp4')}.dubbed.mp4\n", "")
    assert names(folder) == {name, f"{name}.srt", out[:-1], "s %d"}


def test_a_full_disk_is_told_and_leaves_nothing(
    film: Path, subs: Path, tmp_path: Path, voiceover: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = names(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "posix_fallocate", fill, raising=False)
    code, out, err = voiceover("dub", film, subs, "--voice", "beep:", "--progress", "none", "--stems", tmp_path / "s")
    assert (code, out) == (2, "")
    assert "no room for 1 MB of sound: No space left on device" in err
    assert "TMPDIR" in err
    assert names(tmp_path) == before


def test_a_film_that_cannot_be_measured_does_not_appear(
    film: Path, subs: Path, tmp_path: Path, voiceover: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = names(tmp_path)
    monkeypatch.setattr("voiceover.measuring.measure_output", fail)
    options = ("--voice", "beep:", "--report", tmp_path / "r.json", "--stems", tmp_path / "s")
    assert voiceover("dub", film, subs, *options)[0] == 130
    assert voiceover("narrate", subs, "-o", tmp_path / "n.wav", *options)[0] == 130
    assert names(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_and_carries_on(
    number: signal.Signals, *, film: Path, subs: Path, tmp_path: Path, home: Path, voiceover: Run
) -> None:
    plugins = doubles.install(tmp_path.parent / f"{tmp_path.name}-plugins-{number}")
    path = os.pathsep.join([str(plugins), str(Path(doubles.__file__).parent), os.environ.get("PYTHONPATH", "")])
    # whoever runs the tests may have ignored SIGINT (a background job), and children inherit that
    usual = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{usual}; from voiceover.cli.main import main; main()"]
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
