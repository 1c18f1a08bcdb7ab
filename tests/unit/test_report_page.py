from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from voiceover import report_page
from voiceover.casting import Speaker
from voiceover.errors import BadInputError
from voiceover.loudness import Target
from voiceover.report import LineReport, Measured, Report, UnknownWord, add_up
from voiceover.report_page import Sounds
from voiceover.types import LeftOut

HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror="alert(1)"> "it\'s" & <b>\u202e😀'


def line(index: int, text: str = "Hello", **facts: object) -> LineReport:
    start = 2.0 * index
    made = LineReport(
        index,
        start,
        start + 1.5,
        None,
        "narrator",
        text,
        text,
        (),
        "",
        start,
        start + 1.0,
        1.0,
        1.0,
        0.0,
        0,
        1,
        None,
        (),
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def report(*lines: LineReport, **facts: object) -> Report:
    totals = add_up(
        lines, Measured((0.001, -0.002), (), -14.3, -1.0), overlap_samples=0, synthesis_seconds=1.0, audio_seconds=50.0
    )
    return replace(Report("narrator", 0, "film.mp4", "out/film.dubbed.mp4", totals, tuple(lines)), **facts)  # type: ignore[arg-type]


def page(made: Report, folder: Path, sounds: Sounds | None = None) -> str:
    path = folder / "report.html"
    report_page.write(made, path, target=Target(-14.0, -1.0), max_speed=1.25, sounds=sounds or Sounds({}))
    return path.read_text("utf-8")


class Elements(HTMLParser):
    """The elements and the text that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_text_of_every_kind_stays_text(tmp_path: Path) -> None:
    made = report(
        line(1, HOSTILE, speaker=HOSTILE, lost=HOSTILE, flags=("unreadable",)),
        voice=HOSTILE,
        video=HOSTILE,
        output=f"x/{HOSTILE.replace('/', '')}",
        left_out=(LeftOut(1, 0.0, HOSTILE, HOSTILE),),
        speakers=(Speaker(HOSTILE, 1, HOSTILE, mapped=True),),
        unknown_words=(UnknownWord(HOSTILE, HOSTILE, (1,)),),
    )
    plain = report(
        line(1, "x" * len(HOSTILE), speaker="A", flags=("unreadable",)),
        left_out=(LeftOut(1, 0.0, "b", "c"),),
        speakers=(Speaker("A", 1, "v", mapped=True),),
        unknown_words=(UnknownWord("w", "w", (1,)),),
    )
    ordinary = Elements(page(plain, tmp_path))
    hostile = Elements(page(made, tmp_path))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in ordinary.tags]
    assert hostile.text.count(HOSTILE) >= 8
    assert not any(name.startswith("on") for _, attributes in hostile.tags for name in attributes)


def test_nothing_is_loaded_from_elsewhere(tmp_path: Path) -> None:
    html = page(report(line(1)), tmp_path, Sounds({1: b"\xff\xf3mp3"}))
    elements = Elements(html)
    assert not [attributes for _, attributes in elements.tags if attributes.get("src")]
    assert all(attributes["href"] in {"#", "#line-1"} for _, attributes in elements.tags if "href" in attributes)
    policy = next(str(it["content"]) for tag, it in elements.tags if tag == "meta" and "http-equiv" in it)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")


def test_clips_are_in_the_page_or_in_the_folder_of_stems(tmp_path: Path) -> None:
    made = report(line(1), line(2, start=None, end=None, flags=("unsaid",)), line(3))
    embedded = page(made, tmp_path, Sounds({1: b"one", 3: b"three"}))
    assert re.findall(r'id="clip-(\d+)">([^<]+)<', embedded) == [("1", "b25l"), ("3", "dGhyZWU=")]
    assert set(re.findall(r'class="play" data-line="(\d+)"', embedded)) == {"1", "3"}
    linked = page(made, tmp_path, Sounds({}, tmp_path / "of & all"))
    assert "clip-1" not in linked
    assert [it["file"] for it in _data(linked)["lines"]] == ["of%20%26%20all/0001.wav", "", "of%20%26%20all/0003.wav"]
    silent = page(made, tmp_path)
    assert 'class="play"' not in silent
    assert "There is no sound in this file." in silent


def _data(html: str) -> dict[str, list[dict[str, object]]]:
    found = re.search(r'id="data">(.*?)</script>', html)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


def test_the_gravest_lines_come_first_each_with_its_remedy(tmp_path: Path) -> None:
    made = report(
        line(1, "hurried", speed=1.2, flags=("over-speed",)),
        line(2, "fine"),
        line(3, "gap", start=None, end=None, flags=("unsaid",)),
        *(line(i, speed=1.2, flags=("over-speed",)) for i in range(4, 24)),
    )
    html = page(made, tmp_path)
    looked = html[html.index("To look at") : html.index('aria-label="All lines"')]
    assert re.findall(r'href="#line-(\d+)"', looked)[:2] == ["3", "1"]
    assert "could not be said, so there is a gap" in looked
    assert "shorten the text or give the cue more time" in looked
    assert f"{22 - 12} more</summary>" in looked
    assert "fine" not in looked


def test_figures_are_held_against_their_targets() -> None:
    def met(made: Report, name: str, target: Target | None = Target(-14.0, -1.0)) -> bool | None:
        return next(figure.met for figure in report_page.figures(made, target, 1.25) if figure.name == name)

    good = report(line(1), line(2, speed=1.02))
    assert all(figure.met is not False for figure in report_page.figures(good, Target(-14.0, -1.0), 1.25))
    assert met(report(line(1, speed=1.3)), "fastest line") is False
    assert met(report(line(1), line(2, shift=0.1, flags=("shifted",))), "lines shifted") is False
    assert met(report(line(1, start=None, end=None, flags=("unsaid",))), "lines spoken") is False
    assert met(good, "loudness", Target(-23.0, -1.0)) is False
    assert met(good, "loudness", None) is None
    assert met(good, "true peak", Target(-14.0, -2.0)) is False
    assert met(report(line(1, speed=1.2), line(2)), "hurried by over 15 %") is False
    dense = line(1, "a" * 60, speed=1.2)  # its cue leaves no time, so its speed is no fault
    assert met(report(dense), "hurried by over 15 %") is None
    cached = replace(good, totals=replace(good.totals, real_time_factor=None, integrated_lufs=float("-inf")))
    assert met(cached, "real-time factor") is None
    assert met(cached, "loudness") is None


def test_many_speakers_share_the_last_lane() -> None:
    lines = [line(i, speaker=f"S{i % 20}") for i in range(200)] + [line(200, speaker="S3")]
    lanes = report_page.lane_names(lines)
    assert len(lanes) == report_page.MOST_LANES
    assert "S3" in lanes
    assert lanes[-1] == "9 others"
    assert report_page.lane_names([line(1), line(2, speaker="A")]) == ["narrator", "A"]


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be written"):
        report_page.write(report(line(1)), tmp_path / "no" / "r.html", target=None, max_speed=1.25, sounds=Sounds({}))
    assert list(tmp_path.iterdir()) == []
