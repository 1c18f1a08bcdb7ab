"""What is written, against the document types; Apple's may not be passed on and are named by the environment."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cutting_room import make
from lxml import etree

from voiceover import timelines

APPLES = [
    pytest.param(
        suffix,
        variable,
        marks=pytest.mark.skipif(variable not in os.environ, reason=f"{variable} does not name Apple's DTD"),
    )
    for suffix, variable in ((".fcpxml", "FCPXML_DTD"), (".xml", "XMEML_DTD"))
]
MLT = next(iter(Path("/usr/share").glob("mlt*/xml/mlt-xml.dtd")), Path("mlt-xml.dtd"))
mlt_is_here = pytest.mark.skipif(not MLT.is_file(), reason="MLT's DTD is not here (Debian: libmlt-data)")
TEMPLATES = Path(__file__).parents[3] / "templates" / "projects"
FILMS = pytest.mark.parametrize("film", [True, False])


def written(path: Path, project: Path | None = None, *, film: bool = True) -> Any:
    told = replace(make(path, film=film, takes=True), project=project)
    timelines.write(told)
    return etree.parse(told.path).getroot()


def nameless(root: Any) -> Any:
    for track in root.iter("track"):
        track.attrib.pop("MZ.TrackName", None)  # Premiere's addition to a format that has no names of tracks
    return root


def assert_valid(root: Any, dtd: etree.DTD) -> None:
    assert dtd.validate(root), dtd.error_log


@pytest.fixture(scope="module")
def mlt() -> etree.DTD:
    """Read MLT's own, in which one declaration is no XML: it lacks parentheses."""
    written = MLT.read_text(encoding="utf-8").partition("?>")[2]
    return etree.DTD(
        io.StringIO(written.replace("ELEMENT properties property >", "ELEMENT properties (property|properties)* >"))
    )


@FILMS
@pytest.mark.parametrize(("suffix", "variable"), APPLES)
def test_apples_formats_are_valid(tmp_path: Path, suffix: str, variable: str, film: bool) -> None:
    root = nameless(written(tmp_path / f"cut{suffix}", film=film))
    assert_valid(root, etree.DTD(os.environ[variable]))


@pytest.mark.parametrize(("suffix", "variable"), APPLES)
def test_the_templates_are_valid(suffix: str, variable: str) -> None:
    found = sorted(TEMPLATES.glob(f"*{suffix}"))
    assert found
    for path in found:
        assert_valid(nameless(etree.parse(path).getroot()), etree.DTD(os.environ[variable]))


@mlt_is_here
@FILMS
@pytest.mark.parametrize("suffix", [".mlt", ".kdenlive"])
def test_mlts_formats_are_valid(tmp_path: Path, mlt: etree.DTD, suffix: str, film: bool) -> None:
    assert_valid(written(tmp_path / f"cut{suffix}", film=film), mlt)


@mlt_is_here
@pytest.mark.parametrize("suffix", [".mlt", ".kdenlive"])
def test_a_project_with_tracks_added_stays_valid(tmp_path: Path, mlt: etree.DTD, suffix: str) -> None:
    project = tmp_path / f"theirs{suffix}"
    written(project)
    assert_valid(written(tmp_path / f"ours{suffix}", project, film=False), mlt)
