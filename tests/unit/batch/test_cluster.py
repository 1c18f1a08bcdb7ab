"""How films go round in a cluster, with a Ray that is played: nodes die at a word, and nothing is really dubbed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from voiceover.batch import cluster
from voiceover.batch.outcome import Outcome, failed
from voiceover.batch.planning import Film
from voiceover.config import DubSettings
from voiceover.errors import BadInputError, MissingError
from voiceover.progress import Progress


class RayError(Exception):
    pass


class Played:
    """A Ray whose actors answer at once, unless a film kills them."""

    def __init__(self, slots: int) -> None:
        self.slots, self.kills = slots, dict[str, int]()  # films that take their machine down, and how often
        self.made: list[tuple[int, str]] = []
        self.prepared: list[list[str]] = []
        self.actors = 0
        self.exceptions = SimpleNamespace(RayError=RayError)
        self.ended: list[Any] = []

    def init(self, **_: Any) -> None: ...

    def shutdown(self) -> None: ...

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": float(self.slots)} if self.slots else {}

    def remote(self, _: type) -> Any:
        return SimpleNamespace(options=lambda **_: SimpleNamespace(remote=self._actor))

    def _actor(self) -> Any:
        self.actors += 1
        number, dead = self.actors, []

        def prepare(films: list[Film]) -> Callable[[], list[Outcome]]:
            self.prepared.append([film.name for film in films])
            return lambda: [failed(film.name, BadInputError("broken")) for film in films if "broken" in film.name]

        def perform(film: Film) -> Callable[[], Outcome | None]:
            def make() -> Outcome | None:
                if dead or self.kills.get(film.name, 0):
                    self.kills[film.name] = self.kills.get(film.name, 0) - (not dead)
                    dead.append(film.name)
                    raise RayError("the node is gone")
                if "broken" in film.name:
                    return None
                self.made.append((number, film.name))
                return Outcome(film.name)

            return make

        return SimpleNamespace(prepare=SimpleNamespace(remote=prepare), perform=SimpleNamespace(remote=perform))

    def wait(self, tasks: list[Any], **_: Any) -> tuple[list[Any], list[Any]]:
        return tasks[:1], tasks[1:]

    def get(self, task: Callable[[], Any]) -> Any:
        return task()

    def kill(self, actor: Any) -> None:
        self.ended.append(actor)


def film(name: str) -> Film:
    return Film(name, DubSettings(video=Path(name), source=Path(name), output=Path(name)))


def groups(*names: str) -> Iterator[list[Film]]:
    return iter([[film(name) for name in group.split()] for group in names])


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Played:
    played = Played(2)
    monkeypatch.setitem(sys.modules, "ray", played)  # type: ignore[arg-type]
    monkeypatch.setattr(cluster, "_PATIENCE", 0.0)
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0.01)
    return played


def run(*names: str) -> dict[str, str]:
    """Return for each film why it failed, "" if it did not."""
    with cluster.Cluster("auto") as connected:
        found = list(connected.execute(groups(*names), lambda _: Progress()))
    assert len({outcome.film for outcome in found}) == len(found)
    return {outcome.film: outcome.reason for outcome in found}


def test_all_films_are_made_by_warm_workers(ray: Played) -> None:
    assert run("a b", "c d", "e") == dict.fromkeys("abcde", "")
    assert ray.actors == 2
    assert sorted(map(len, ray.prepared)) == [1, 2, 2]
    assert len(ray.ended) == 2


def test_a_film_that_is_broken_is_told_once(ray: Played) -> None:
    assert run("a broken", "c") == {"a": "", "broken": "broken", "c": ""}


def test_what_a_lost_machine_had_goes_to_the_others(ray: Played) -> None:
    ray.kills["b"] = 1
    assert run("a b c d", "e") == dict.fromkeys("abcde", "")
    assert sorted(name for _, name in ray.made) == list("abcde")


def test_a_film_that_takes_down_every_machine_is_given_up(ray: Played) -> None:
    ray.kills["b"] = 99
    found = run("a b c", "d")
    assert {name for name, reason in found.items() if not reason} == set("acd")
    assert "3 machines" in found["b"]


def test_without_any_machine_the_run_ends(ray: Played) -> None:
    ray.slots = 0
    assert run() == {}
    found = run("a", "b c")
    assert set(found) == set("abc")
    assert all("no machine left" in reason for reason in found.values())


def test_files_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    settings = DubSettings(video=Path("a"), source=Path("b"), output=Path("c"), voice="mine", report=(Path("r.json"),))
    sent = cluster._absolute(Film("a", settings)).settings
    assert (sent.video, sent.source, sent.output) == (tmp_path / "a", tmp_path / "b", tmp_path / "c")
    assert (sent.voice, sent.report, sent.cast) == (str(tmp_path / "mine"), (tmp_path / "r.json",), None)


def test_a_machine_that_does_not_see_the_films_says_so(tmp_path: Path) -> None:
    (lost,) = cluster.Actor().prepare([film(str(tmp_path / "none.mp4"))])
    assert "does not see" in lost.reason
    assert "same path" in lost.remedy


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingError, match="Ray") as caught:
        cluster.Cluster("auto")
    assert "voiceover[ray]" in caught.value.remedy


def test_a_cluster_that_does_not_answer_is_told_of(ray: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise ConnectionError("Could not find any running Ray instance.")

    monkeypatch.setattr(ray, "init", refuse)
    with pytest.raises(BadInputError, match="no Ray cluster") as caught:
        cluster.Cluster("auto")
    assert "ray start --head" in caught.value.remedy
