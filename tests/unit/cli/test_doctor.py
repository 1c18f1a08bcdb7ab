from __future__ import annotations

import pytest

from voiceover.cli import doctor, main
from voiceover.cli.doctor import Finding
from voiceover.errors import MissingError


def lacking() -> Finding:
    raise MissingError("No ffmpeg.", "Install it.")


@pytest.mark.parametrize(("needed", "code"), [(True, 3), (False, 0)])
def test_only_what_dub_needs_makes_a_machine_unfit(
    needed: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "_CHECKS", (("ffmpeg", needed, lacking), ("python", True, doctor._python)))
    assert main.run(["doctor"]) == code
    table = capsys.readouterr().out
    assert "No ffmpeg. Install it." in table
    assert ("LACKING" in table) is needed


def test_the_bundled_ffmpeg_has_what_is_used() -> None:
    found = doctor._ffmpeg()
    assert found.fit, found
    assert "ffmpeg version" in found.found


def test_an_ffmpeg_without_rubberband_is_unfit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_FFMPEG_PARTS", ("aresample", "no-such-filter"))
    found = doctor._ffmpeg()
    assert not found.fit
    assert found.found.endswith("without no-such-filter")
