"""A dub's AAC track, encoded in parts: what is decoded must be what one encoder would have made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from signals import RATE, bursts

from voiceover import media
from voiceover.errors import BadInputError
from voiceover.media import encoding
from voiceover.media.containers import CONTAINERS
from voiceover.media.tracks import encoder
from voiceover.types import Samples

FRAME = 1024
SECONDS = 9.3  # no whole number of frames


def ffmpeg(*arguments: str | Path) -> bytes:
    command = [media.find_ffmpeg(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds and some each: four seams in nine seconds."""
    monkeypatch.setattr(encoding, "_PART", 101)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    picture = ["-f", "lavfi", "-i", f"testsrc=s=64x36:r=25:d={SECONDS}", "-c:v", "libx264", "-preset", "ultrafast"]
    ffmpeg(*picture, "-pix_fmt", "yuv420p", path)
    return path


def packets(path: Path) -> list[bytes]:
    """The size and hash of every packet."""
    rows = ffmpeg("-i", path, "-map", "0:a:0", "-c", "copy", "-f", "framemd5", "-").splitlines()
    return [row.split(b",", 4)[-1] for row in rows if not row.startswith(b"#")]


def sound(channels: int) -> Samples:
    """Speech-like noise with sharp attacks over a tone: something to switch windows for, everywhere."""
    tone = 0.1 * np.sin(2 * np.pi * 311 * np.arange(round(SECONDS * RATE)) / RATE)
    made = np.stack([bursts(SECONDS, seed) + tone for seed in range(channels)], axis=1).astype(np.float32)
    made[5000::7919] += 0.5
    return made if channels > 1 else made[:, 0]


def dub(film: Path, out: Path, samples: Samples, *, parts: bool, **more: object) -> Samples:
    kept = media.Encoding(samples, RATE, out.parent) if parts else None
    assert media.mux(media.probe(film), out, samples, encoding=kept, force=True, **more) == ()  # type: ignore[arg-type]
    return media.decode_audio(out)


@pytest.fixture(scope="module", autouse=True)
def joins(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Old ones do not, and then there is nothing to test but that films are written all the same."""
    silence = np.zeros((RATE, 1), np.float32)
    track = media.Encoding(silence, RATE, tmp_path_factory.mktemp("joins"))
    if track.update(encoder(CONTAINERS[".mp4"], 1), None, None) is None:
        pytest.skip("this ffmpeg (FFMPEG_BINARY) cannot join packets")


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.usefixtures("short_parts")
def test_parts_decode_as_one(suffix: str, channels: int, film: Path, tmp_path: Path) -> None:
    samples = sound(channels)
    whole = dub(film, tmp_path / f"whole.{suffix}", samples, parts=False)
    parts = dub(film, tmp_path / f"parts.{suffix}", samples, parts=True)
    assert abs(len(parts) - len(whole)) <= FRAME  # Matroska's end is a matter of milliseconds
    about = [media.probe(tmp_path / f"{name}.{suffix}") for name in ("whole", "parts")]
    assert about[0].audio == about[1].audio
    assert about[0].seconds == pytest.approx(about[1].seconds, abs=0.001)
    wanted = samples.reshape(len(samples), -1)
    keep = len(wanted) // FRAME * FRAME
    errors = [
        np.sqrt(np.mean((made[:keep] - wanted[:keep]).reshape(-1, FRAME * channels) ** 2, axis=1))
        for made in (whole, parts)
    ]
    # as far from the original as an encoder gets, at the seams as elsewhere
    assert (errors[1] / errors[0]).max() < 2.0
    assert np.median(errors[1]) == pytest.approx(np.median(errors[0]), rel=0.05)


@pytest.mark.usefixtures("short_parts")
def test_the_track_is_as_long_as_the_dub_and_starts_with_it(tmp_path: Path) -> None:
    samples = sound(2)
    options = encoder(CONTAINERS[".mp4"], 2)
    track = media.Encoding(samples, RATE, tmp_path).update(options, None, None)
    assert track is not None
    decoded = media.decode_audio(track)
    assert len(decoded) == len(samples)
    lag = np.fft.irfft(np.fft.rfft(decoded[:65536, 0]) * np.conj(np.fft.rfft(samples[:65536, 0]))).argmax()
    assert lag == 0


@pytest.mark.usefixtures("short_parts")
def test_only_what_changed_is_encoded_again(tmp_path: Path) -> None:
    samples = sound(2)
    kept = media.Encoding(samples, RATE, tmp_path)
    options = encoder(CONTAINERS[".mp4"], 2)
    track = kept.update(options, None, None)
    assert track is not None
    first, before = media.decode_audio(track), track.with_name("before.m4a")
    shutil.copy(track, before)
    asked: list[int] = []

    def lower(block: Samples, start: int) -> Samples:
        asked.extend((start, start + len(block)))
        gain = np.ones(len(samples), np.float32)
        gain[4 * RATE : 4 * RATE + 2400] = 0.5
        return block * gain[start : start + len(block), None]

    changed = [(4 * RATE, 4 * RATE + 2400)]
    assert kept.update(options, lower, changed) == track
    again = media.decode_audio(track)
    assert len(again) == len(first)
    assert max(asked) - min(asked) < 1.4 * RATE
    within = slice(4 * RATE + 400, 4 * RATE + 2000)
    assert np.abs(again[within]).mean() == pytest.approx(np.abs(first[within]).mean() / 2, rel=0.1)
    different = np.flatnonzero([one != other for one, other in zip(packets(before), packets(track), strict=True)])
    assert different.min() >= 4 * RATE // FRAME
    assert different.max() <= (4 * RATE + 2400) // FRAME + 1


@pytest.mark.parametrize("suffix", ["mp4", "mov"])
@pytest.mark.usefixtures("short_parts")
def test_a_film_takes_the_packets_as_they_come(suffix: str, film: Path, tmp_path: Path) -> None:
    """And has what an encoder of one's own would have been given: the same packets, and the same times."""
    samples = sound(2)
    track = media.Encoding(samples, RATE, tmp_path).update(encoder(CONTAINERS[".mp4"], 2), None, None)
    assert track is not None
    kept, out = media.Encoding(samples, RATE, tmp_path), tmp_path / f"out.{suffix}"
    media.mux(media.probe(film), out, samples, encoding=kept)
    assert packets(out) == packets(track)
    assert np.array_equal(media.decode_audio(out), media.decode_audio(track))
    changed = [(4 * RATE, 4 * RATE + 2400)]
    media.mux(media.probe(film), out, samples, encoding=kept, changed=changed, force=True)
    assert len(packets(out)) == len(packets(track))


@pytest.mark.usefixtures("short_parts")
def test_a_part_that_cannot_be_encoded_ends_the_film(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The film is being written by then, and would have ended where the sound did."""
    out, encode = tmp_path / "out.mp4", media.Encoding._encode

    def fail(self: media.Encoding, first: int, *rest: object) -> object:
        if first > 101:
            raise BadInputError("no more sound")
        return encode(self, first, *rest)  # type: ignore[arg-type]

    kept = media.Encoding(sound(2), RATE, tmp_path)
    monkeypatch.setattr(media.Encoding, "_encode", fail)
    with pytest.raises(BadInputError, match="no more sound"):
        media.mux(media.probe(film), out, kept.dub, encoding=kept)
    assert list(tmp_path.glob("*out*")) == []


def test_touching_changes_are_one(tmp_path: Path) -> None:
    kept = media.Encoding(np.zeros(100 * FRAME, np.float32), RATE, tmp_path)
    assert kept._around([(5 * FRAME, 6 * FRAME), (10, 20), (6 * FRAME, 6 * FRAME + 1)]) == [(0, 2), (5, 8)]


@pytest.mark.usefixtures("short_parts")
def test_what_cannot_be_joined_is_encoded_in_one(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old ffmpeg once joined nine seconds to ten hours of silence, and said that all was well."""
    samples = sound(2)
    monkeypatch.setattr(encoding, "parse_seconds", lambda _: 36_000.0)
    whole = dub(film, tmp_path / "whole.mp4", samples, parts=False)
    assert np.array_equal(dub(film, tmp_path / "parts.mp4", samples, parts=True), whole)
