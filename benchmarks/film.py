"""Dub a film of two hours from the command line and measure the result: how long, how much memory, how true.

python benchmarks/film.py [--minutes 120] [--cues 1500 ...] [--loudness youtube] [--growth] [--presets]
    [--folder DIR] [--mix duck|replace] [--voice clips:]

The film has a small picture and music-like sound that is the same in both channels but for its sign, so that in the
finished film the narration is half the sum of the channels and the bed half their difference. It is spoken by a voice
that needs no time: real recordings (tests/data/clips), one after the other. `--growth` dubs a quarter and a half of it
too; `--presets` dubs five minutes at every loudness and measures with pyloudnorm and ffmpeg's ebur128. Onsets are read
off the sound's energy with `--mix replace`; a bed has onsets of its own, so there the report's own check is printed.
Linux only: memory is read from /proc. With several numbers of `--cues`, each is dubbed in turn. Cues of less than 2.5 s
have two words each, no two of them the same, and the recordings are cut to fit. `--voice narrator` speaks the film.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from voiceover import loudness, media, onsets
from voiceover.types import Audio, Line, Reading, Samples, Speech

RATE = 48_000
CLIPS = Path(__file__).parents[1] / "tests" / "data" / "clips"
LOOP_MINUTES = 5
CROWDED = 2.5  # seconds a cue
WORDS = (
    "red new old big warm cold dark light soft loud quick slow bright small tall wide deep high low full "
    "flat round sharp clean plain calm brave kind proud wise young strong thin thick sweet fresh dry wet blue green "
    "grey black white brown pink gold long short good great fine true fair free rich poor hard rough smooth safe "
    "dog cat bird fish horse cow sheep wolf bear mouse tree leaf root stone hill lake sea road bridge house "
    "door wall roof room chair bed lamp book page pen coat hat shoe ring bell boat ship train wheel clock"
).split()


class ClipsVoice:
    """Speaks a recording for each line, whatever the line says: what a real voice sounds like, without its time."""

    rate = 22_050
    language: str | None = None
    times_words = False
    name = "clips"

    def __init__(self, longest: float) -> None:
        files = sorted(path for path in CLIPS.rglob("*") if path.suffix == ".ogg")
        whole = [soundfile.read(path, dtype="float32") for path in files]
        self.clips = [(cut(samples, rate, longest), rate) for samples, rate in whole]

    def read(self, text: str) -> Reading:
        """Read nothing: the recordings are what they are."""
        return Reading(text)

    def phonemes(self, spoken: str) -> str | None:
        """Tell none."""
        return None

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        """Yield a recording for each line."""
        for line in lines:
            samples, rate = self.clips[line.index % len(self.clips)]
            onset = onsets.find_onset(samples, rate)
            offset = len(samples) / rate - onsets.find_onset(samples[::-1], rate)
            yield Speech(line, Audio(samples, rate), line.text, onset, offset, voice=self.name)


def cut(samples: Samples, rate: int, seconds: float) -> Samples:
    """Return the first so many seconds of a recording's voice."""
    if len(samples) <= seconds * rate:
        return samples
    begin = max(round((onsets.find_onset(samples, rate) - 0.02) * rate), 0)
    size = round(seconds * rate)
    piece = samples[begin : begin + size].copy()
    piece[-rate // 50 :] *= np.linspace(1, 0, rate // 50, dtype=np.float32)
    return piece


def open_clips(argument: str, device: str) -> ClipsVoice:
    return ClipsVoice(float(argument or "inf"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=120)
    parser.add_argument("--cues", type=int, nargs="+", default=[1500])
    parser.add_argument("--voice", default="clips:")
    parser.add_argument("--loudness", default="youtube")
    parser.add_argument("--mix", choices=("duck", "replace"), default="duck")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--presets", action="store_true")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        install_voice(folder)
        if options.presets:
            for preset in [*loudness.PRESETS, "-16"]:
                run(folder, 5, 62, preset, options.mix, "clips:", meters=True)
        for part in (4, 2) if options.growth else ():
            run(folder, options.minutes // part, options.cues[0] // part, options.loudness, options.mix, options.voice)
        for cues in [] if options.presets else options.cues:
            run(folder, options.minutes, cues, options.loudness, options.mix, options.voice)


def run(folder: Path, minutes: int, cues: int, preset: str, mix: str, voice: str, *, meters: bool = False) -> None:
    step = minutes * 60 / cues
    if voice == "clips:" and step < CROWDED:
        voice = f"clips:{0.7 * step:.3f}"
    film, subs, out = folder / "film.mp4", folder / "film.srt", folder / "out.mp4"
    make_film(film, minutes)
    write_cues(subs, minutes * 60, cues)
    report, stages, peak = dub(film, subs, out, preset, mix, voice)
    print(f"## {minutes} minutes, {cues} cues, --voice {voice} --loudness {preset} --mix {mix}")
    told = ", ".join(f"{name} {wall:.1f} ({cpu:.1f})" for name, (wall, cpu) in stages.items())
    print(f"seconds (of processor): {told}")
    beside = {"start", "Reading", "Speaking", "Measuring"}
    wall, cpu = (sum(times[i] for name, times in stages.items() if name not in beside) for i in (0, 1))
    print(f"mix and mux {wall:.1f} s ({cpu:.1f} s of processor), load {os.getloadavg()[0]:.1f}")
    print("peak memory (MB):", ", ".join(f"{name} {value:.0f}" for name, value in peak.items()))
    same = stream_hash(film, "0:v:0") == stream_hash(out, "0:v:0")
    kept = stream_hash(film, "0:a:0") == stream_hash(out, "0:a:1")
    print(f"pictures identical: {same}, original sound identical: {kept}")
    print(f"length: {media.probe(film).seconds:.2f} -> {media.probe(out).seconds:.2f} s")
    check_sound(report, out, folder, mix)
    print(f"loudness by ffmpeg's ebur128: {ebur128(out)}")
    if meters:
        import pyloudnorm

        print(f"by pyloudnorm: {pyloudnorm.Meter(RATE).integrated_loudness(media.decode_audio(out)):.2f} LUFS")
    print(flush=True)
    out.unlink()


def install_voice(folder: Path) -> None:
    info = folder / "plugins" / "voiceover_clips-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: voiceover-clips\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[voiceover.voices]\nclips = film:open_clips\n")


def ffmpeg(*arguments: str | Path) -> bytes:
    command = [media.find_ffmpeg(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def make_film(film: Path, minutes: int) -> None:
    piece = film.with_name("piece.mp4")
    if not piece.exists():
        seconds = min(LOOP_MINUTES, minutes) * 60
        picture = ["-f", "lavfi", "-i", f"testsrc2=s=128x72:r=25:d={seconds}"]
        music = f"anoisesrc=c=pink:a=0.5:r={RATE}:seed=3:d={seconds},tremolo=f=2:d=0.7,tremolo=f=0.11:d=0.6,volume=0.4"
        opposite = f"{music},pan=stereo|c0=c0|c1=-1*c0"
        sound = ["-f", "lavfi", "-i", opposite]
        codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-aac_coder", "fast"]
        ffmpeg(*picture, *sound, *codecs, "-b:a", "192k", piece)
    ffmpeg("-stream_loop", max(1, minutes // LOOP_MINUTES) - 1, "-i", piece, "-c", "copy", film)


def write_cues(path: Path, seconds: int, cues: int) -> None:
    rng = np.random.default_rng(7)
    sizes = [len(samples) / rate for samples, rate in ClipsVoice(float("inf")).clips]
    step = seconds / cues
    crowded = step < CROWDED
    blocks = []
    for index in range(1, cues + 1):
        start = (index - 1) * step + (rng.uniform(0.05, 0.2) * step if crowded else rng.uniform(0.1, 1.4))
        end = min(start + sizes[index % len(sizes)], index * step)
        first, second = divmod(index, len(WORDS))
        text = f"{WORDS[first % len(WORDS)]} {WORDS[second]}" if crowded else f"Line {index} of the film"
        blocks.append(f"{index}\n{stamp(start)} --> {stamp(end)}\n{text}\n")
    path.write_text("\n".join(blocks))


def stamp(seconds: float) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{rest:03}"


def dub(
    film: Path, subs: Path, out: Path, preset: str, mix: str, voice: str
) -> tuple[dict[str, Any], dict[str, tuple[float, float]], dict[str, float]]:
    """Return the report, the seconds of each stage and the peak memory in MB of the process and of its children."""
    report = out.with_suffix(".json")
    report.unlink(missing_ok=True)
    paths = [str(Path(__file__).parent), str(film.parent / "plugins"), os.environ.get("PYTHONPATH", "")]
    command = [sys.executable, "-m", "voiceover", "dub", str(film), str(subs), "--voice", voice, "-o", str(out)]
    command += ["--no-merge", "--loudness", preset, "--report", str(report), "--progress", "json", "--force"]
    command += ["--mix", mix]
    home = {"VOICEOVER_HOME": str(film.parent / "home"), "PYTHONPATH": os.pathsep.join(paths)}
    stages: dict[str, tuple[float, float]] = {}

    def add(stage: str, since: tuple[float, float], now: tuple[float, float]) -> None:
        wall, cpu = stages.get(stage, (0.0, 0.0))
        stages[stage] = wall + now[0] - since[0], cpu + now[1] - since[1]

    peak = {"own": 0.0, "of it private": 0.0, "ffmpeg": 0.0}
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, env={**os.environ, **home}) as process:
        done = threading.Event()
        watcher = threading.Thread(target=watch, args=(process.pid, peak, done))
        watcher.start()
        assert process.stderr is not None
        stage, begun = "start", clock(process.pid)
        for row in process.stderr:
            event = json.loads(row)
            if event["event"] == "stage":
                now = clock(process.pid)
                add(stage, begun, now)
                stage, begun = event["stage"], now
            elif event["event"] == "done":
                add(stage, begun, clock(process.pid))
            elif event["event"] in {"warning", "error"}:
                print(row.strip(), file=sys.stderr)
        code = process.wait()
        done.set()
        watcher.join()
    if code != 0:
        sys.exit(f"dub ended with {code}")
    return json.loads(report.read_text("utf-8")), stages, peak


def clock(pid: int) -> tuple[float, float]:
    """Return the time, and the processor time of a process and of those children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.monotonic(), sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def watch(pid: int, peak: dict[str, float], done: threading.Event) -> None:
    while not done.wait(0.1):
        own = memory(pid, pid)
        try:
            tasks = Path(f"/proc/{pid}/task").glob("*/children")  # each thread has children of its own
            children = [child for task in tasks for child in task.read_text().split()]
        except OSError:
            children = []
        peak["own"] = max(peak["own"], own.get("VmRSS", 0.0))
        peak["of it private"] = max(peak["of it private"], own.get("RssAnon", 0.0))
        rows = [memory(int(child), pid) for child in children]
        peak["ffmpeg"] = max(peak["ffmpeg"], sum(row.get("VmRSS", 0.0) for row in rows))


def memory(pid: int, own: int) -> dict[str, float]:
    try:
        rows = Path(f"/proc/{pid}/status").read_text().splitlines()
        if pid != own and Path(f"/proc/{pid}/exe").samefile(f"/proc/{own}/exe"):
            return {}  # a child that is not yet its program has its parent's memory
    except OSError:
        return {}
    return {row.split(":")[0]: int(row.split()[1]) / 1000 for row in rows if row.startswith(("VmRSS", "RssAnon"))}


def stream_hash(film: Path, stream: str) -> bytes:
    return ffmpeg("-i", film, "-map", stream, "-c", "copy", "-f", "streamhash", "-").split(b"=")[1]


def ebur128(film: Path) -> str:
    command = [media.find_ffmpeg(), "-hide_banner", "-nostdin", "-i", str(film), "-map", "0:a:0"]
    command += ["-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    summary = subprocess.run(command, capture_output=True, text=True, check=True).stderr.split("Summary:")[1]
    found = dict(re.findall(r"(I|Peak):\s+(-?[\d.]+)", summary))
    return f"{found['I']} LUFS, true peak {found['Peak']} dBTP"


def check_sound(report: dict[str, Any], out: Path, folder: Path, mix: str) -> None:
    """Compare the decoded film with the plan: onsets, drift, and the two sounds that only their sign tells apart."""
    totals, lines = report["totals"], [line for line in report["lines"] if line["start"] is not None]
    print(
        f"report: {totals['integrated_lufs']:.2f} LUFS, {totals['true_peak_dbtp']:.2f} dBTP, "
        f"onsets median {totals['median_onset_error_ms']:.2f} ms, p95 {totals['p95_onset_error_ms']:.2f} ms, "
        f"overlap {totals['overlap_samples']} samples, shifted {totals['shifted']}"
    )
    starts, ends = [line["start"] for line in lines], [line["end"] for line in lines]
    decoded = media.decode_audio(out, scratch=folder)
    Path(str(decoded.filename)).unlink()  # type: ignore[attr-defined]
    if mix == "replace":
        check_onsets(np.ascontiguousarray(decoded[:, 0]), starts, ends)
        voice = part_levels(decoded[:, 0], starts, ends)
    else:
        voice = part_levels((decoded[:, 0] + decoded[:, 1]) / 2, starts, ends)
        side = (decoded[:, 0] - decoded[:, 1]) / 2
        over = voice - part_levels(side, starts, ends)
        lowest = np.percentile(over, 5)
        print(f"speech over the bed: median {np.median(over):.1f} LU, p5 {lowest:.1f}, least {over.min():.1f}")
        fades(side, starts, ends)
    off = voice - np.median(voice)
    most = np.percentile(np.abs(off), 95)
    print(f"line to line: {off.min():+.2f} to {off.max():+.2f} LU of the median, 95 % within {most:.2f}")


def check_onsets(samples: Samples, starts: Sequence[float], ends: Sequence[float]) -> None:
    found = onsets.measure_onsets(samples, RATE, starts, ends)
    late = np.array([np.nan if on is None else (on - start) * 1000 for on, start in zip(found, starts, strict=True)])
    there = ~np.isnan(late)
    slope = np.polyfit(np.array(starts)[there], late[there], 1)[0]
    size = np.abs(late[there])
    print(
        f"onsets in the decoded film against the plan: {there.sum()} of {len(starts)} found; "
        f"median {np.median(size):.2f} ms, p95 {np.percentile(size, 95):.2f}, max {size.max():.2f}; "
        f"first {late[there][0]:.2f}, last {late[there][-1]:.2f}; drift over the film {slope * starts[-1]:.3f} ms"
    )


def part_levels(samples: Samples, starts: Sequence[float], ends: Sequence[float]) -> np.ndarray:
    """The loudness of each part, K-weighted, of a sound that is in both channels."""
    energies = loudness.measure_energies(samples, RATE, hop_seconds=0.01)
    means = [energies[round(start * 100) : round(end * 100)].mean() for start, end in zip(starts, ends, strict=True)]
    return np.array([loudness.to_lufs(2 * float(mean)) for mean in means])


def fades(side: Samples, starts: Sequence[float], ends: Sequence[float]) -> None:
    """Tell the bed's level around speech, against its level 0.7 s away from it, on average over the wide gaps."""
    energies = loudness.measure_energies(side, RATE, hop_seconds=0.01)
    gaps = [(end, start) for end, start in zip(ends, starts[1:], strict=False) if start - end > 2.0]
    held = [(end, start) for end, start in zip(ends, starts[1:], strict=False) if 0.3 < start - end < 1.4]

    def level(moments: Sequence[float]) -> float:
        frames = [energies[round(at * 100) - 2 : round(at * 100) + 2].mean() for at in moments]
        return loudness.to_lufs(float(np.mean(frames)))

    if gaps:
        open_level = level([(end + start) / 2 for end, start in gaps])
        before = {ms: level([start - ms / 1000 for _, start in gaps]) - open_level for ms in (200, 150, 75, 0)}
        after = {ms: level([end + ms / 1000 for end, _ in gaps]) - open_level for ms in (0, 200, 400, 450)}
        for when, levels in (("before", before), ("after", after)):
            told = ", ".join(f"{ms} ms {change:+.1f} dB" for ms, change in levels.items())
            print(f"bed {when} speech ({len(gaps)} wide gaps): {told}")
        if held:
            inside = level([(end + start) / 2 for end, start in held]) - open_level
            print(f"bed in the middle of {len(held)} gaps under 1.4 s: {inside:+.1f} dB")


if __name__ == "__main__":
    main()
