"""Timelines from the command line, and played by melt."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import numpy as np
import opentimelineio
import pytest
import soundfile

from voiceover import media
from voiceover.frames import FrameRate
from voiceover.media.broadcast import read_sample

RATE = 48_000
FORMATS = (
    ".otio",
    ".xml",
    ".fcpxml",
    ".mlt",
    ".kdenlive",
    ".edl",
    ".srt",
    ".txt",
    *([".aaf"] if find_spec("aaf2") else []),
)
NAME = "a film's “best” & cut Привет"
SRT = """1
00:00:00,500 --> 00:00:01,500
ANNA: One two three

2
00:00:01,900 --> 00:00:02,700
BORIS: Salt & pepper

3
00:00:03,513 --> 00:00:04,500
ANNA: The <i>last</i> words
"""
AT = {
    "23.976": ("24000/1001", "01:00:00:00"),
    "25": ("25", "10:00:00:00"),
    "29.97 DF": ("30000/1001", "01:00:00;00"),
    "50": ("50", "00:59:59:49"),
}


def make_film(path: Path, rate: str, timecode: str) -> Path:
    source = [f"testsrc=size=160x90:rate={rate}:duration=5", "anoisesrc=amplitude=0.05:seed=1:duration=5"]
    inputs = [part for lavfi in source for part in ("-f", "lavfi", "-i", lavfi)]
    outputs = ["-ac", "2", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-timecode", timecode]
    command = [media.find_ffmpeg(), "-nostdin", "-loglevel", "error", *inputs, *outputs, "-y", str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / f"{NAME}.srt").write_text(SRT, encoding="utf-8")
    return folder


def clips_of(path: Path) -> list[tuple[str, Any, int]]:
    """Return track, clip and the frame it lies on, of every clip."""
    read = opentimelineio.adapters.read_from_file(str(path))
    return [
        (track.name, clip.clone(), clip.range_in_parent().start_time.to_frames())
        for track in read.tracks
        for clip in track.find_clips()
    ]


def file_of(clip: Any) -> Path:
    return Path(unquote(urlparse(clip.media_reference.target_url).path))


@pytest.mark.parametrize("at", AT)
def test_a_dub_writes_every_format_and_each_line_is_on_its_moment(
    folder: Path, at: str, run_cli: Callable[..., Any]
) -> None:
    rate, timecode = AT[at]
    film = make_film(folder / f"{NAME}.mov", rate, timecode)
    wanted = [option for suffix in FORMATS for option in ("--timeline", folder / f"{NAME}{suffix}.cut{suffix}")]
    finished = run_cli("dub", film, folder / f"{NAME}.srt", "--voice", "beep:", *wanted, "--report", folder / "r.json")
    assert finished.exit_code == 0, finished.stderr
    frames = FrameRate(Fraction(rate), drop=";" in timecode)
    report = {line["index"]: line for line in json.loads((folder / "r.json").read_text())["lines"]}
    clips = clips_of(folder / f"{NAME}.otio.cut.otio")
    assert [name for name, _, _ in clips] == ["Picture", "Original sound", "ANNA", "ANNA", "BORIS"]
    first = frames.parse(timecode)
    for _, clip, place in clips:
        assert clip.source_range.start_time.to_frames() == first + place
        if "voiceover" not in clip.metadata:
            assert file_of(clip) == film
            continue
        line = report[clip.metadata["voiceover"]["line"]]
        samples, _ = soundfile.read(file_of(clip), dtype="float32")
        assert read_sample(file_of(clip)) == frames.sample(first + place, RATE)
        heard = np.flatnonzero(np.abs(samples) > 0.01)[0] / RATE + frames.sample(place, RATE) / RATE
        assert heard == pytest.approx(line["start"], abs=0.004), "beeps fade in over 3 ms"
        assert clip.name == line["text"]
    label = frames.label(first + clips[2][2])
    stems = {path.name for path in (folder / f"{NAME}.otio.cut.media").iterdir()}
    assert f"0001_{label.replace(':', '-').replace(';', '-')}_ANNA.wav" in stems
    assert {path.name for path in folder.iterdir()} == {
        film.name, f"{NAME}.srt", f"{NAME}.dubbed.mov", "r.json", f"{NAME}.otio.cut.media",
        *(f"{NAME}{suffix}.cut{suffix}" for suffix in FORMATS),
    }  # fmt: skip


def test_stems_that_are_asked_for_are_the_timelines_media(folder: Path, run_cli: Callable[..., Any]) -> None:
    options = (
        "--stems",
        folder / "s",
        "--timeline",
        folder / "cut.otio",
        "--fps",
        "29.97",
        "--timecode",
        "01:00:00;00",
    )
    finished = run_cli("narrate", folder / f"{NAME}.srt", "-o", folder / "n.wav", "--voice", "beep:", *options)
    assert finished.exit_code == 0, finished.stderr
    assert sorted(path.name for path in (folder / "s").iterdir()) == ["0001.wav", "0002.wav", "0003.wav"]
    assert [file_of(clip).name for _, clip, _ in clips_of(folder / "cut.otio")] == ["0001.wav", "0003.wav", "0002.wav"]
    assert not (folder / "cut.media").exists()
    read = opentimelineio.adapters.read_from_file(str(folder / "cut.otio"))
    assert read.global_start_time.to_frames() == 107_892


TIGHT = """1
00:00:00,500 --> 00:00:01,500
ANNA: twenty letters or so

2
00:00:01,300 --> 00:00:03,000
ANNA: and as many hereafter
"""


def test_other_takes_of_a_tight_line_are_files_beside_it(folder: Path, run_cli: Callable[..., Any]) -> None:
    (folder / "tight.srt").write_text(TIGHT)
    wanted = [option for suffix in FORMATS for option in ("--timeline", folder / f"cut{suffix}.t{suffix}")]
    options = ("-o", folder / "n.wav", "--voice", "moody:", "--stems", folder / "s", "--report", folder / "r.json")
    finished = run_cli("narrate", folder / "tight.srt", *options, *wanted)
    assert finished.exit_code == 0, finished.stderr
    lines = json.loads((folder / "r.json").read_text())["lines"]
    retaken = [line["index"] for line in lines if "takes" in line["reason"]]
    assert retaken == [1, 2]
    names = sorted(path.name for path in (folder / "s").iterdir())
    assert len(names) == 2 + 2 * 4
    for clip in opentimelineio.adapters.read_from_file(str(folder / "cut.otio.t.otio")).find_clips():
        for reference in clip.media_references().values():
            file = Path(unquote(urlparse(reference.target_url).path))
            assert read_sample(file) == read_sample(file_of(clip))
            assert reference.available_range.duration.to_frames() * RATE // 25 == soundfile.info(file).frames
    finished = run_cli("narrate", folder / "tight.srt", *options, "--force")
    assert finished.exit_code == 0, finished.stderr
    assert sorted(path.name for path in (folder / "s").iterdir()) == ["0001.wav", "0002.wav"], "one WAV per spoken line"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--timeline", "cut.prproj"], "no timeline is written as .prproj"),
        (["--timeline", "none/cut.otio"], "no such folder"),
        (["--timeline", "cut.otio", "--timeline", "cut.otio"], "names it twice"),
        (["--timeline", "subs.srt", "--force"], "would replace"),
        (["--timeline", "there.otio"], "exists"),
        (["--timeline", "old.otio"], "holds stems already"),
        (["--timeline", "cut.otio", "--fps", "fast"], "not a frame rate"),
        (["--timeline", "cut.otio", "--timecode", "1:00"], "is not a time code"),
        (["--timeline", "cut.otio", "--timecode", "01:00:00;00"], "only 29.97 and 59.94"),
    ],
)
def test_what_an_editor_gets_wrong_is_said_before_a_word_is_spoken(
    tmp_path: Path, options: list[str], message: str, run_cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("subs.srt").write_text(SRT)
    Path("there.otio").write_text("somebody's work")
    Path("old.media").mkdir()
    Path("old.media/0001_00-00-00-00.wav").write_text("somebody's work")
    before = sorted(Path().rglob("*"))
    finished = run_cli("narrate", "subs.srt", "-o", "n.wav", "--voice", "beep:", *options)
    assert finished.exit_code == 2
    assert message in " ".join(finished.stderr.split())
    assert sorted(Path().rglob("*")) == before


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [name for name in programs if not shutil.which(name)]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")


def play(project: Path, wav: Path) -> np.ndarray:
    """Return what melt makes of a project: it exits with 0 whatever happens, so only the sound tells."""
    sound = [f"avformat:{wav}", "vn=1", "acodec=pcm_s24le", f"ar={RATE}", "ac=2"]
    consumer = [*sound, "real_time=0"]  # one thread: melt's several wait for each other, now and then for ever
    subprocess.run(
        [shutil.which("melt") or "melt", "-silent", str(project), "-consumer", *consumer],
        check=True, capture_output=True, timeout=120, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    samples, rate = soundfile.read(wav, dtype="float32")
    assert rate == RATE
    return np.asarray(samples)


@needs("melt")
@pytest.mark.parametrize("at", ["25", "29.97 DF"])
@pytest.mark.parametrize("suffix", [".mlt", ".kdenlive"])
def test_melt_plays_every_line_on_its_moment_also_from_a_moved_folder(
    folder: Path, suffix: str, at: str, run_cli: Callable[..., Any]
) -> None:
    rate, timecode = AT[at]
    options = (
        "--timeline",
        folder / f"cut{suffix}",
        "--fps",
        rate,
        "--timecode",
        timecode,
        "--report",
        folder / "r.json",
    )
    finished = run_cli("narrate", folder / f"{NAME}.srt", "-o", folder / "n.wav", "--voice", "beep:", *options)
    assert finished.exit_code == 0, finished.stderr
    moved = folder.rename(folder.with_name("moved & “quoted” Привет"))
    sound = play(moved / f"cut{suffix}", moved / "played.wav").mean(axis=1)
    lines = json.loads((moved / "r.json").read_text())["lines"]
    assert len(lines) == 3
    for line in lines:
        start = round(line["start"] * RATE)
        assert np.abs(sound[start - RATE // 10 : start - 10]).max() < 0.002, "silence before it"
        heard = np.flatnonzero(np.abs(sound[start - 10 :]) > 0.01)[0] - 10
        assert abs(heard) < 0.004 * RATE, "beeps fade in over 3 ms"


@needs("melt")
def test_melts_silence_for_missing_clips_would_be_noticed(folder: Path, run_cli: Callable[..., Any]) -> None:
    options = ("--timeline", folder / "cut.mlt")
    run_cli("narrate", folder / f"{NAME}.srt", "-o", folder / "n.wav", "--voice", "beep:", *options)
    shutil.rmtree(folder / "cut.media")
    assert np.abs(play(folder / "cut.mlt", folder / "played.wav")).max() < 0.001


@needs("melt")
@pytest.mark.parametrize("suffix", [".mlt", ".kdenlive"])
def test_melt_does_not_play_other_takes(folder: Path, suffix: str, run_cli: Callable[..., Any]) -> None:
    (folder / "tight.srt").write_text(TIGHT)
    options = ("--timeline", folder / f"cut{suffix}", "--voice", "moody:")
    assert run_cli("narrate", folder / "tight.srt", "-o", folder / "n.wav", *options).exit_code == 0
    heard = play(folder / f"cut{suffix}", folder / "with.wav")
    takes = [path for path in (folder / "cut.media").iterdir() if "-take" in path.name]
    assert len(takes) == 8
    for path in takes:
        samples, rate = soundfile.read(path)
        soundfile.write(path, 0.0 * samples, rate, "PCM_24")
    np.testing.assert_allclose(heard, play(folder / f"cut{suffix}", folder / "without.wav"), atol=1e-4)
    assert np.abs(heard).max() > 0.05
