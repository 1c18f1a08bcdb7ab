"""Open written timelines in real editors, have them saved, and compare every position.

    python benchmarks/saved_projects.py [--folder FOLDER]

Kdenlive and Shotcut run on a screen of their own (Xvfb). Each opens the example's timeline, saves it in place (Kdenlive
over D-Bus, Shotcut by a key), and what it wrote is read again. The project that the editor itself saved is then given
narration tracks (`voiceover narrate PROJECT --timeline OTHER`): all that was in it has to be where it was, and the
editor opens and saves that one too. Needs xvfb-run, dbus-run-session, dbus-send, xdotool, and the editors; those that
are not there are left out and named. About three minutes. Exits with 1 if a position was not kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from lxml import etree

ROOT = Path(__file__).parents[1]
FILM, SUBTITLES = ROOT / "examples" / "bunny.webm", ROOT / "examples" / "bunny.srt"
TOOLS = ("xvfb-run", "dbus-run-session", "dbus-send", "xdotool")
PATIENCE = 60  # seconds until a saved file is given up
SCREEN = "-screen 0 1600x1000x24"

Place = tuple[str, bool, str, int, int, int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where to write; by default a folder that is removed again")
    parser.add_argument("--inside", nargs=2, metavar=("EDITOR", "PROJECT"), help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.inside:
        return save_in(told.inside[0], Path(told.inside[1]))
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        print(f"not measured: {', '.join(missing)} not installed")
        return 0
    with tempfile.TemporaryDirectory(prefix="editors-") as scratch:
        return compare(told.folder or Path(scratch), Path(scratch) / "home")


def compare(folder: Path, home: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--voice", "narrator", "--force", "--quiet"]
    tight = folder / "tight.srt"  # with a line that is retaken, so that there are tracks of takes
    tight.write_text(
        SUBTITLES.read_text("utf-8").replace("starts to sing", "begins to sing for everyone who listens"), "utf-8"
    )
    bad = 0
    for editor, suffix in (("kdenlive", ".kdenlive"), ("shotcut", ".mlt")):
        if not shutil.which(editor):
            print(f"{editor:10} not measured: it is not installed")
            continue
        cut, ours = folder / f"cut{suffix}", folder / f"narrated{suffix}"
        run("dub", FILM, tight, "-o", folder / "out.webm", "--timeline", cut, *options)
        bad += not is_kept(editor, cut, home)
        shutil.copyfile(tight, folder / f"{cut.name}.srt")
        run("narrate", cut, "-o", folder / "n.wav", "--timeline", ours, *options)  # of what the editor saved
        lost = set(positions(cut)) - set(positions(ours))
        bad += bool(lost)
        print(f"{'':10} {ours.name:20} {'all of the project is in it' if not lost else f'lost: {sorted(lost)}'}")
        bad += not is_kept(editor, ours, home)
    return int(bad > 0)


def is_kept(editor: str, project: Path, home: Path) -> bool:
    """Have an editor save a project, say what became of it, and return whether every position was kept."""
    before, about = positions(project), project.stat()
    inside = [sys.executable, __file__, "--inside", editor, str(project)]
    environment = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LIBGL_ALWAYS_SOFTWARE": "1"}
    home.mkdir(mode=0o700, exist_ok=True)
    command = ["dbus-run-session", "--", "xvfb-run", "-a", "-s", SCREEN, *inside]
    subprocess.run(command, env=environment, check=False, stderr=subprocess.DEVNULL)
    saved = project.stat().st_mtime_ns != about.st_mtime_ns
    kept = saved and positions(project) == before
    what = f"{len(before)} clips, every position kept" if kept else "not saved" if not saved else "positions differ"
    print(f"{editor:10} {project.name:20} {what}", flush=True)
    return kept


def run(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "voiceover", *map(str, arguments)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def save_in(editor: str, project: Path) -> int:
    """Open a project, save it in place, close the editor."""
    before = project.stat().st_mtime_ns
    with subprocess.Popen([editor, str(project)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and project.stat().st_mtime_ns == before:
            time.sleep(10)  # an editor that is still loading would save half a project
            save = save_kdenlive if editor == "kdenlive" else save_shotcut
            save(program.pid)
            time.sleep(3)
        program.kill()  # asked to end, an editor asks back
    return 0


def save_kdenlive(pid: int) -> None:
    where = [f"--dest=org.kde.kdenlive-{pid}", "/kdenlive/MainWindow_1", "org.kde.KMainWindow.activateAction"]
    call = ["dbus-send", "--session", "--print-reply", *where, "string:file_save"]
    subprocess.run(call, check=False, capture_output=True)


def save_shotcut(pid: int) -> None:
    find = ["xdotool", "search", "--onlyvisible", "--name", "Shotcut"]
    windows = subprocess.run(find, check=False, capture_output=True, text=True).stdout.split()
    for window in windows[:1]:
        subprocess.run(["xdotool", "windowfocus", window, "key", "--window", window, "ctrl+s"], check=False)


def positions(project: Path) -> list[Place]:
    """Return track, whether that is muted, file, start, in and out of every clip, in frames."""
    root = etree.parse(project).getroot()
    profile = root.find("profile")
    fps = int(profile.get("frame_rate_num")) / int(profile.get("frame_rate_den"))
    named = {item.get("id"): item for item in root.iter() if item.get("id")}
    found: list[Place] = []

    def walk(item: Any, track: str, *, silent: bool = False) -> None:
        track = value(item, "kdenlive:track_name") or value(item, "shotcut:name") or track
        if item.tag == "tractor":
            for row in item.findall("track"):
                walk(named[row.get("producer")], track, silent=silent or row.get("hide") == "both")
        place = 0
        for part in item if item.tag == "playlist" else ():
            if part.tag == "blank":
                place += frames(part.get("length"), fps)
            elif part.tag == "entry":
                first, last = frames(part.get("in"), fps), frames(part.get("out"), fps)
                resource = value(named[part.get("producer")], "resource")
                if resource != "black":
                    found.append((track, silent, Path(resource).name, place, first, last))
                place += last - first + 1

    walk(root.findall("tractor")[-1], "")
    return found


def value(item: Any, name: str) -> str:
    return next((own.text or "" for own in item.findall("property") if own.get("name") == name), "")


def frames(written: str, fps: float) -> int:
    """Return a time in frames, whether it was written so or as a clock."""
    if ":" not in written:
        return int(written)
    hours, minutes, seconds = written.replace(",", ".").split(":")
    return round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * fps)


if __name__ == "__main__":
    sys.exit(main())
