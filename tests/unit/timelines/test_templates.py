"""The template projects are what their recipe makes, and hold what an editor looks for in them."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import opentimelineio
import pytest
import soundfile
from lxml import etree

FOLDER = Path(__file__).parents[3] / "templates" / "projects"
RECIPE = FOLDER / "make.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects")
    subprocess.run([sys.executable, str(RECIPE), "-o", str(folder)], check=True)
    return folder


def test_the_files_are_what_the_recipe_makes(made: Path) -> None:
    kept = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.is_file() and path != RECIPE}
    assert len(kept) == 7
    assert kept == {path.name: path.read_bytes() for path in made.iterdir()}


@pytest.mark.parametrize(
    ("fps", "rate", "start"),
    [("23.976", "24000/1001", "00:00:00:00"), ("25", "25", "00:00:00:00"), ("29.97", "30000/1001", "00:00:00;00")],
)
def test_premieres_has_its_tracks_by_name(fps: str, rate: str, start: str) -> None:
    path = FOLDER / f"premiere-{fps}.xml"
    root = etree.parse(path).getroot()
    tracks = [track.get("MZ.TrackName") for track in root.iter("track")]
    sounds = ["Original sound 1", "Original sound 2", "Speaker 1", "Speaker 2", "Takes 1", "Takes 2"]
    assert tracks == ["Picture", *sounds]
    assert root.findtext("sequence/timecode/string") == start
    assert list(root.iter("pathurl")) == []
    read = opentimelineio.adapters.read_from_file(str(path), adapter_name="fcp_xml")
    assert float(read.global_start_time.rate) == pytest.approx(float(Fraction(rate)))


@pytest.mark.parametrize("fps", ["23.976", "25", "29.97"])
def test_final_cuts_has_a_clip_for_each_role_and_needs_no_file_but_its_silence(fps: str) -> None:
    root = etree.parse(FOLDER / f"final-cut-{fps}.fcpxml").getroot()
    clips = [(clip.get("audioRole"), clip.get("enabled")) for clip in root.iter("asset-clip")]
    speakers = [("dialogue.Speaker 1", None), ("dialogue.Speaker 2", None)]
    assert clips == [("Original sound", None), *speakers, ("Takes", "0")]
    assert [item.get("amount") for item in root.iter("adjust-volume")] == ["-16dB"]
    (asset,) = root.iter("asset")
    assert [media.get("src") for media in root.iter("media-rep")] == ["silence.wav"]
    assert Fraction(asset.get("duration")[:-1]) <= soundfile.info(FOLDER / "silence.wav").duration


def test_the_recipe_takes_a_rate_a_size_and_speakers(tmp_path: Path) -> None:
    asked = ["--fps", "50", "--size", "3840x2160", "--timecode", "10:00:00:00", "--speaker", "ÄNNE & Co.", "-o"]
    subprocess.run([sys.executable, str(RECIPE), *asked, str(tmp_path / "new")], check=True)
    names = {"premiere-50.xml", "final-cut-50.fcpxml", "silence.wav"}
    assert {path.name for path in (tmp_path / "new").iterdir()} == names
    root = etree.parse(tmp_path / "new" / "premiere-50.xml").getroot()
    assert root.findtext("sequence/timecode/string") == "10:00:00:00"
    assert [root.findtext(f".//samplecharacteristics/{side}") for side in ("width", "height")] == ["3840", "2160"]
    final_cut = etree.parse(tmp_path / "new" / "final-cut-50.fcpxml").getroot()
    assert final_cut.find("resources/format").get("width") == "3840"
    assert "dialogue.ÄNNE & Co" in [clip.get("audioRole") for clip in final_cut.iter("asset-clip")]


@pytest.mark.parametrize(
    ("asked", "said"), [(["--fps", "26.5"], "not a frame rate"), (["--timecode", "00:00:00;00"], "drop-frame")]
)
def test_what_cannot_be_made_is_said(tmp_path: Path, asked: list[str], said: str) -> None:
    options = asked if "--fps" in asked else ["--fps", "25", *asked]
    done = subprocess.run(
        [sys.executable, str(RECIPE), *options, "-o", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
