from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import doubles
import pytest

GOLDEN = Path(__file__).parents[2] / "golden"
SINTEL, ELEPHANTS = GOLDEN / "sintel_en.srt", GOLDEN / "elephantsdream.en.srt"
CROWDED = """1
00:00:01,000 --> 00:00:02,000
This is much more than anybody could ever say in a single second of time.

2
00:00:02,000 --> 00:00:03,000
Late.

3
00:00:10,000 --> 00:00:14,000
Here is time enough.
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    file = tmp_path / "crowded.srt"
    file.write_text(CROWDED, "utf-8")
    return file


def test_the_flagged_lines_are_shown_with_what_to_cut(run_cli: Callable[..., Any], crowded: Path) -> None:
    done = run_cli("check", crowded)
    assert done.exit_code == 0
    assert "3: 1 fit, 0 tight, 2 impossible" in done.stdout
    table = " ".join(" ".join(row.split("│")[-2].split()) for row in done.stdout.splitlines() if row.count("│") > 5)
    assert "too long even at 1.25x: cut about" in table
    assert "line 1 runs into its time" in table
    assert "Here is time enough." not in done.stdout
    assert "Here is time enough." in run_cli("check", crowded, "--all").stdout


def test_strict_makes_a_flagged_line_an_error(run_cli: Callable[..., Any], crowded: Path) -> None:
    assert run_cli("check", crowded, "--strict").exit_code == 1
    crowded.write_text(CROWDED[CROWDED.index("3\n") :], "utf-8")
    assert run_cli("check", crowded, "--strict").exit_code == 0


def test_a_film_is_told_as_json_with_nothing_else_on_stdout(run_cli: Callable[..., Any]) -> None:
    done = run_cli("check", ELEPHANTS, "--json", "-")
    told = json.loads(done.stdout)
    assert told["totals"]["lines"] == len(told["lines"]) == 78
    assert told["voices"][0]["voice"] == "narrator"
    assert told["voices"][0]["median_error_percent"] <= 8
    speech = sum(line["natural_seconds"] for line in told["lines"])
    assert speech == pytest.approx(120, rel=0.05)  # what narrator speaks of it, in seconds


def test_json_and_chart_are_files_that_are_only_replaced_with_force(
    run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    table, chart = tmp_path / "out.json", tmp_path / "out.png"
    command = ("check", SINTEL, "--json", table, "--chart", chart)
    done = run_cli(*command, "--quiet")
    assert done.exit_code == 0
    assert sorted(done.stdout.split()) == sorted(map(str, (table, chart)))
    assert json.loads(table.read_text("utf-8"))["totals"]["lines"] == 26
    assert chart.read_bytes().startswith(b"\x89PNG")
    refused = run_cli(*command)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert run_cli(*command, "--force").exit_code == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out.json", "out.png"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("missing.srt",), "missing.srt"),
        ((SINTEL, "--voice", "nobody"), "no voice “nobody”"),
        ((SINTEL, "--language", "de"), "narrator speaks en-us"),
        ((SINTEL, "--chart", "chart.jpg"), "--chart chart.png"),
        ((SINTEL, "--chart", "same.png", "--json", "same.png"), "would replace"),
        ((SINTEL, "--json", "nowhere/out.json"), "nowhere"),
    ],
)
def test_bad_input_is_told_and_nothing_written(
    run_cli: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str | Path, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run_cli("check", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_voice_without_times_is_estimated_and_says_how_to_calibrate_it(
    run_cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(doubles.install(tmp_path / "plugins"))
    done = run_cli("check", SINTEL, "--voice", "beep:")
    assert done.exit_code == 0
    assert "voiceover voices calibrate beep:" in done.stderr
    lines = tmp_path / "lines.txt"
    lines.write_text("\n".join(f"Line {'x' * (number % 30)} of this." for number in range(60)), "utf-8")
    made = run_cli("voices", "calibrate", "beep:", "--text", lines)
    assert made.exit_code == 0, made.stderr
    assert Path(made.stdout.splitlines()[0]).is_file()
    again = run_cli("check", SINTEL, "--voice", "beep:")
    assert "calibrate" not in again.stderr
    refused = run_cli("voices", "calibrate", "beep:")
    assert refused.exit_code == 2
    assert "--text FILE" in refused.stderr


def test_a_cast_and_a_lexicon_count(run_cli: Callable[..., Any], crowded: Path, tmp_path: Path) -> None:
    cast, lexicon = tmp_path / "cast.yaml", tmp_path / "lexicon.csv"
    cast.write_text("default: {voice: narrator, speed: 1.5}\n", "utf-8")
    lexicon.write_text("Late,extraordinarily belated indeed\n", "utf-8")
    told = [
        json.loads(run_cli("check", crowded, "--json", "-", *more).stdout)["lines"]
        for more in ((), ("--cast", cast), ("--lexicon", lexicon))
    ]
    assert [lines[2]["speed"] for lines in told] == pytest.approx([1.0, 1.5, 1.0])
    assert told[2][1]["natural_seconds"] > told[0][1]["natural_seconds"] + 0.5


def test_no_network_is_loaded() -> None:
    """Run in a process of its own, since this one has torch already; that takes its seconds."""
    program = f"""
import sys
from voiceover.cli import main
assert main.run(["check", {str(SINTEL)!r}, "--quiet"]) == 0
assert "torch" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
