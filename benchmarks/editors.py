"""The plugins in real editors, with the real voice: strips, clips and labels where they belong, onsets heard there.

    python benchmarks/editors.py [--blender PROGRAM ...] [--bpy PYTHON ...] [--audacity] [--keep FOLDER]

By default the Blender and the Audacity of the search path. `--bpy` names Pythons that have Blender as a module (`pip
install bpy`). For each Blender, ten text strips are narrated at three frame rates, by the add-on or extension installed
from its archive; the project is saved, opened again and mixed down, then edited and narrated again. Audacity runs on a
screen of its own (Xvfb) with a profile of its own: a subtitle file is narrated, then its labels, and the sound is
exported.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import narrated_strips  # noqa: E402

from voiceover import editors  # noqa: E402
from voiceover.editors import assembly  # noqa: E402
from voiceover.onsets import measure_onsets  # noqa: E402

RATES = ("24/1", "25/1", "30/1.001")
PIPE = Path("/usr/lib/audacity/modules/mod-script-pipe.so")


def main() -> None:
    """Measure what was asked for, or what is there."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--blender", nargs="*")
    asked.add_argument("--bpy", nargs="*", default=[])
    asked.add_argument("--audacity", action="store_true")
    asked.add_argument("--keep", type=Path, help="where projects and sounds stay")
    chosen = asked.parse_args()
    everything = chosen.blender is None and not chosen.bpy and not chosen.audacity
    programs = chosen.blender or (["blender"] if everything and shutil.which("blender") else [])
    with tempfile.TemporaryDirectory() as scratch:
        folder = (chosen.keep or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        archives = editors.pack_blender(folder)
        command = narrated_strips.write_command(folder)
        print("| editor | plugin | frames a second | onset error: largest | a frame |\n|---|---|---|---|---|")
        for program in programs:
            start = [program, "-b", "--factory-startup", "--python-exit-code", "3", "--python"]
            measure_blender([*start, str(narrated_strips.SCRIPT)], archives, command, folder)
        for python in chosen.bpy:
            measure_blender([python, str(narrated_strips.SCRIPT)], archives, command, folder)
        if chosen.audacity or (everything and shutil.which("audacity")):
            measure_audacity(command, folder / "audacity")


def measure_blender(program: list[str], archives: tuple[Path, Path], command: Path, folder: Path) -> None:
    extension, addon = archives
    version = subprocess.run(
        [program[0], "-c", "import bpy; print(*bpy.app.version)"], capture_output=True, text=True, check=False
    )
    modern = version.returncode == 0 and tuple(map(int, version.stdout.split()[-3:-1])) >= (4, 2)
    if "-b" in program:
        said = subprocess.run([program[0], "--version"], capture_output=True, text=True, check=True).stdout
        modern = tuple(map(int, said.split()[1].split(".")[:2])) >= (4, 2)
    kinds = {"add-on": addon, **({"extension": extension} if modern else {})}
    for number, rate in enumerate(RATES):
        kind = list(kinds)[number % len(kinds)]
        place = folder / f"blender-{Path(program[0]).parent.parent.name}-{rate.replace('/', '-')}"
        shutil.rmtree(place, ignore_errors=True)
        narrated = narrated_strips.narrate(program, kinds[kind], command, place, voice="narrator", fps=rate)
        narrated_strips.check(narrated)
        worst = max(abs(error) for error in narrated.errors) * 1000
        fps = narrated.told["rate"]
        name = f"Blender {narrated.told['blender']}{'' if '-b' in program else ' (bpy)'}"
        print(f"| {name} | {kind} | {fps:.3f} | {worst:.1f} ms | {1000 / fps:.1f} ms |", flush=True)


def measure_audacity(command: Path, folder: Path) -> None:
    """Narrate a file and then its labels in an Audacity of its own, and listen to what it exports."""
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "home"
    (home / ".audacity-data").mkdir(parents=True)
    configuration = home / ".audacity-data" / "audacity.cfg"
    made = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(PIPE.stat().st_mtime))
    configuration.write_text(
        "PrefsVersion=1.1.1r1\n[GUI]\nShowSplashScreen=0\n[Update]\nUpdateNoticeShown=1\nDefaultUpdatesChecking=0\n"
        f"[Module]\nmod-script-pipe=1\n[ModulePath]\nmod-script-pipe={PIPE}\n[ModuleDateTime]\nmod-script-pipe={made}\n"
    )
    pipe = Path(f"/tmp/audacity_script_pipe.to.{os.getuid()}")
    if pipe.exists():
        pipe.unlink()
    environment = {**os.environ, "HOME": str(home), "DISPLAY": ":78", "TMPDIR": str(folder)}
    files = assembly.assemble_audacity([str(command)])
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with subprocess.Popen(["Xvfb", ":78", "-screen", "0", "1400x900x24"], stderr=subprocess.DEVNULL) as screen:
        try:
            _wait_for(Path("/tmp/.X11-unix/X78"))
            with (folder / "said.txt").open("w") as said:
                editor = subprocess.Popen(["audacity"], env=environment, stderr=said, stdout=said)
            try:
                _wait_for(pipe)
                _narrate_in_audacity(folder, environment)
            finally:
                editor.kill()
                editor.wait()
        finally:
            screen.terminate()


def _wait_for(path: Path) -> None:
    for _ in range(120):
        if path.exists():
            return
        time.sleep(0.5)
    raise SystemExit(f"{path} does not appear")


def _narrate_in_audacity(folder: Path, environment: dict[str, str]) -> None:
    script = [sys.executable, str(folder / "narrate.py")]
    environment = {name: value for name, value in environment.items() if name != "PYTHONPATH"}
    _run([*script, str(ROOT / "examples" / "bunny.srt")], environment)
    sys.path.insert(0, str(folder))
    import narrate  # type: ignore[import-not-found]

    audacity = narrate.Audacity()
    ((_, labels),) = audacity.list_all("Labels")
    clips = audacity.list_all("Clips")
    starts = [start for start, _, _ in labels]
    assert len(labels) == len(clips) == 8
    assert all(
        0 <= start - clip["start"] <= narrated_strips.HEAD_START + 1e-3
        for start, clip in zip(starts, clips, strict=True)
    )
    _listen(audacity, folder / "file.wav", starts, track=0, what="narrated file")
    audacity.do("SelectTracks", Track=0, TrackCount=1, Mode="Set")
    audacity.do("RemoveTracks")  # the labels move up, and the next narration follows them
    del audacity  # one program at a time talks through the pipe
    _run(script, environment)
    audacity = narrate.Audacity()
    assert audacity.list_all("Labels")[0][1] == labels
    assert [clip["start"] for clip in audacity.list_all("Clips")] == [clip["start"] for clip in clips]
    _listen(audacity, folder / "labels.wav", starts, track=1, what="narrated labels")
    (folder / "tracks.json").write_text(json.dumps(audacity.list_all("Tracks"), indent=1), "utf-8")


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)


def _listen(audacity: object, path: Path, starts: list[float], *, track: int, what: str) -> None:
    audacity.select(track, 0.0, max(starts) + 4.0)  # type: ignore[attr-defined]
    audacity.do("Export2", Filename=str(path), NumChannels=1)  # type: ignore[attr-defined]
    samples, rate = soundfile.read(path, dtype="float32")
    found = measure_onsets(np.asarray(samples), rate, starts)
    errors = [abs(onset - start) * 1000 for onset, start in zip(found, starts, strict=True) if onset is not None]
    assert len(errors) == len(starts)
    print(f"| Audacity, {what} | script | | {max(errors):.1f} ms | |", flush=True)


if __name__ == "__main__":
    main()
