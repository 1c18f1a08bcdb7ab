"""The plan, the ledger and the run over a folder, with workers that only write a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from voiceover.batch import ledger as ledgers
from voiceover.batch import planning, relatives, running, summary_page, sweeping
from voiceover.batch.outcome import Outcome, failed
from voiceover.batch.planning import Film, Plan
from voiceover.batch.working import Show
from voiceover.config import DubSettings, Mix
from voiceover.errors import BadInputError, ExitCode, MissingError
from voiceover.progress import Progress

SRT = "1\n00:00:01,000 --> 00:00:02,000\nOne.\n"
RESULT = {"spoken": 1, "unsaid": 0, "flagged": 0, "totals": {}}


class Folder:
    """A folder of films, and a worker that notes what it is given."""

    def __init__(self, root: Path) -> None:
        self.root = root / "films"
        self.given: list[str] = []
        self.fails: dict[str, Exception] = {}
        self.base = DubSettings(video=root, source=root, output=root, voice="beep:")

    def add(self, *names: str, text: str = SRT) -> None:
        for name in names:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("pictures")
            path.with_suffix(".srt").write_text(text)

    def plan(self, **options: object) -> Plan:
        return planning.plan(self.root, self.base, **options)  # type: ignore[arg-type]

    def execute(self, groups: Iterator[Sequence[Film]], show: Show) -> Iterator[Outcome]:
        for film in (film for group in groups for film in group):
            self.given.append(film.name)
            if film.name in self.fails:
                if isinstance(self.fails[film.name], KeyboardInterrupt):
                    film.settings.output.write_text("half")
                    raise self.fails[film.name]
                yield failed(film.name, self.fails[film.name])
                continue
            film.settings.output.parent.mkdir(parents=True, exist_ok=True)
            film.settings.output.write_text(f"dub of {film.settings.source.read_text()}")
            yield Outcome(film.name, 1.0, RESULT, size=film.settings.output.stat().st_size)

    def check(self, film: Film) -> None:
        if film.name in self.fails:
            raise self.fails[film.name]

    def run(self, *, force: bool = False, **options: object) -> tuple[ExitCode, list[str]]:
        """Return the exit code and which films were dubbed."""
        self.given.clear()
        plan = self.plan(**options)
        plan.root.mkdir(exist_ok=True)
        known = ledgers.load(plan.root)
        relatives.adopt(plan, known)
        code = running.run(plan, known, Progress(quiet=True), self.execute, force=force, check=self.check)
        return code, list(self.given)

    def entries(self) -> dict[str, ledgers.Entry]:
        return ledgers.load(self.root).entries


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_outputs_lie_beside_their_videos_and_no_two_share_one(folder: Folder) -> None:
    folder.add("a.mp4", "b.MKV", "sub/c.avi", "sub/c.mkv", "d.ts")
    outputs = {film.name: film.settings.output.name for film in folder.plan().films}
    assert outputs == {
        "a.mp4": "a.dubbed.mp4",
        "b.MKV": "b.dubbed.MKV",
        "d.ts": "d.dubbed.mkv",
        "sub/c.avi": "c.avi.dubbed.mkv",
        "sub/c.mkv": "c.dubbed.mkv",
    }


def test_another_folder_mirrors_the_tree(folder: Folder) -> None:
    folder.add("a.mp4", "sub/c.mp4")
    out = folder.root / "out"
    assert folder.run(out=out) == (ExitCode.DONE, ["a.mp4", "sub/c.mp4"])
    assert (out / "sub" / "c.dubbed.mp4").is_file()
    assert (out / "batch.json").is_file()
    assert folder.run(out=out) == (ExitCode.DONE, [])
    assert not (folder.root / "batch.json").exists()


def test_a_second_run_does_only_what_changed(folder: Folder) -> None:
    folder.add("a.mp4", "b.mp4", "c.mp4")
    assert folder.run() == (ExitCode.DONE, ["a.mp4", "b.mp4", "c.mp4"])
    assert folder.run() == (ExitCode.DONE, [])
    (folder.root / "b.srt").write_text(SRT.replace("One", "Two"))
    (folder.root / "c.dubbed.mp4").unlink()
    (folder.root / "a.mp4").touch()  # another time, the same content
    assert folder.run() == (ExitCode.DONE, ["b.mp4", "c.mp4"])
    assert {name: entry.why for name, entry in folder.entries().items()} == {
        "a.mp4": "new",
        "b.mp4": "subtitles changed",
        "c.mp4": "its dub is gone",
    }
    folder.base = replace(folder.base, mix=Mix.REPLACE)
    assert folder.run() == (ExitCode.DONE, ["a.mp4", "b.mp4", "c.mp4"])
    assert folder.entries()["a.mp4"].why == "mix was duck"
    assert folder.run(force=True)[1] == ["a.mp4", "b.mp4", "c.mp4"]


def test_cast_lexicon_and_settings_files_count_by_what_they_hold(folder: Folder, tmp_path: Path) -> None:
    folder.add("a.mp4")
    lexicon, preset = tmp_path / "words.csv", folder.root / "voiceover.toml"
    lexicon.write_text("word,say\n")
    folder.base = replace(folder.base, lexicon=lexicon)
    preset.write_text("max-speed = 1.1")
    folder.run()
    preset.write_text("# said otherwise\nmax_speed = 1.10")
    assert folder.run()[1] == []
    lexicon.write_text("word,say\na,b\n")
    preset.write_text("max-speed = 1.2")
    assert folder.run()[1] == ["a.mp4"]
    assert folder.entries()["a.mp4"].why == "lexicon changed, max-speed was 1.1"


def test_a_moved_folder_is_still_done(folder: Folder, tmp_path: Path) -> None:
    folder.add("a.mp4", "sub/b.mp4")
    folder.run()
    folder.root = folder.root.rename(tmp_path / "elsewhere")
    assert folder.run() == (ExitCode.DONE, [])


def test_what_somebody_else_made_is_left(folder: Folder) -> None:
    folder.add("a.mp4", "b.mp4")
    (folder.root / "a.dubbed.mp4").write_text("mine")
    code, given = folder.run()
    assert (code, given) == (ExitCode.UNSAID, ["b.mp4"])
    assert (folder.root / "a.dubbed.mp4").read_text() == "mine"
    assert "--force" in folder.entries()["a.mp4"].remedy
    (folder.root / "b.dubbed.mp4").write_text("cut by hand")
    (folder.root / "b.srt").write_text(SRT.replace("One", "Two"))
    assert folder.run() == (ExitCode.UNSAID, [])
    assert (folder.root / "b.dubbed.mp4").read_text() == "cut by hand"
    assert folder.run(force=True) == (ExitCode.DONE, ["a.mp4", "b.mp4"])


def test_a_film_that_fails_ends_no_other_and_is_tried_again(folder: Folder) -> None:
    folder.add("a.mp4", "b.mp4", "c.mp4")
    folder.fails["b.mp4"] = BadInputError("b is broken.", "Mend it.")
    assert folder.run() == (ExitCode.UNSAID, ["a.mp4", "b.mp4", "c.mp4"])
    entry = folder.entries()["b.mp4"]
    assert (entry.status, entry.reason, entry.remedy) == ("failed", "b is broken.", "Mend it.")
    assert folder.run() == (ExitCode.UNSAID, [])  # no worker is started to hear the same again
    folder.fails.clear()
    assert folder.run() == (ExitCode.DONE, ["b.mp4"])


def test_what_all_films_lack_is_missing(folder: Folder) -> None:
    folder.add("a.mp4", "b.mp4")
    folder.fails = {name: MissingError("no ffmpeg") for name in ("a.mp4", "b.mp4")}
    assert folder.run()[0] == ExitCode.MISSING


def test_an_interrupted_run_carries_on_with_its_own(folder: Folder) -> None:
    folder.add("a.mp4", "b.mp4", "c.mp4", text=SRT * 200)  # each a group of its own
    folder.fails["b.mp4"] = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        folder.run()
    held = json.loads((folder.root / "batch.json").read_text())
    assert (held["ended"], held["exit_code"]) == (None, 130)
    assert {film["video"]: film["status"] for film in held["films"]} == {"a.mp4": "done", "b.mp4": "running"}
    assert "interrupted" in (folder.root / "batch.html").read_text()
    folder.fails.clear()
    assert folder.run() == (ExitCode.DONE, ["b.mp4", "c.mp4"])
    assert folder.entries()["b.mp4"].why == "was cut off"


def test_another_language_does_not_take_the_place(folder: Folder) -> None:
    folder.add("a.mp4")
    (folder.root / "a.srt").rename(folder.root / "a.de.srt")
    (folder.root / "a.fr.srt").write_text(SRT)
    folder.base = replace(folder.base, language="de")
    assert folder.run() == (ExitCode.DONE, ["a.mp4"])
    folder.base = replace(folder.base, language="fr")
    assert folder.run() == (ExitCode.UNSAID, [])
    assert "another language" in folder.entries()["a.mp4"].reason
    assert folder.run(out=folder.root / "fr") == (ExitCode.DONE, ["a.mp4"])


def test_videos_without_subtitles_are_told(folder: Folder) -> None:
    folder.add("a.mp4", "b.mp4", "c.mp4")
    (folder.root / "b.srt").rename(folder.root / "b.final.srt")
    (folder.root / "c.srt").rename(folder.root / "c.fr.srt")
    folder.base = replace(folder.base, language="en")
    plan = folder.plan()
    assert [film.name for film in plan.films] == ["a.mp4"]
    assert [(item.name, item.reason) for item in plan.unpaired] == [
        ("b.mp4", "no subtitles"),
        ("c.mp4", "no subtitles in en, only in fr"),
    ]
    assert "b.final.srt begins like it" in plan.unpaired[0].remedy


def test_a_broken_settings_file_holds_back_its_own_folder_only(folder: Folder) -> None:
    folder.add("a.mp4", "bad/b.mp4")
    (folder.root / "bad" / "voiceover.toml").write_text("voise = 1")
    assert folder.run() == (ExitCode.UNSAID, ["a.mp4"])


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_without_videos_is_bad_input(tmp_path: Path, exists: bool) -> None:
    folder = Folder(tmp_path)
    if exists:
        folder.root.mkdir()
    with pytest.raises(BadInputError):
        folder.plan()


def test_entries_that_a_run_was_not_asked_for_stay_and_lost_videos_go(folder: Folder) -> None:
    folder.add("a.mp4", "b.mp4", "c.mp4")
    folder.run()
    (folder.root / "b.mp4").unlink()
    folder.run(include=["a*"])
    assert set(folder.entries()) == {"a.mp4", "c.mp4"}
    assert folder.run() == (ExitCode.DONE, [])


def test_a_list_that_is_none_is_refused_with_a_way_out(folder: Folder) -> None:
    folder.add("a.mp4")
    (folder.root / "batch.json").write_text('{"films": 3')
    with pytest.raises(BadInputError, match="Move it away"):
        folder.run()
    assert folder.given == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_to_is_refused_before_any_work(folder: Folder) -> None:
    folder.add("a.mp4")
    folder.root.chmod(0o555)
    with pytest.raises(BadInputError, match="cannot be written"):
        folder.run()
    assert folder.given == []


def test_groups_hold_lines_enough_and_leave_some_for_every_worker(folder: Folder) -> None:
    for i in range(12):
        folder.add(f"{i:02}.mp4", text=SRT * 10)  # 12 lines or so, by their bytes
    judged = running.judge(folder.plan(), ledgers.load(folder.root), Progress())
    assert [len(group) for group in running.gather(judged.todo, 1)] == [12]
    assert [len(group) for group in running.gather(judged.todo, 3)] == [2, 2, 2, 1, 1, 1, 1, 1, 1]
    folder.add("big.mp4", text=SRT * 1000)
    judged = running.judge(folder.plan(), ledgers.load(folder.root), Progress())
    assert [len(group) for group in running.gather(judged.todo, 1)] == [12, 1]


def test_the_page_tells_all_and_takes_no_name_for_markup(folder: Folder) -> None:
    name = "<script>alert('x')<.mp4" if os.name != "nt" else "a&b.mp4"
    folder.add(name, "b.mp4")
    folder.fails["b.mp4"] = BadInputError("b <i>is</i> broken.", "Mend it & run again.")
    folder.run()
    page = (folder.root / summary_page.PAGE).read_text()
    assert "<script" not in page
    assert "<i>" not in page
    assert "Mend it &amp; run again." in page
    assert "1 of 2" in page


def test_what_a_killed_run_left_is_swept_up_and_nothing_else(folder: Folder) -> None:
    folder.add("a.mp4", "sub/b.mp4")
    plan = folder.plan(reports=folder.root / "reports")
    (folder.root / "reports").mkdir()
    left = [".a.dubbed.part.mp4", "..a.dubbed.part.part.mp4", ".batch.json.part", "sub/.gone.dubbed.part.mkv"]
    left.append("reports/.a.mp4.json.part")
    kept = [".a.part.mp4", "a.dubbed.part.mp4", "sub/.notes.part"]
    for name in left + kept:
        (folder.root / name).touch()
    assert sweeping.sweep(plan) == len(left)
    assert not any((folder.root / name).exists() for name in left)
    assert all((folder.root / name).exists() for name in kept)


def test_what_a_run_over_a_part_or_the_whole_made_is_known_to_the_other(folder: Folder) -> None:
    folder.add("a.mp4", "week/b.mp4", "week/deep/c.mp4")
    whole = folder.root
    folder.root = whole / "week"
    assert folder.run() == (ExitCode.DONE, ["b.mp4", "deep/c.mp4"])
    folder.root = whole
    assert folder.run() == (ExitCode.DONE, ["a.mp4"])
    (whole / "week" / "b.srt").write_text(SRT.replace("One", "Two and three"))
    folder.root = whole / "week"
    assert folder.run() == (ExitCode.DONE, ["b.mp4"])
    folder.root = whole
    assert folder.run() == (ExitCode.DONE, [])
    (whole / "batch.json").unlink()
    (whole / "week" / "batch.json").write_text("[]")  # somebody else's
    assert folder.run()[0] == ExitCode.UNSAID
