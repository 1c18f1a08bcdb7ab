"""Resolve's and Aegisub's scripts with the real command, in stand-ins for the editors: no Resolve was there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import doubles
import narrated_strips
import pytest
import soundfile

from voiceover.editors import assembly

FAKES = Path(__file__).parent / "fakes"
LUAS = [name for name in ("lua5.4", "luajit", "lua5.1") if shutil.which(name)]
pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="the stand-in command is a shell script"),
    pytest.mark.skipif(not LUAS, reason="no Lua is installed (apt install lua5.4 luajit)"),
]

Run = Callable[..., list[str]]


@pytest.fixture
def command(tmp_path: Path) -> Path:
    brought = doubles.install(tmp_path / "plugins")
    return narrated_strips.write_command(tmp_path, brought, Path(doubles.__file__).parent)


def write_lua(value: object) -> str:
    """Return a value as Lua writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {write_lua(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "{" + ", ".join(map(write_lua, value)) + "}"
    return json.dumps(value, ensure_ascii=False)


def run_lua(lua: str, folder: Path, fake: str, plugin: bytes, after: str, **globals_: object) -> tuple[str, list[str]]:
    """Run a plugin in a stand-in; return what it printed and the stand-in's notes."""
    lines = [f"{name} = {write_lua(value)}" for name, value in {**globals_, "LOG": str(folder / "log")}.items()]
    (folder / "plugin.lua").write_bytes(plugin)
    lines += [f"dofile({write_lua(str(FAKES / fake))})", f"dofile({write_lua(str(folder / 'plugin.lua'))})", after]
    (folder / "run.lua").write_text("\n".join(lines), "utf-8")
    environment = {**os.environ, "HOME": str(folder), "LD_LIBRARY_PATH": str(folder), "PYTHONHOME": str(folder)}
    done = subprocess.run(
        [lua, str(folder / "run.lua")], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    log = folder / "log"
    return done.stdout, log.read_text("utf-8").splitlines() if log.exists() else []


@pytest.mark.parametrize("lua", LUAS)
def test_resolve_puts_every_line_on_its_frame(lua: str, tmp_path: Path, command: Path) -> None:
    settings = tmp_path / "Videos" / "voiceover" / "settings.txt"
    settings.parent.mkdir(parents=True)
    settings.write_text("voice = beep:\nmax_speed=1.1\r\n")
    tight = [(144, 150, "ANNA: Far too much for so little time."), (156, 170, "ANNA: Next.")]
    subtitles = [(24, 72, "One two three."), (76, 90, "[MUSIC]"), (96, 140, "Four five six."), *tight]
    plugin = assembly.assemble_resolve([str(command)])["Narrate with Voiceover.lua"]
    printed, log = run_lua(
        lua, tmp_path, "resolve.lua", plugin, "write_log()", SUBTITLES=subtitles, RATE="23.976", RATE_WHOLE=24
    )
    rows = [line.split("\t") for line in log]
    clips = [row for row in rows if row[0] == "clip"]
    fps = 24 / 1.001
    for (first, _, _), (_, frame, last, _, path) in zip([subtitles[0], subtitles[2]], clips[:2], strict=True):
        seconds = len(soundfile.read(path)[0]) / 48_000
        assert abs(int(frame) - first) <= 2  # a stem begins up to 60 ms before its voice
        assert int(frame) <= first
        assert seconds * fps - 1 <= int(last) + 1e-6 < seconds * fps
        assert Path(path).parent.parent.parent == tmp_path / "Videos" / "voiceover" / "A film- part 1"
    assert [row[1:] for row in rows if row[0] == "track"] == [["mono", "Narration"], ["mono", "Narration ANNA"]]
    assert [row[3] for row in clips] == ["2", "2", "3", "3"]
    marker = next(row for row in rows if row[0] == "marker")
    assert marker[1] == "144"
    assert marker[2].endswith(": Far too much for so little time.")
    assert ["bin", "Voiceover"] in rows
    assert ["current", "root"] in rows  # as it was
    assert "4 clips are on the timeline" in printed


@pytest.mark.parametrize("lua", LUAS[:1])
@pytest.mark.parametrize(
    ("globals_", "voice", "says"),
    [
        ({"NO_TIMELINE": True}, "beep:", "Open a timeline first"),
        ({"SUBTITLES": []}, "beep:", "There is nothing to narrate"),
        ({}, "beeeep:", "no voice"),
        ({}, None, "voiceover was not found"),
    ],
)
def test_resolve_says_what_is_wrong_and_touches_nothing(
    lua: str, globals_: dict[str, object], voice: str | None, says: str, tmp_path: Path, command: Path
) -> None:
    settings = tmp_path / "Videos" / "voiceover" / "settings.txt"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"voice = {voice}\n")
    starts = str(command) if voice else "/no/such/voiceover"
    plugin = assembly.assemble_resolve([starts])["Narrate with Voiceover.lua"]
    usual: dict[str, object] = {"SUBTITLES": [(24, 72, "One two three.")], "RATE": 25, "RATE_WHOLE": 25}
    printed, log = run_lua(lua, tmp_path, "resolve.lua", plugin, "write_log()", **{**usual, **globals_})
    assert says.lower() in printed.lower()
    assert log == ["current\troot"]


def line(start: int, end: int, text: str, **more: object) -> dict[str, object]:
    return {"class": "dialogue", "comment": False, "start_time": start, "end_time": end, "text": text, **more}


LINES = [
    {"class": "info", "text": ""},
    line(60_000, 62_000, "{\\i1}One two{\\i0}\\Nthree."),
    line(63_000, 64_000, "{\\p1}m 0 0 l 1 1"),
    line(65_000, 65_300, "Far too much for so little time.", actor="ANNA"),
    line(70_000, 72_000, "Not selected."),
    line(75_000, 76_000, "A comment.", comment=True),
    line(65_400, 66_000, "Next."),
]


@pytest.mark.parametrize("lua", LUAS)
def test_aegisub_speaks_the_selected_lines_and_selects_what_does_not_fit(
    lua: str, tmp_path: Path, command: Path
) -> None:
    (tmp_path / "voiceover-settings.txt").write_text("voice = beep:\n")
    plugin = assembly.assemble_aegisub([str(command)])["voiceover.lua"]
    _, (selected, *told) = run_lua(
        lua,
        tmp_path,
        "aegisub.lua",
        plugin,
        "run_macro()",
        MACRO="Voiceover/Speak selected lines",
        LINES=LINES,
        SELECTED=[2, 3, 4, 6, 7],
        USER=str(tmp_path),
    )
    assert selected == "4,7"  # the one has too little time, the other comes too late for it
    assert told[0] == "3 lines spoken, 2 out of limits."
    assert told[1] == "Far too much for so little time."
    assert "times natural speed" in told[2]


def test_aegisub_checks_without_speaking(tmp_path: Path, command: Path) -> None:
    plugin = assembly.assemble_aegisub([str(command)])["voiceover.lua"]
    _, (selected, *told) = run_lua(
        LUAS[0],
        tmp_path,
        "aegisub.lua",
        plugin,
        "run_macro()",
        MACRO="Voiceover/Check selected lines",
        LINES=LINES,
        SELECTED=[2, 4, 7],
        USER=str(tmp_path),
    )
    assert selected == "4,7"
    assert told[0] == "3 lines, 2 tight or impossible."
    assert (tmp_path / "voiceover-settings.txt").read_text().count("narrator") == 1  # written with the usual values


@pytest.mark.parametrize(
    ("selected", "cancel", "says"),
    [([3], False, "There is nothing to narrate"), ([2, 4], True, "")],
)
def test_aegisub_stops_when_there_is_nothing_or_the_user_has_enough(
    selected: list[int], cancel: bool, says: str, tmp_path: Path, command: Path
) -> None:
    (tmp_path / "voiceover-settings.txt").write_text("voice = slow:\n")
    plugin = assembly.assemble_aegisub([str(command)])["voiceover.lua"]
    _, (first, *told) = run_lua(
        LUAS[0],
        tmp_path,
        "aegisub.lua",
        plugin,
        "run_macro()",
        MACRO="Voiceover/Speak selected lines",
        LINES=LINES,
        SELECTED=selected,
        USER=str(tmp_path),
        CANCEL=cancel,
    )
    assert first == "cancelled"
    assert says in "\n".join(told)
