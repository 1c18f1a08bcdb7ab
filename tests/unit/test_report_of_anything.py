"""Reports of whatever lines there may be: the JSON says the same again, and the page shows texts as texts."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from voiceover import report, report_page
from voiceover.loudness import Target
from voiceover.report import LineReport, Measured, Report
from voiceover.report_page import Sounds
from voiceover.types import Attention, LeftOut

SURROGATES = "caf\udce9.mp4"  # the name of a file whose bytes are no UTF-8
SIGNS = st.text(st.sampled_from("<>&\"'/\\`{}%\n\t\0\u2028\u202e;=-!scriptSCRIPT x😀"), max_size=30)
TEXTS = st.one_of(
    SIGNS, st.text(max_size=30), st.sampled_from(["</script>", "<!--", "-->", "{{ x }}", "]]>", SURROGATES])
)
FLAGS = st.lists(st.one_of(st.sampled_from(report.FLAGS), TEXTS), max_size=4, unique=True).map(tuple)
SECONDS = st.floats(0.0, 1e5)
ANY = st.floats(allow_nan=True, allow_infinity=True)
MOMENTS = st.one_of(st.none(), SECONDS)
LINES = st.builds(
    LineReport,
    index=st.integers(0, 9999), cue_start=SECONDS, cue_end=SECONDS, speaker=st.one_of(st.none(), TEXTS), voice=TEXTS,
    text=TEXTS, spoken_text=TEXTS, spoken_with=st.lists(st.integers(0, 99), max_size=3).map(tuple), lost=TEXTS,
    start=MOMENTS, end=MOMENTS, natural_seconds=SECONDS, speed=st.floats(0.5, 3.0), shift=st.floats(-1.0, 1.0),
    pauses_shortened=st.integers(0, 5), attempts=st.integers(0, 9),
    attention=st.one_of(st.none(), st.builds(Attention, ANY, ANY)), flags=FLAGS, reason=TEXTS,
)  # fmt: skip


def whole(lines: list[LineReport], names: list[str], *, onset: float = 0.01, lufs: float | None = -14.0) -> Report:
    kept = tuple(replace(line, index=number) for number, line in enumerate(lines, 1))
    totals = report.add_up(
        kept, Measured((onset,), (), lufs, None), overlap_samples=0, synthesis_seconds=1.0, audio_seconds=2.0
    )
    voice, video, output, left, why = names
    return Report(voice, 0, video, output, totals, kept, left_out=(LeftOut(1, 0.0, left, why),))


def finite(value: object) -> object:
    """Return a value as JSON can say it: times to a microsecond, null for what is no number."""
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    return list(value) if isinstance(value, tuple) else value


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(LINES, max_size=4),
    st.lists(TEXTS, min_size=5, max_size=5),
    st.floats(-9.0, 9.0),
    st.one_of(st.none(), ANY),
)
@example([], [SURROGATES] * 5, 0.1, -math.inf)
def test_the_json_says_what_the_report_does(
    tmp_path: Path, lines: list[LineReport], names: list[str], onset: float, lufs: float | None
) -> None:
    made, path = whole(lines, names, onset=onset, lufs=lufs), tmp_path / "report.json"
    report.write(made, path)
    stored = json.loads(path.read_text("utf-8"), parse_constant=lambda name: 1 / 0)
    assert stored["lines"] == [finite(asdict(line)) for line in made.lines]
    assert [stored["voice"], stored["video"], stored["output"]] == names[:3]
    assert stored["left_out"][0]["text"] == names[3]
    assert stored["totals"]["integrated_lufs"] == finite(lufs)
    for flag in {flag for line in lines for flag in line.flags}:
        assert stored["totals"][flag] == sum(flag in line.flags for line in lines)
    assert sorted(path.parent.iterdir()) == [path]


class Elements(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=3), st.lists(TEXTS, min_size=5, max_size=5), st.floats(-9.0, 9.0))
@example([], [SURROGATES] * 5, 0.1)
def test_no_text_becomes_an_element_of_the_page(
    tmp_path: Path, lines: list[LineReport], names: list[str], onset: float
) -> None:
    def tags(made: Report) -> list[tuple[str, tuple[str, ...]]]:
        path = tmp_path / "report.html"
        report_page.write(made, path, target=Target(-14.0, -1.0), max_speed=1.25, sounds=Sounds({}))
        return Elements(path.read_text("utf-8")).tags

    def plain(text: str | None) -> str | None:
        """Return a text of letters where there is one."""
        return text and ("x" if text.strip() else text)

    flags = {flag: f"flag{number}" for number, flag in enumerate({f for one in lines for f in one.flags})}
    kept = {flag: flag if flag in report.FLAGS else name for flag, name in flags.items()}
    speakers = {name: f"s{number}" if name else name for number, name in enumerate({one.speaker for one in lines})}
    harmless = [
        replace(
            one,
            speaker=speakers[one.speaker],
            voice=plain(one.voice) or "",
            text=plain(one.text) or "",
            spoken_text=plain(one.spoken_text) or "",
            lost=plain(one.lost) or "",
            reason=plain(one.reason) or "",
            flags=tuple(kept[flag] for flag in one.flags),
        )
        for one in lines
    ]
    allowed = set(tags(whole(harmless, ["x"] * 5, onset=onset)))
    assert set(tags(whole(lines, names, onset=onset))) <= allowed
