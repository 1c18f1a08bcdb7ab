"""A statement of consent: read, found, asked for, and carried from the recordings to the voice."""

from pathlib import Path

import planted
import pytest

from voiceover.errors import BadInputError
from voiceover.train import consent, corpus

TEMPLATE = Path(__file__).parents[3] / "templates" / "consent.md"
STATEMENT = "Jo Doe speaks. Acme may use the voice for its courses."


def test_the_template_is_refused_until_it_is_filled_in(tmp_path):
    with pytest.raises(BadInputError, match=rf"{TEMPLATE.name}, line 8: a blank was not filled in") as caught:
        consent.read(TEMPLATE)
    assert "Fill in" in caught.value.remedy
    filled = tmp_path / "consent.md"
    filled.write_text(TEMPLATE.read_text(encoding="utf-8").replace("____", "Jo Doe"), encoding="utf-8")
    statement = consent.read(filled)
    assert statement.startswith("# Consent")
    assert "Fill in every blank" not in statement


def test_an_empty_statement_is_none(tmp_path):
    (tmp_path / "c.txt").write_text("<!-- nothing -->\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="says nothing"):
        consent.read(tmp_path / "c.txt")


def prepared(tmp_path, run_cli, *arguments):
    return run_cli("dataset", "prepare", tmp_path / "source", "-o", tmp_path / "corpus", "--workers", "1", *arguments)


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("arctic_a0004", "arctic_a0057"):
        (folder / f"{name}.ogg").write_bytes((planted.CLIPS / "wavs" / f"{name}.ogg").read_bytes())
        (folder / f"{name}.txt").write_text("Something was said.", encoding="utf-8")
    return folder


def test_without_consent_nothing_is_prepared_and_both_ways_out_are_named(source, tmp_path, run_cli):
    refused = prepared(tmp_path, run_cli)
    assert refused.exit_code == 2
    assert "no consent" in refused.stderr
    assert "--consent FILE" in refused.stderr
    assert "--i-have-the-rights" in refused.stderr
    assert not (tmp_path / "corpus").exists()


def test_a_statement_goes_into_the_corpus_and_stays(source, tmp_path, run_cli):
    (tmp_path / "statement.md").write_text(STATEMENT, encoding="utf-8")
    assert prepared(tmp_path, run_cli, "--consent", tmp_path / "statement.md").exit_code == 0
    assert corpus.load(tmp_path / "corpus").consent == STATEMENT
    assert prepared(tmp_path, run_cli).exit_code == 0  # nobody is asked twice
    assert corpus.load(tmp_path / "corpus").consent == STATEMENT


def test_a_statement_among_the_recordings_is_found(source, tmp_path, run_cli):
    (source / "consent.md").write_text(STATEMENT, encoding="utf-8")
    assert prepared(tmp_path, run_cli).exit_code == 0
    assert corpus.load(tmp_path / "corpus").consent == STATEMENT


def test_who_has_the_rights_may_say_so(source, tmp_path, run_cli):
    assert prepared(tmp_path, run_cli, "--i-have-the-rights").exit_code == 0
    assert corpus.load(tmp_path / "corpus").consent == consent.OWN_WORD


def test_at_a_terminal_it_is_asked_for(source, tmp_path, run_cli, monkeypatch):
    from voiceover.cli import recordings

    answers = iter(["Jo Doe", "Acme", "courses"])
    monkeypatch.setattr(recordings, "_at_terminal", lambda: True)
    monkeypatch.setattr(recordings.typer, "prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr(recordings.typer, "confirm", lambda *_, **__: True)
    assert prepared(tmp_path, run_cli).exit_code == 0
    expected = "Speaker: Jo Doe. May be used by: Acme. For: courses."
    assert corpus.load(tmp_path / "corpus").consent == expected


def test_it_travels_into_the_bundle_and_is_shown(source, tmp_path, run_cli, monkeypatch):
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    (source / "consent.txt").write_text(STATEMENT, encoding="utf-8")
    assert prepared(tmp_path, run_cli).exit_code == 0
    run = tmp_path / "run"
    trained = run_cli("train", "acoustic", tmp_path / "corpus", "--run", run, "--preset", "tiny", "--steps", "1")
    assert trained.exit_code == 0, trained.stderr
    exported = run_cli(
        "train", "export", tmp_path / "mine", "--acoustic", run / "last.pt", "--name", "mine", "--licence", "mine"
    )
    assert exported.exit_code == 0, exported.stderr
    assert run_cli("voices", "add", tmp_path / "mine").exit_code == 0
    assert "Jo Doe speaks." in run_cli("voices", "show", "mine").stdout
