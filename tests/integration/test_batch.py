"""Whole folders as a user has them: odd names, ten formats, broken films, runs that are cut off."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import doubles
import films
import pytest
from films import SECONDS

from voiceover import media

Cli = Callable[..., Any]
SECOND_RUN = """
import os, sys
from voiceover.cli.main import run
code = run(sys.argv[1:])
spent = os.times()  # of processors, children's too: how long it takes depends on what else this machine does
print("seconds", spent.user + spent.system + spent.children_user + spent.children_system)
print("torch", "torch" in sys.modules)
sys.exit(code)
"""


def strays(*folders: Path) -> list[Path]:
    """Return what no user has put there and no run may leave."""
    files = [path for folder in folders for path in folder.rglob("*")]
    return [path for path in files if path.name.startswith(".") or ".part" in path.suffixes]


def texts(log: Path) -> list[str]:
    return [line for line in log.read_text("utf-8").splitlines() if line]


def dubs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.dubbed.*"))


def start(folder: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """Start a run as a user does, in a process of its own."""
    usual = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{usual}; from voiceover.cli.main import main; main()", *map(str, arguments)]
    plugins = folder / "plugins"
    if not plugins.is_dir():
        doubles.install(plugins)
    path = os.pathsep.join([str(plugins), str(Path(doubles.__file__).parent), os.environ.get("PYTHONPATH", "")])
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    env = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(temporary)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def test_thirty_films_of_which_five_are_broken(tmp_path: Path, run_cli: Cli) -> None:
    folder, log = films.make(tmp_path / "films"), tmp_path / "log"
    options = ("batch", folder, "--voice", f"counted:{log}", "--jobs", "2", "--reports", tmp_path / "reports")
    first = run_cli(*options)
    assert first.exit_code == 4
    assert "25 of 30 done, 5 failed" in first.stdout
    held = {film["video"]: film for film in json.loads((folder / "batch.json").read_text("utf-8"))["films"]}
    failed = {Path(name).stem: film for name, film in held.items() if film["status"] == "failed"}
    assert set(failed) == set(films.BROKEN)
    assert all(film["reason"] and film["remedy"] for film in failed.values())
    assert "line 6" in failed["bad time"]["reason"]
    made = dubs(folder)
    assert len(made) == 25
    assert strays(folder, tmp_path / "reports") == []
    for path in made[::5]:
        film = media.probe(path)
        assert abs(film.seconds - SECONDS) < 0.3
        assert len(film.audio) == 2
    assert sorted(texts(log)) == sorted(set(texts(log)))
    assert len(texts(log)) == 75
    assert len(list((tmp_path / "reports").rglob("*.html"))) == 25
    page = (folder / "batch.html").read_text("utf-8")
    assert "Failed (5)" in page
    assert "%5Btag%5D%20name%20%281080p%29.dubbed.mkv" in page

    log.write_text("")
    before = {path: path.stat().st_mtime_ns for path in made}
    command = [sys.executable, "-c", SECOND_RUN, *map(str, options)]
    path = os.pathsep.join(sys.path)
    second = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, check=False
    )
    assert second.returncode == 4, second.stderr
    assert "25 of them before" in second.stdout
    assert "torch False" in second.stdout
    took = re.search(r"seconds ([\d.]+)", second.stdout)
    assert took is not None
    assert float(took[1]) < 5.0
    assert {path: path.stat().st_mtime_ns for path in made} == before
    assert texts(log) == []

    changed = folder / "lesson 2.en.srt"
    changed = changed if changed.exists() else next(folder.rglob("lesson 2*.srt"))
    changed.write_text(changed.read_text("utf-8").replace("It has a number", "It had a number"), "utf-8")
    third = run_cli(*options)
    assert third.exit_code == 4
    assert texts(log) == ["It had a number, 2."]
    assert [path for path in made if path.stat().st_mtime_ns != before[path]] == [folder / "lesson 2.dubbed.mkv"]


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path, run_cli: Cli) -> None:
    folder = films.make(tmp_path / "films", count=2)
    (folder / "voiceover.toml").write_text('mix = "replace"\n')
    before = sorted(folder.rglob("*"))
    told = run_cli("batch", folder, "--dry-run", "--include", "Lektion*", "--include", "cut*", "--exclude", "lesson*")
    assert told.exit_code == 4
    assert "cut short.mp4" in told.stdout
    assert "lesson 2" not in told.stdout
    assert re.search(r"Größe.mp4 +│ Lektion 1 – Größe.srt │ narrator │ new +│ +3 │", told.stdout)
    assert sorted(folder.rglob("*")) == before


def test_dub_reads_the_same_settings_file_and_the_command_line_wins(tmp_path: Path, run_cli: Cli) -> None:
    folder = films.make(tmp_path / "films", count=1)
    video, subtitles = folder / f"{films.NAMES[0]}.mp4", folder / f"{films.NAMES[0]}.srt"
    (folder / "voiceover.toml").write_text(f'voice = "counted:{tmp_path / "log"}"\ndrop-original = true\n')
    assert run_cli("dub", video, subtitles, "-o", tmp_path / "a.mp4").exit_code == 0
    assert len(texts(tmp_path / "log")) == 3
    assert len(media.probe(tmp_path / "a.mp4").audio) == 1
    assert run_cli("dub", video, subtitles, "-o", tmp_path / "b.mp4", "--voice", "beep:").exit_code == 0
    assert len(texts(tmp_path / "log")) == 3
    (folder / "voiceover.toml").write_text("voise = 1")
    refused = run_cli("dub", video, subtitles, "-o", tmp_path / "c.mp4")
    assert refused.exit_code == 2
    assert f"{folder / 'voiceover.toml'}, line 1" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none"], "no such folder"),
        ([".", "--include", "*.xyz"], "no videos that"),
        ([".", "--voice", "nobody"], "There is no voice"),
        ([".", "--loudness", "loud"], "not a loudness"),
        ([".", "--cast", "none.yaml"], "--cast"),
        ([".", "-o", "cut short.mp4"], "is a file"),
        ([".", "--report", "a.pdf"], ".json or .html"),
    ],
)
def test_what_would_fail_for_all_is_bad_input(
    tmp_path: Path, run_cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    for name in ("cut short.mp4", "a.mp4", "a.srt"):
        (tmp_path / name).write_text("x")
    monkeypatch.chdir(tmp_path)
    refused = run_cli("batch", *arguments)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert not (tmp_path / "batch.json").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no signals of this kind")
@pytest.mark.parametrize(("number", "jobs"), [("SIGINT", "1"), ("SIGTERM", "2"), ("SIGKILL", "1"), ("SIGKILL", "2")])
def test_a_run_that_is_stopped_leaves_nothing_and_carries_on(tmp_path: Path, number: str, jobs: str) -> None:
    folder = films.make(tmp_path / "films", count=2)
    options = ("batch", folder, "--voice", "slow:0.3", "--jobs", jobs, "--progress", "json", "--exclude", "[!Ll-]*")
    with start(tmp_path, *options) as process:
        assert process.stderr is not None
        speaking = 0
        for line in process.stderr:
            speaking += json.loads(line).get("event") == "advance" and "film" in json.loads(line)
            if speaking == 2:
                break
        if number != "SIGKILL":
            with start(tmp_path, *options) as other:
                told = other.communicate(timeout=60)[1]
            assert other.returncode == 2
            assert f"process {process.pid} on" in json.loads(told.splitlines()[-1])["message"]
        process.send_signal(signal.Signals[number])
        process.stderr.read()
        assert process.wait(30) == (130 if number != "SIGKILL" else -9)
    if number != "SIGKILL":
        assert strays(folder) == []
        assert list((tmp_path / "tmp").iterdir()) == []
        assert json.loads((folder / "batch.json").read_text("utf-8"))["exit_code"] == 130
    began = time.monotonic()
    with start(tmp_path, *options) as again:
        told = again.communicate(timeout=120)[1]
    assert again.returncode == 0, told
    assert len(dubs(folder)) == 2
    assert strays(folder) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert time.monotonic() - began < 60


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no signals of this kind")
def test_a_worker_that_dies_loses_no_film(tmp_path: Path) -> None:
    folder = films.make(tmp_path / "films", count=3)
    options = ("batch", folder, "--voice", "slow:0.3", "--jobs", "2", "--progress", "json", "--exclude", "[!Ll-]*")
    with start(tmp_path, *options) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if json.loads(line).get("event") == "advance" and "film" in json.loads(line):
                break
        children = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(process.pid)],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        )
        workers = [row for row in children.stdout.splitlines() if "spawn_main" in row]
        assert len(workers) == 2
        os.kill(int(workers[0].split()[0]), signal.SIGKILL)
        told = process.stderr.read()
        assert process.wait(60) == 0, told
    assert len(dubs(folder)) == 3


def test_a_program_hears_of_the_run_and_of_each_film_when_it_begins(tmp_path: Path, run_cli: Cli) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for name in ("a", "b"):
        films.encode(folder / f"{name}.mp4", "libx264", "aac", SECONDS)
        (folder / f"{name}.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nHello.\n", "utf-8")
    command = ("batch", folder, "--voice", "beep:", "--progress", "json", "--jobs", "2")
    told = [json.loads(row) for row in run_cli(*command).stderr.splitlines()]
    begun = [one for one in told if one["event"] == "start"]
    assert begun[0]["command"] == "batch"
    assert (begun[0]["format"], begun[0]["films"], begun[0]["output"]) == (1, 2, str(folder / "batch.json"))
    assert sorted((one["film"], one["command"], one["lines"]) for one in begun[1:]) == [
        ("a.mp4", "dub", 1),
        ("b.mp4", "dub", 1),
    ]
    assert "film" not in begun[0]


def test_another_precision_is_another_dub(tmp_path: Path, run_cli: Cli) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    films.encode(folder / "a.mp4", "libx264", "aac", SECONDS)
    (folder / "a.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nHello.\n", "utf-8")
    command = ("batch", folder, "--voice", "narrator", "--jobs", "1", "--progress", "json")

    def dubbed(*options: str) -> list[Any]:
        done = run_cli(*command, *options)
        assert done.exit_code == 0, done.stderr
        told = map(json.loads, done.stderr.splitlines())
        return [one["why"] for one in json.loads((folder / "batch.json").read_text("utf-8"))["films"]] * any(
            one["event"] == "start" and one["command"] == "dub" for one in told
        )

    assert dubbed()
    assert dubbed("--precision", "fp32") == []
    assert dubbed("--precision", "int8") == ["precision was not set"]
    assert dubbed("--precision", "int8") == []
    (folder / "voiceover.toml").write_text('precision = "int8"\n', "utf-8")
    assert dubbed() == []
