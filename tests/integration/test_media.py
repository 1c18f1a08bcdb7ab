"""The real ffmpeg on real (tiny) files: what goes in must come out, and nothing else."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from voiceover import loudness, media, mixdown, onsets
from voiceover.errors import BadInputError, MissingError
from voiceover.media.ffmpeg import run
from voiceover.media.writing import asked_for
from voiceover.types import Audio, Samples

RATE = 48_000
SECONDS = 4
FORMATS = ["mp4", "mov", "mkv", "webm"]


def ffmpeg(*arguments: str | Path) -> bytes:
    command = [media.find_ffmpeg(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def packets(path: Path, stream: str = "0:v:0") -> list[str]:
    """Size and hash of every packet of a stream, by default the moving pictures, in order."""
    rows = ffmpeg("-i", path, "-map", stream, "-c", "copy", "-f", "framemd5", "-").decode().splitlines()
    return [" ".join(row.split(",")[-2:]) for row in rows if not row.startswith("#")]


def picture_times(path: Path) -> list[float]:
    """When each picture is shown, on the clock of the whole file."""
    maps = ["-map", "0:v:0", "-map", "0:a?", "-c", "copy", "-f", "framemd5", "-"]
    rows = ffmpeg("-i", path, *maps).decode().splitlines()
    numerator, denominator = next(row for row in rows if row.startswith("#tb 0:")).split(": ")[1].split("/")
    return sorted(int(row.split(",")[2]) * int(numerator) / int(denominator) for row in rows if row.startswith("0,"))


def make(path: Path, *more: str | Path, sound: bool = True) -> Path:
    """A four-second film with B-frames (where the codec has them) and a 44.1 kHz stereo hum."""
    webm = path.suffix == ".webm"
    inputs = ["-f", "lavfi", "-i", f"testsrc=s=96x64:r=24:d={SECONDS}"]
    if sound:
        inputs += ["-f", "lavfi", "-i", f"sine=220:d={SECONDS}:r=44100", "-ac", "2"]
    video = (
        ["-c:v", "libvpx"] if webm else ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p"]
    )
    ffmpeg(*inputs, *video, "-c:a", "libvorbis" if webm else "aac", *more, path)
    return path


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {suffix: make(folder / f"film.{suffix}") for suffix in FORMATS}


CLICKS = [0, *(round((0.37 + 0.5 * k) * RATE) + 7 * k for k in range(7))]


def click_train(channels: int = 1) -> Samples:
    samples = np.zeros((SECONDS * RATE, channels), np.float32)
    samples[CLICKS] = 0.9
    return samples if channels > 1 else samples[:, 0]


def click_errors(decoded: Samples) -> list[int]:
    """How many samples late each click is."""
    found = []
    for click in CLICKS[1:]:
        low = click - 4000
        found.append(int(np.abs(decoded[low : click + 4000]).argmax()) + low - click)
    return found


# --- muxing ---


@pytest.mark.parametrize("suffix", FORMATS)
def test_mux_copies_pictures_and_places_the_dub_to_the_sample(
    films: dict[str, Path], tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"out.{suffix}"
    dropped = media.mux(media.probe(films[suffix]), out, click_train(), language="en")
    assert dropped == ()
    assert packets(out) == packets(films[suffix])
    assert len(packets(out)) == SECONDS * 24
    assert picture_times(out) == pytest.approx(picture_times(films[suffix]), abs=0.0015)

    result = media.probe(out)
    dub, original = result.audio
    assert dub.default
    assert not original.default
    assert (dub.language, dub.title, dub.rate, dub.channels) == ("eng", "Narration", RATE, 1)
    assert dub.codec == ("opus" if suffix == "webm" else "aac")
    assert (original.title, original.channels, original.rate) == ("Original", 2, 44_100)
    assert result.seconds == pytest.approx(SECONDS, abs=1 / 24)

    assert packets(out, "0:a:1") == packets(films[suffix], "0:a:0")
    decoded = media.decode_audio(out)
    assert decoded.shape[1] == 1
    assert max(map(abs, click_errors(decoded[:, 0]))) <= 2
    before, after = media.decode_audio(films[suffix]), media.decode_audio(out, stream=1)
    np.testing.assert_allclose(after[RATE : 3 * RATE], before[RATE : 3 * RATE], atol=0.02)


@pytest.mark.parametrize("channels", [2, 6])
@pytest.mark.parametrize("suffix", FORMATS)
def test_more_channels_survive(films: dict[str, Path], tmp_path: Path, suffix: str, channels: int) -> None:
    out = tmp_path / f"out.{suffix}"
    dub = np.zeros((SECONDS * RATE, channels), np.float32)
    speaking = 1 if channels == 2 else 2
    dub[CLICKS[1:], speaking] = 0.9
    media.mux(media.probe(films[suffix]), out, dub)
    decoded = media.decode_audio(out)
    assert decoded.shape[1] == channels
    assert np.square(decoded).sum(axis=0).argmax() == speaking
    assert max(map(abs, click_errors(decoded[:, speaking]))) <= 2


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_separate_dub_is_the_last_track_and_the_film_plays_as_before(
    films: dict[str, Path], tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"out.{suffix}"
    assert media.mux(media.probe(films[suffix]), out, click_train(), language="en", default=False) == ()
    original, dub = media.probe(out).audio
    assert (original.title, original.default, original.rate) == ("Original", True, 44_100)
    assert (dub.title, dub.default, dub.language, dub.rate) == ("Narration", False, "eng", RATE)
    assert packets(out) == packets(films[suffix])
    assert packets(out, "0:a:0") == packets(films[suffix], "0:a:0")
    assert max(map(abs, click_errors(media.decode_audio(out, stream=-1)[:, 0]))) <= 2
    assert np.array_equal(media.decode_audio(out, stream=-2), media.decode_audio(out, stream=0))
    with pytest.raises(BadInputError, match=r"no audio stream -1 \(it has 2\)"):
        media.decode_audio(out, stream=-3)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_a_separate_dub_comes_after_every_track_there_was(rich: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    before = media.probe(rich[suffix])
    media.mux(before, out, click_train(), language="sv", default=False)
    after = media.probe(out)
    assert [(s.language, s.title) for s in after.audio] == [
        ("deu", "Original"),
        ("fra", "Commentary"),
        ("swe", "Narration"),
    ]
    assert [s.default for s in after.audio] == [True, before.audio[1].default, False]
    assert [(s.language, s.default) for s in after.subtitles] == [(s.language, s.default) for s in before.subtitles]
    assert after.chapters == 2
    for stream in ("0:v:0", "0:a:0", "0:a:1"):
        assert packets(out, stream) == packets(rich[suffix], stream)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_the_original_can_be_dropped(films: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    media.mux(media.probe(films[suffix]), out, click_train(), drop_original=True)
    assert len(media.probe(out).audio) == 1


def test_a_dub_longer_than_the_film_is_kept_whole(films: dict[str, Path], tmp_path: Path) -> None:
    dub = np.zeros(6 * RATE, np.float32)
    dub[round(5.5 * RATE)] = 0.9
    media.mux(media.probe(films["mp4"]), tmp_path / "out.mp4", dub)
    decoded = media.decode_audio(tmp_path / "out.mp4")[:, 0]
    assert abs(int(np.abs(decoded).argmax()) - round(5.5 * RATE)) <= 2


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Films with chapters, a title, two languages, subtitles and a cover."""
    folder = tmp_path_factory.mktemp("rich")
    (folder / "chapters.txt").write_text(
        ";FFMETADATA1\ntitle=A film\\; or two\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=Stream #0:0: Audio: one\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=4000\ntitle=two\n"
    )
    (folder / "subs.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nGuten Tag\n")
    ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32", "-frames:v", "1", folder / "cover.png")
    films = {}
    for suffix in ("mp4", "mkv"):
        plain = make(folder / f"plain.{suffix}")
        text = "srt" if suffix == "mkv" else "mov_text"
        inputs = ["-i", plain, "-i", folder / "chapters.txt", "-i", folder / "subs.srt"]
        maps = ["-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "2:s", "-map_metadata", "1", "-map_chapters", "1"]
        options = ["-c", "copy", "-c:s", text, "-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "language=fra"]
        options += ["-metadata:s:a:1", "title=Commentary", "-metadata:s:s:0", "language=deu"]
        if suffix == "mkv":
            options += ["-attach", folder / "cover.png", "-metadata:s:t", "mimetype=image/png"]
            options += ["-metadata:s:t", "filename=cover.png"]
        else:
            inputs += ["-i", folder / "cover.png"]
            maps += ["-map", "3:v"]
            options += ["-disposition:v:1", "attached_pic"]
        films[suffix] = folder / f"rich.{suffix}"
        ffmpeg(*inputs, *maps, *options, films[suffix])
    return films


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_probe_finds_everything(rich: dict[str, Path], suffix: str) -> None:
    found = media.probe(rich[suffix])
    assert [(s.codec, s.width, s.height, s.fps) for s in found.video] == [("h264", 96, 64, 24.0)]
    assert [(s.codec, s.language, s.title, s.channels, s.rate) for s in found.audio] == [
        ("aac", "deu", None, 2, 44_100),
        ("aac", "fra", "Commentary", 2, 44_100),
    ]
    assert [s.language for s in found.subtitles] == ["deu"]
    assert sum(s.attached_picture for s in found.streams) == 1
    assert found.chapters == 2
    assert found.seconds == pytest.approx(SECONDS, abs=0.05)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_other_tracks_chapters_and_metadata_are_kept(rich: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    assert media.mux(media.probe(rich[suffix]), out, click_train(), language="sv") == ()
    result = media.probe(out)
    assert [(s.language, s.title, s.default) for s in result.audio] == [
        ("swe", "Narration", True),
        ("deu", "Original", False),
        ("fra", "Commentary", False),
    ]
    assert [s.language for s in result.subtitles] == ["deu"]
    assert sum(s.attached_picture for s in result.streams) == 1
    assert result.chapters == 2
    for stream, source in (("0:v:0", "0:v:0"), ("0:a:1", "0:a:0"), ("0:a:2", "0:a:1"), ("0:s:0", "0:s:0")):
        assert packets(out, stream) == packets(rich[suffix], source)
    assert result.seconds == pytest.approx(media.probe(rich[suffix]).seconds, abs=1 / 24)
    tags = ffmpeg("-i", out, "-f", "ffmetadata", "-").decode()
    assert "title=A film\\; or two" in tags
    assert "Guten Tag" in ffmpeg("-i", out, "-map", "0:s:0", "-f", "srt", "-").decode()


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "webm"])
def test_cues_are_embedded_beside_the_subtitles_there_were(
    films: dict[str, Path], rich: dict[str, Path], tmp_path: Path, suffix: str
) -> None:
    source = rich.get(suffix, films[suffix])
    out = tmp_path / f"out.{suffix}"
    cues = [(0.25, 1.0, "Hello,\n\nworld --> ünd"), (2.0, 3.5, "Bye")]
    media.mux(media.probe(source), out, click_train(), language="en", subtitles="embed", cues=cues)
    tracks = media.probe(out).subtitles
    assert [track.language for track in tracks] == ["eng"] + ["deu"] * (source in rich.values())
    assert packets(out) == packets(source)
    text = ffmpeg("-i", out, "-map", "0:s:0", "-f", "srt", "-").decode()
    assert "00:00:00,250 --> 00:00:01,000\nHello,\nworld → ünd\n" in text
    assert "00:00:02,000 --> 00:00:03,500\nBye" in text
    media.mux(media.probe(out), tmp_path / f"none.{suffix}", click_train(), subtitles="none")
    assert media.probe(tmp_path / f"none.{suffix}").subtitles == ()


@pytest.mark.parametrize("suffix", ["mov", "mkv", "mp4"])
def test_the_format_can_be_changed(rich: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    source = rich["mkv" if suffix != "mkv" else "mp4"]
    out = tmp_path / f"out.{suffix}"
    dropped = media.mux(media.probe(source), out, click_train())
    assert packets(out) == packets(source)
    result = media.probe(out)
    assert len(result.audio) == 3
    assert [s.codec for s in result.subtitles] == ["subrip" if suffix == "mkv" else "mov_text"]
    assert [name.split()[0] for name in dropped] == (["video"] if suffix == "mov" else [])


def test_a_format_that_cannot_hold_the_pictures_is_an_error_and_leaves_nothing(
    films: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(BadInputError, match="ffmpeg:"):
        media.mux(media.probe(films["mp4"]), tmp_path / "out.webm", click_train())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_rotation_is_kept(films: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    turned, out = tmp_path / f"turned.{suffix}", tmp_path / f"out.{suffix}"
    ffmpeg("-display_rotation:v:0", "90", "-i", films[suffix], "-c", "copy", turned)
    media.mux(media.probe(turned), out, click_train())
    said = subprocess.run([media.find_ffmpeg(), "-i", out], capture_output=True, check=False).stderr
    assert b"rotation of 90.00 degrees" in said
    assert packets(out) == packets(turned)


@pytest.mark.parametrize("suffix", ["mov", "webm"])
def test_chapters_are_kept_in_formats_that_hold_less(films: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    (tmp_path / "chapters.txt").write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=one\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=4000\ntitle=two\n"
    )
    source, out = tmp_path / f"film.{suffix}", tmp_path / f"out.{suffix}"
    ffmpeg(
        "-i", films[suffix], "-i", tmp_path / "chapters.txt", "-map_chapters", "1", "-map", "0", "-c", "copy", source
    )
    assert media.mux(media.probe(source), out, click_train()) == ()
    said = subprocess.run([media.find_ffmpeg(), "-i", out], capture_output=True, check=False).stderr.decode()
    assert re.findall(r"Chapter #0:\d: start ([\d.]+)|^ +title +: (one|two)$", said, re.MULTILINE) == [
        ("0.000000", ""),
        ("", "one"),
        ("1.500000", ""),
        ("", "two"),
    ]
    assert packets(out) == packets(source)


def test_a_film_without_sound(tmp_path: Path) -> None:
    silent = make(tmp_path / "silent.mp4", sound=False)
    film = media.probe(silent)
    assert film.audio == ()
    with pytest.raises(BadInputError, match="no audio stream"):
        media.decode_audio(silent)
    media.mux(film, tmp_path / "out.mp4", click_train())
    assert len(media.probe(tmp_path / "out.mp4").audio) == 1
    assert packets(tmp_path / "out.mp4") == packets(silent)


def test_streams_that_do_not_start_at_zero(films: dict[str, Path], tmp_path: Path) -> None:
    """A transport stream starts at 1.4 s: players show it from 0, and the cues count from there."""
    stream = tmp_path / "film.ts"
    ffmpeg("-i", films["mp4"], "-c", "copy", stream)
    film = media.probe(stream)
    assert film.seconds == pytest.approx(SECONDS, abs=0.1)
    media.mux(film, tmp_path / "out.mkv", click_train())
    assert max(map(abs, click_errors(media.decode_audio(tmp_path / "out.mkv")[:, 0]))) < 0.001 * RATE
    first = picture_times(stream)[0]
    assert picture_times(tmp_path / "out.mkv")[0] == pytest.approx(first, abs=0.002)


def test_the_original_is_decoded_on_the_clock_of_the_film(films: dict[str, Path], tmp_path: Path) -> None:
    late = tmp_path / "late.mkv"
    ffmpeg(
        "-i", films["mkv"], "-itsoffset", "0.5", "-i", films["mkv"], "-map", "0:v", "-map", "1:a", "-c", "copy", late
    )
    samples = media.decode_audio(late)
    assert not samples[: round(0.45 * RATE)].any()
    assert np.abs(samples[round(0.55 * RATE) : RATE]).max() > 0.05
    stream = tmp_path / "late.ts"
    ffmpeg("-i", late, "-c", "copy", stream)
    from_stream = media.decode_audio(stream)
    first, again = (np.flatnonzero(np.abs(decoded[:, 0]) > 0.05)[0] for decoded in (samples, from_stream))
    assert again == pytest.approx(first, abs=0.002 * RATE)
    on_time = media.decode_audio(films["mkv"])
    assert len(samples) == pytest.approx(len(on_time) + 0.5 * RATE, abs=100)


# --- refusing ---


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov"])
@pytest.mark.parametrize("name", ["plain", "it's, a [film]; 100% : \\'odd\\ 日本", " spaces  and\ttabs "])
def test_the_quick_way_decodes_the_same(films: dict[str, Path], tmp_path: Path, suffix: str, name: str) -> None:
    """In the name of a file of a filter more has a meaning than in that of an input."""
    film = tmp_path / f"{name}.{suffix}"
    run(["-i", f"file:{films['mp4']}", "-itsoffset", "0.7", "-i", f"file:{films['mp4']}", "-map", "0:v", "-map", "1:a",
         "-c", "copy", f"file:{film}"])  # fmt: skip
    slow, quick = (np.concatenate(list(media.stream_audio(film, quick=quick)[0])) for quick in (False, True))
    assert len(slow) > 0
    assert np.array_equal(quick, slow)


def test_hostile_names_are_only_names(films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-i.mp4", "http:%03d 'x'.mp4", "ünï [x].mp4"):
        Path(name).write_bytes(films["mp4"].read_bytes())
        film = media.probe(Path(name))
        media.mux(film, Path(f"-out {name}"), click_train())
        assert packets(Path(f"./-out {name}").absolute()) == packets(films["mp4"])


def bad_files(folder: Path, film: Path, webm: Path) -> dict[str, Path]:
    whole, quick = film.read_bytes(), folder / "quick.mp4"
    ffmpeg("-i", film, "-c", "copy", "-movflags", "+faststart", quick)
    contents = {
        "text.mp4": b"this is no film\n" * 100,
        "empty.mp4": b"",
        "cut.mp4": whole[: len(whole) // 2],
        "cutquick.mp4": quick.read_bytes()[: len(whole) // 2],
        "cut.webm": webm.read_bytes()[: webm.stat().st_size // 2],
        "playlist.mp4": b"#EXTM3U\n#EXTINF:4,\n" + str(film).encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", folder / "sound.mp4")
    ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32", "-frames:v", "1", folder / "picture.png")
    (folder / "picture.mp4").write_bytes((folder / "picture.png").read_bytes())
    return {path.name: path for path in folder.iterdir() if path != quick} | {
        "missing": folder / "missing.mp4",
        "folder": folder,
    }


def test_what_is_no_film_is_refused_by_name(films: dict[str, Path], tmp_path: Path) -> None:
    bad = bad_files(tmp_path, films["mp4"], films["webm"])
    assert len(bad) == 11
    for name, path in bad.items():
        with pytest.raises(BadInputError) as caught:
            media.probe(path)
        assert str(path) in caught.value.message, name
        assert " @ 0x" not in caught.value.message
    with pytest.raises(BadInputError, match="no moving pictures"):
        media.probe(bad["sound.mp4"])
    with pytest.raises(BadInputError, match=r"ffmpeg: .*Invalid data"):
        media.probe(bad["text.mp4"])
    for name in ("cut.mp4", "cutquick.mp4", "cut.webm"):
        with pytest.raises(BadInputError, match="damaged or was cut short"):
            media.probe(bad[name])


def test_a_length_that_the_file_does_not_say_is_measured(films: dict[str, Path], tmp_path: Path) -> None:
    """Browsers record webm without a duration."""
    live = tmp_path / "live.webm"
    ffmpeg("-i", films["webm"], "-c", "copy", "-live", "1", live)
    assert media.probe(live).seconds == pytest.approx(SECONDS, abs=0.1)


def test_output_rules(films: dict[str, Path], tmp_path: Path) -> None:
    film = media.probe(films["mp4"])
    there = tmp_path / "there.mp4"
    there.write_bytes(b"precious")
    with pytest.raises(BadInputError, match="--force"):
        media.mux(film, there, click_train())
    assert there.read_bytes() == b"precious"
    media.mux(film, there, click_train(), force=True)
    assert len(media.probe(there).audio) == 2

    digest = hashlib.sha256(films["mp4"].read_bytes()).digest()
    (tmp_path / "link.mp4").symlink_to(films["mp4"])
    for same in (films["mp4"], tmp_path / "link.mp4"):
        with pytest.raises(BadInputError, match="the input itself"):
            media.mux(film, same, click_train(), force=True)
    assert hashlib.sha256(films["mp4"].read_bytes()).digest() == digest

    with pytest.raises(BadInputError, match="no such folder"):
        media.check_output(tmp_path / "nowhere" / "out.mp4")
    with pytest.raises(BadInputError, match="is a folder"):
        media.check_output(tmp_path, force=True)
    with pytest.raises(BadInputError, match=r"out\.mkv"):
        media.mux(film, tmp_path / "out.avi", click_train())
    media.check_output(tmp_path / "new.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.mp4", "there.mp4"]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody can write to: Linux's /proc")
def test_a_read_only_folder_is_refused() -> None:
    with pytest.raises(BadInputError, match="cannot be written"):
        media.check_output(Path("/proc/self/out.mp4"))
    with pytest.raises(BadInputError, match="cannot be written"):
        media.write_wav(Path("/proc/self/out.wav"), Audio(np.zeros(10, np.float32), RATE))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named(films: dict[str, Path]) -> None:
    with pytest.raises(BadInputError, match="disk is full"):
        run(["-i", f"file:{films['mkv']}", "-c", "copy", "-f", "matroska", "-y", "file:/dev/full"])


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system cannot reserve room")
def test_room_for_the_sound_is_taken_before_it_is_mapped(
    films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A map of a file that outgrows its disk kills the process: so the disk has to be asked first."""
    sound = tmp_path / "sound.f32"
    sound.write_bytes(b"abcd")
    media.reserve(sound, 1_000_000)
    about = sound.stat()
    assert about.st_size == 1_000_000
    assert about.st_blocks * 512 >= 1_000_000
    assert sound.read_bytes()[:8] == b"abcd\0\0\0\0"

    monkeypatch.setattr(os, "posix_fallocate", full)
    for allocate in (
        lambda: mixdown.allocate((1_000_000,), tmp_path),
        lambda: media.decode_audio(films["mp4"], scratch=tmp_path),
    ):
        with pytest.raises(
            BadInputError, match=rf"{tempfile.gettempdir()}: no room for \d MB .*: No space left"
        ) as caught:
            allocate()
        assert "TMPDIR" in caught.value.remedy


def test_a_full_disk_is_named_whoever_meets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import soundfile

    wav = tmp_path / "a.wav"
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(BadInputError, match=r"a\.wav: cannot be written: No space left on device\.") as caught:
        media.write_wav(wav, Audio(np.zeros(10, np.float32), RATE), option="--stems")
    assert caught.value.remedy == "Free some space, or name a file on another disk with --stems."

    def fail(*_: object, **__: object) -> None:
        raise soundfile.LibsndfileError(2)  # "System error": all that libsndfile says of a full disk

    monkeypatch.setattr(soundfile, "write", fail)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=29))
    with pytest.raises(BadInputError, match=r"a\.wav: cannot be written: No space left on device\."):
        media.write_wav(wav, Audio(np.zeros(10, np.float32), RATE))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=30))
    with pytest.raises(BadInputError, match=r"a\.wav: cannot be written: .*System error\.\n"):
        media.write_wav(wav, Audio(np.zeros(10, np.float32), RATE))
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    for length in (300, 245):  # the second is short enough, its unfinished file is not
        with pytest.raises(BadInputError, match="cannot be written: File name too long") as caught:
            media.check_output(tmp_path / f"{'x' * length}.mp4")
        assert caught.value.remedy == "Name a shorter one with -o."


def test_nested_writing_appears_once_the_outer_block_ends(tmp_path: Path) -> None:
    out = tmp_path / "film.v2.mp4"
    with media.write_beside(out) as part:
        with media.write_beside(part) as inner:
            inner.write_text("whole")
        assert [path.name for path in tmp_path.iterdir()] == [".film.v2.part.mp4"]
        assert asked_for(part) == asked_for(out) == out
    assert [path.name for path in tmp_path.iterdir()] == ["film.v2.mp4"]
    with pytest.raises(ZeroDivisionError), media.write_beside(out) as part:
        part.write_text(f"half {1 / 0}")
    assert out.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_mux_leaves_nothing(
    films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    def interrupt(*_: object) -> None:
        assert [path.name for path in tmp_path.iterdir()] == [".out.part.mp4"]
        raise failure

    monkeypatch.setattr("voiceover.media.muxing._check_result", interrupt)
    with pytest.raises(failure):
        media.mux(media.probe(films["mp4"]), tmp_path / "out.mp4", click_train())
    assert list(tmp_path.iterdir()) == []


def test_a_hung_ffmpeg_is_ended() -> None:
    with pytest.raises(BadInputError, match="did not finish in 1 s"):
        run(["-f", "lavfi", "-re", "-i", "sine", "-f", "null", "-"], timeout=1.0)


def test_what_fails_while_ffmpeg_is_fed_is_raised() -> None:
    """Half of a sound would pass for all of it."""

    def pieces() -> Iterator[bytes]:
        yield bytes(48_000)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(["-f", "f32le", "-i", "pipe:0", "-f", "null", "-"], feed=pieces())


def test_no_ffmpeg_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    media.find_ffmpeg.cache_clear()
    monkeypatch.setattr("moviepy.config.FFMPEG_BINARY", "unset")
    with pytest.raises(MissingError, match="imageio-ffmpeg"):
        media.find_ffmpeg()
    media.find_ffmpeg.cache_clear()


def test_the_ffmpeg_that_is_used_is_described() -> None:
    version, parts = media.describe_ffmpeg()
    assert re.match(r"ffmpeg version \S+", version)
    assert "\n" not in version
    assert {"rubberband", "aresample", "aac", "libopus"} <= parts
    assert "no-such-filter" not in parts


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for a broken ffmpeg")
def test_an_ffmpeg_that_does_not_start_has_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho libnothing.so: not found >&2\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setattr("voiceover.media.ffmpeg.find_ffmpeg", lambda: str(broken))
    assert media.describe_ffmpeg() == ("", frozenset())


# --- audio ---


def test_decoding_fills_up_and_maps(films: dict[str, Path], tmp_path: Path) -> None:
    held = media.decode_audio(films["mp4"], seconds=6.0)
    mapped = media.decode_audio(films["mp4"], seconds=6.0, scratch=tmp_path)
    assert held.shape == mapped.shape == (6 * RATE, 2)
    assert held.dtype == mapped.dtype == np.float32
    assert np.array_equal(held, mapped)
    assert held[RATE].any()
    assert not held[round(4.1 * RATE) :].any()
    mapped += 1.0  # the mix is made in place


@pytest.mark.parametrize("speed", [1.01, 1.1, 1.25])
def test_stretching_keeps_pitch_time_and_length(speed: float) -> None:
    rng = np.random.default_rng(5)
    time = np.arange(2 * RATE) / RATE
    bursts = 0.2 * np.sin(2 * np.pi * 440 * time) * ((time % 0.5) > 0.2)
    source = (bursts + 1e-5 * rng.normal(size=len(time))).astype(np.float32)
    wanted = round(len(source) / speed)
    fast = media.stretch(Audio(source, RATE), speed, wanted)
    assert (len(fast.samples), fast.rate) == (wanted, RATE)
    inside = fast.samples[round(0.75 / speed * RATE) :][: RATE // 5]
    assert np.abs(np.fft.rfft(inside * np.hanning(len(inside)), RATE)).argmax() == pytest.approx(440, abs=3)
    starts = [(0.2 + 0.5 * k) / speed for k in range(4)]
    found = onsets.measure_onsets(fast.samples, RATE, starts)
    assert None not in found
    np.testing.assert_allclose([value for value in found if value is not None], starts, atol=0.012)
    rms = np.sqrt(np.mean(np.square(fast.samples)) / np.mean(np.square(source)))
    assert 20 * abs(np.log10(rms)) < 2.0


def test_wav_files_are_written_whole(tmp_path: Path) -> None:
    import soundfile

    samples = np.linspace(-1.5, 1.5, 4800, dtype=np.float32)
    media.write_wav(tmp_path / "a.wav", Audio(samples, RATE))
    read, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert rate == RATE
    np.testing.assert_allclose(read, np.clip(samples, -1, 1), atol=1e-6)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_loudness_agrees_with_ffmpegs_ebur128(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    swell = 0.5 + 0.5 * np.sin(np.arange(10 * RATE) / RATE)
    samples = (0.1 * swell[:, None] * rng.normal(size=(10 * RATE, 2))).astype(np.float32)
    (tmp_path / "a.f32").write_bytes(samples.tobytes())
    raw = ["-f", "f32le", "-ar", str(RATE), "-ch_layout", "stereo", "-i", f"file:{tmp_path / 'a.f32'}"]
    said = run([*raw, "-af", "ebur128=peak=true", "-f", "null", "-"])[2].split("Summary:")[1]
    numbers = {row.split(":")[0].strip(): row.split(":")[1].split()[0] for row in said.splitlines() if row.count(": ")}
    ours = loudness.measure(samples, RATE)
    assert ours.lufs == pytest.approx(float(numbers["I"]), abs=0.1)
    assert ours.peak_dbtp == pytest.approx(float(numbers["Peak"]), abs=0.2)
