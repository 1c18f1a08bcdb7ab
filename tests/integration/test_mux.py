"""Every kind of film that people have, dubbed from the command line: what was in it must be in the result."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Finished

from voiceover import media

FRAME = 1 / 24
MKV_TICK = 0.0011  # Matroska counts milliseconds
SUBS = """1
00:00:00,300 --> 00:00:00,900
Salt

2
00:00:01,200 --> 00:00:01,900
Pepper
"""
GERMAN = "1\n00:00:00,500 --> 00:00:01,500\nGuten Tag\n"
STYLED = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Odd,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.50,0:00:01.50,Default,,0,0,0,,{\\i1}Hallo
"""
CHAPTERS = """;FFMETADATA1
title=A film; or two
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1000
title=one
[CHAPTER]
TIMEBASE=1/1000
START=1000
END=2000
title=two
"""

PICTURE = ["-f", "lavfi", "-i", "testsrc=s=96x64:r=24:d=2"]
SOUND = ["-f", "lavfi", "-i", "anoisesrc=d=2:a=0.05:seed=1:r=48000"]
X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p"]
AAC = ["-c:a", "aac"]
H264 = [*PICTURE, *SOUND, *X264, *AAC]
HDR = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"]
X265_HDR = (
    "log-level=error:hdr10=1:max-cll=1000,400:"
    "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
)
SURROUND = "[1:a]aformat=channel_layouts=mono,pan=5.1(side)|FL=c0|FR=0.5*c0|FC=0.2*c0|LFE=0.1*c0|SL=0.3*c0|SR=0.3*c0[a]"


@dataclass(frozen=True)
class Kind:
    """A kind of film: the steps in which ffmpeg makes it (each from its own output, named IN, on)."""

    suffix: str
    steps: tuple[list[str], ...]
    same_packets: bool = True  # a transport stream's H.264 is framed otherwise in any other format
    out: str = ""
    dub: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()  # further ones, whose packets must be the same: ffmpeg's names in the source


def once(suffix: str, *arguments: str, **options: object) -> Kind:
    return Kind(suffix, (list(arguments),), **options)  # type: ignore[arg-type]


COPY = ["-i", "IN", "-map", "0", "-c", "copy"]
KINDS = {
    "H.264 with B-frames, mp4": once("mp4", *H264, streams=("0:a:0",)),
    "no edit list": once("mp4", *H264, "-use_editlist", "0", streams=("0:a:0",)),
    "fragmented": once("mp4", *H264, "-movflags", "frag_keyframe+empty_moov"),
    "cut by an edit list, negative times": Kind("mp4", (H264, ["-ss", "0.7", "-i", "IN", "-c", "copy"])),
    "starts late, mkv": once("mkv", *H264, "-output_ts_offset", "1.5", streams=("0:a:0",)),
    "starts late, mp4": once("mp4", *H264, "-output_ts_offset", "1.5", streams=("0:a:0",)),
    "HEVC Main 10": once(
        "mp4", *PICTURE, *SOUND, "-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1",
        *HDR, "-x265-params", X265_HDR, *AAC,
    ),
    "HDR10 mastering display in an mkv": Kind("mkv", (
        [*PICTURE, *SOUND, "-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", *HDR,
         "-x265-params", X265_HDR, *AAC],
        ["-i", "IN", "-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "lp=1", "-c:a", "copy"],
    )),
    "VP9 and Opus, webm": once(
        "webm", *PICTURE, *SOUND, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus",
        streams=("0:a:0",),
    ),
    "VP8 with alpha, no sound": once(
        "webm", *PICTURE, "-c:v", "libvpx", "-pix_fmt", "yuva420p", "-auto-alt-ref", "0", "-deadline", "realtime",
        dub=("--mix", "replace"),
    ),
    "ProRes, PCM and a time code track": once(
        "mov", *PICTURE, *SOUND, "-c:v", "prores_ks", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s24le",
        "-timecode", "01:02:03:04", streams=("0:a:0",),
    ),
    "variable frame rate and FLAC": once(
        "mkv", *PICTURE, *SOUND, "-vf", "select='not(mod(n,3))+lt(n,20)',setpts=PTS+0.01*N", "-fps_mode", "vfr", *X264,
        "-c:a", "flac", streams=("0:a:0",),
    ),
    "rotated by a display matrix": Kind("mp4", (H264, ["-display_rotation:v:0", "90", *COPY])),
    "stereoscopic": once("mkv", *H264, "-metadata:s:v:0", "stereo_mode=left_right"),
    "anamorphic, interlaced": once(
        "mp4", *PICTURE, *SOUND, "-vf", "setsar=4/3", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
        "-flags", "+ildct+ilme", "-x264opts", "tff=1", *AAC,
    ),
    "transport stream": once("ts", *PICTURE, *SOUND, *X264, "-c:a", "mp2", out="mkv", same_packets=False),
    "MPEG-2 transport stream": once("ts", *PICTURE, *SOUND, "-c:v", "mpeg2video", "-bf", "2", "-c:a", "mp2", out="mkv"),
    "AVI with B-frames and no times": once(
        "avi", *PICTURE, *SOUND, "-c:v", "mpeg4", "-bf", "2", "-c:a", "libmp3lame", out="mkv", streams=("0:a:0",)
    ),
    "sound shorter than the picture": once("mp4", *PICTURE, "-f", "lavfi", "-i", "sine=220:d=1", *X264, *AAC),
    "sound longer than the picture": once("mov", *PICTURE, "-f", "lavfi", "-i", "sine=220:d=3", *X264, *AAC),
    "no sound": once("mp4", *PICTURE, *X264, dub=("--mix", "replace")),
    "5.1": once(
        "mkv", *PICTURE, *SOUND, "-filter_complex", SURROUND, "-map", "0:v", "-map", "[a]", *X264, "-c:a", "ac3",
        streams=("0:a:0",),
    ),
}  # fmt: skip


def ffmpeg(*arguments: str | Path) -> bytes:
    command = [media.find_ffmpeg(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def said(path: Path) -> str:
    command = [media.find_ffmpeg(), "-hide_banner", "-i", path]
    return subprocess.run(command, capture_output=True, check=False).stderr.decode()


@dataclass(frozen=True)
class Packets:
    hashes: list[str]
    shown: list[float]  # seconds after the file's start
    decoded: list[float]
    end: float


def packets(path: Path, stream: str, *, decode: bool = False) -> Packets:
    """Each packet's hash and times; `decode` hashes the pictures instead."""
    how = [] if decode else ["-c", "copy"]
    rows = ffmpeg("-copyts", "-i", path, "-map", stream, *how, "-f", "framemd5", "-").decode().splitlines()
    numerator, denominator = next(row for row in rows if row.startswith("#tb 0:")).split(": ")[1].split("/")
    start = float(re.search(r"start: (-?[\d.]+)", said(path))[1])  # type: ignore[index]
    cells = [[cell.strip() for cell in row.split(",")] for row in rows if not row.startswith("#")]
    tick = int(numerator) / int(denominator)
    times = [[int(row[column]) * tick - start for row in cells] for column in (1, 2)]
    end = max(shown + int(row[3]) * tick for shown, row in zip(times[1], cells, strict=True))
    return Packets([row[5] for row in cells], times[1], times[0], end)


PASSING = r" \((\w+ / 0x\w+|\[.*?0x\w+)\)|, [\d.]+k? (kb/s|tbn|tbr)|, start [\d.-]+| \(default\)"
STAYING = re.compile(r"rotation of|mastering|light level|stereo_mode|alpha_mode|timecode", re.IGNORECASE)


def about_video(path: Path) -> list[str]:
    """What ffmpeg says of the picture that has to stay: format, colour, shape, fields, rotation, mastering display."""
    told: list[str] = []
    inside = False
    for line in said(path).splitlines():
        if match := re.match(r"\s+Stream #\S+ Video: (.*)", line):
            inside = True
            told.append(re.sub(PASSING, "", match[1]))
        elif re.match(r"\s+Stream #", line):
            inside = False
        elif inside and STAYING.search(line):
            told.append(re.sub(r"\s+", " ", line).strip().lower())
    return sorted(told)  # two formats tell the same side data in another order


@pytest.fixture
def subs(tmp_path: Path) -> Path:
    path = tmp_path / "film.srt"
    path.write_text(SUBS)
    return path


@pytest.mark.parametrize("name", KINDS)
def test_the_picture_is_untouched(name: str, subs: Path, tmp_path: Path, run_cli: Callable[..., Finished]) -> None:
    kind = KINDS[name]
    film = tmp_path / f"film.{kind.suffix}"
    for number, step in enumerate(kind.steps):
        made = tmp_path / f"step{number}.{kind.suffix}"
        ffmpeg(*[str(film) if part == "IN" else part for part in step], made)
        made.replace(film)
    out = tmp_path / f"out.{kind.out or kind.suffix}"
    ran = run_cli("dub", film, subs, "--voice", "beep:", "-o", out, "--subtitles", "embed", "--quiet", *kind.dub)
    assert (ran.exit_code, ran.stderr) == (0, "")

    tick = MKV_TICK if {film.suffix, out.suffix} & {".mkv", ".webm", ".avi"} else 1e-4
    for stream in ("0:v:0", *kind.streams):
        kept = stream.replace("a:0", "a:1")  # behind the dub
        before, after = packets(film, stream), packets(out, kept)
        if kind.same_packets:
            assert after.hashes == before.hashes
        else:
            assert packets(out, kept, decode=True).hashes == packets(film, stream, decode=True).hashes
        if film.suffix != ".avi":  # which tells of no packet when it is shown
            assert after.shown == pytest.approx(before.shown, abs=tick)
            assert after.decoded == pytest.approx(before.decoded, abs=tick)
            assert after.end == pytest.approx(before.end, abs=FRAME)
    assert about_video(out) == about_video(film)

    source, result = media.probe(film), media.probe(out)
    assert result.seconds == pytest.approx(source.seconds, abs=FRAME)
    dub, *others = result.audio
    assert (dub.default, dub.title, dub.channels) == (
        True,
        "Narration",
        source.audio[0].channels if source.audio else 1,
    )
    assert [(track.codec, track.layout, track.default) for track in others] == [
        (track.codec, track.layout, False) for track in source.audio
    ]
    (spoken,) = result.subtitles
    assert spoken.title == "Narration"
    text = ffmpeg("-i", out, "-map", "0:s:0", "-f", "srt", "-").decode()
    assert re.findall(r"^[A-Z].*$", text, re.MULTILINE) == ["Salt", "Pepper"]


@pytest.fixture
def rich(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A film with all that a format can hold beside picture and sound."""
    suffix = request.param
    for name, text in (("german.srt", GERMAN), ("styled.ass", STYLED), ("chapters.txt", CHAPTERS)):
        (tmp_path / name).write_text(text)
    (tmp_path / "odd.ttf").write_bytes(b"\0\1\0\0" + b"font" * 100)
    ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32", "-frames:v", "1", tmp_path / "cover.jpg")
    ffmpeg(*H264, tmp_path / "plain.mkv")
    film = tmp_path / f"film.{suffix}"
    inputs = ["-i", tmp_path / "plain.mkv", "-i", tmp_path / "german.srt", "-i", tmp_path / "styled.ass"]
    inputs += ["-i", tmp_path / "chapters.txt", "-i", tmp_path / "cover.jpg"]
    maps = ["-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "0:a", "-map", "1:s", "-map", "2:s", "-map", "1:s"]
    told = ["-map_metadata", "3", "-map_chapters", "3", "-c", "copy", "-metadata:s:a:0", "language=ger"]
    told += ["-metadata:s:a:1", "language=fra", "-metadata:s:a:1", "title=Kommentar", "-disposition:a:0", "0"]
    told += ["-disposition:a:1", "comment+default", "-disposition:a:2", "hearing_impaired+default"]
    told += ["-metadata:s:s:0", "language=ger", "-metadata:s:s:1", "language=eng", "-disposition:s:0", "forced"]
    told += ["-disposition:s:1", "default", "-disposition:s:2", "hearing_impaired"]
    if suffix == "mkv":
        told += ["-attach", tmp_path / "odd.ttf", "-metadata:s:t:0", "mimetype=font/ttf"]
        told += ["-attach", tmp_path / "cover.jpg", "-metadata:s:t:1", "mimetype=image/jpeg"]
    else:
        maps += ["-map", "4:v"]
        told += ["-c:s", "mov_text", "-disposition:v:1", "attached_pic"]
    ffmpeg(*inputs, *maps, *told, film)
    return film


def dispositions(path: Path, kind: str) -> list[tuple[str, ...]]:
    rows = re.findall(rf"Stream #\S+ {kind}: (.*)$", said(path), re.MULTILINE)
    known = {"default", "forced", "comment", "hearing impaired", "original", "attached pic"}
    return [tuple(sorted(known & set(re.findall(r"\(([a-z ]+)\)", row)))) for row in rows]


@pytest.mark.parametrize("rich", ["mkv", "mp4"], indirect=True)
def test_all_that_is_beside_the_picture_is_kept(
    rich: Path, subs: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    out = tmp_path / f"out{rich.suffix}"
    ran = run_cli("dub", rich, subs, "--voice", "beep:", "-o", out, "--quiet", "--language", "en")
    assert (ran.exit_code, ran.stderr) == (0, "")
    before, after = media.probe(rich), media.probe(out)
    assert [(track.language, track.title) for track in after.audio] == [
        ("eng", "Narration"), ("ger", "Original"), ("fra", "Kommentar"), (None, "Original"),
    ]  # fmt: skip
    assert [track.language for track in after.subtitles] == [track.language for track in before.subtitles]
    for number in range(3):
        assert packets(out, f"0:a:{number + 1}").hashes == packets(rich, f"0:a:{number}").hashes
        assert packets(out, f"0:s:{number}").hashes == packets(rich, f"0:s:{number}").hashes
        assert packets(out, f"0:s:{number}").shown == pytest.approx(packets(rich, f"0:s:{number}").shown, abs=0.001)
    sound = [tuple(one for one in flags if one != "default") for flags in dispositions(rich, "Audio")]
    assert dispositions(out, "Audio") == [("default",), *sound]
    assert dispositions(out, "Subtitle") == dispositions(rich, "Subtitle")
    assert after.chapters == 2
    assert [s.attached_picture for s in after.streams].count(True) == 1
    assert [s.kind for s in after.streams].count("attachment") == (rich.suffix == ".mkv")
    told = ffmpeg("-i", out, "-f", "ffmetadata", "-").decode()
    assert "title=A film\\; or two" in told
    assert re.findall(r"^title=(one|two)$", told, re.MULTILINE) == ["one", "two"]
    cover = "0:v:1"
    assert packets(out, cover).hashes == packets(rich, cover).hashes
    if rich.suffix == ".mkv":
        ffmpeg(
            "-dump_attachment:t:0",
            tmp_path / "dumped.ttf",
            "-i",
            out,
            "-map",
            "0:v:0",
            "-frames:v",
            "1",
            "-f",
            "null",
            "-",
        )
        assert (tmp_path / "dumped.ttf").read_bytes() == (tmp_path / "odd.ttf").read_bytes()


TONES = (220, 1760, 3520)


@pytest.fixture
def three_tracks(tmp_path: Path) -> Path:
    film = tmp_path / "film.mkv"
    tones = [part for hertz in TONES for part in ("-f", "lavfi", "-i", f"sine={hertz}:d=2:r=48000")]
    maps = ["-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:a"]
    flags = ["-disposition:a", "0", "-disposition:a:1", "default", "-metadata:s:a:2", "title=Effects"]
    ffmpeg(*PICTURE, *tones, *maps, *X264, "-c:a", "flac", *flags, film)
    return film


@pytest.mark.parametrize(("options", "bed"), [([], 1), (["--bed", "1"], 0), (["--bed", "3"], 2)])
def test_the_bed_is_the_track_that_was_asked_for(
    options: list[str], bed: int, *, three_tracks: Path, subs: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    import numpy as np

    out = tmp_path / "out.mkv"
    ran = run_cli("dub", three_tracks, subs, "--voice", "beep:", "-o", out, "--quiet", *options)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert len(media.probe(out).audio) == 4
    quiet = media.decode_audio(out)[:12_000, 0]  # before the first line and its fade
    spectrum = np.abs(np.fft.rfft(quiet * np.hanning(len(quiet)), 48_000))
    assert int(spectrum.argmax()) == pytest.approx(TONES[bed], abs=5)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--bed", "4"], r"--bed 4: .*film\.mkv has no such audio track.*1: .*flac.*2: .*default.*3: .*Effects"),
        (["--bed", "0"], r"--bed 0: .*no such audio track"),
        (["--bed", "1", "--mix", "replace"], "with --mix replace nothing is ducked"),
    ],
)
def test_a_bed_that_is_not_there_is_refused_with_those_that_are(
    options: list[str], told: str, *, three_tracks: Path, subs: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    out = tmp_path / "out.mkv"
    ran = run_cli("dub", three_tracks, subs, "--voice", "beep:", "-o", out, "--quiet", *options)
    assert ran.exit_code == 2
    assert re.search(told, ran.stderr, re.DOTALL)
    assert not out.exists()


def test_data_that_no_format_takes_is_told(subs: Path, tmp_path: Path, run_cli: Callable[..., Finished]) -> None:
    (tmp_path / "telemetry.bin").write_bytes(bytes(range(256)) * 8)
    film, out = tmp_path / "film.ts", tmp_path / "out.mkv"
    data = ["-f", "data", "-i", tmp_path / "telemetry.bin", "-map", "0", "-map", "1", "-map", "2", "-copy_unknown"]
    ffmpeg(*PICTURE, *SOUND, *data, *X264, "-c:a", "mp2", "-c:d", "copy", film)
    ran = run_cli("dub", film, subs, "--voice", "beep:", "-o", out, "--progress", "plain")
    assert ran.exit_code == 0
    assert re.search(r"out\.mkv: its format cannot hold data stream 2 \(bin_data\)", ran.stderr)


def test_a_format_that_cannot_hold_the_pictures_is_told_before_anything_is_spoken(
    subs: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    film = tmp_path / "film.mp4"
    ffmpeg(*H264, film)
    ran = run_cli("dub", film, subs, "--voice", "beep:", "-o", tmp_path / "out.webm", "--quiet")
    assert ran.exit_code == 2
    assert re.search(r"out\.webm: cannot hold the h264 pictures of .*film\.mp4 as they are", ran.stderr)
    assert "Only VP8 or VP9 or AV1 video" in ran.stderr
    assert "-o out.mkv" in ran.stderr
    assert not re.search(r"frame=|Conversion failed|Nothing was written", ran.stderr)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "film.srt"]
