from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover import records
from voiceover.errors import BadInputError
from voiceover.records import Record


def read(tmp_path: Path, text: str | bytes) -> Record:
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return records.read(path, what="a test file")


def told(tmp_path: Path, text: str | bytes) -> str:
    """Return the message about a file that cannot be read, without the folder; it must name a remedy."""
    with pytest.raises(BadInputError) as error:
        read(tmp_path, text)
    assert error.value.remedy
    return error.value.message.replace(f"{tmp_path}/", "")


def test_values_and_their_lines(tmp_path: Path) -> None:
    top = read(tmp_path, "# a comment\n\nname: Ann\nspeed: 1.5\nlist: [1, two]\nsection:\n\n  yes: no\n  NO: '12'\n")
    assert dict(top) | {"section": None} == {"name": "Ann", "speed": 1.5, "list": [1, "two"], "section": None}
    assert top.lines == {"name": 3, "speed": 4, "list": 5, "section": 6}
    section = top.section("section")
    assert dict(section) == {"yes": False, "NO": "12"}
    assert section.lines == {"yes": 8, "NO": 9}
    path = tmp_path / "file.yaml"
    assert section.where("NO") == f"{path}, line 9"
    assert section.where("missing") == section.where() == f"{path}, line 8"


def test_a_list_may_hold_mappings(tmp_path: Path) -> None:
    items = read(tmp_path, "list:\n- a: 1\n- b: 2\n").values["list"]
    assert [dict(item) for item in items] == [{"a": 1}, {"b": 2}]
    assert [item.line for item in items] == [2, 3]


@pytest.mark.parametrize("text", ["a: 1\n", "a:\nb: 1\n"])
def test_a_section_that_is_not_there_is_empty(tmp_path: Path, text: str) -> None:
    top = read(tmp_path, text)
    assert dict(top.section("missing")) == {}
    if top.values["a"] is None:
        assert dict(top.section("a")) == {}


@pytest.mark.parametrize("text", ["a: word\n", "a: [1, 2]\n", "a: 5\n"])
def test_a_section_must_hold_entries(tmp_path: Path, text: str) -> None:
    top = read(tmp_path, f"b: 1\n{text}")
    with pytest.raises(BadInputError, match=r"file\.yaml, line 2: “a” must hold entries, one a line\.\nWrite “name: "):
        top.section("a")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert dict(read(tmp_path, "name: Zoë\r\nnext: 1\r\n".encode(encoding))) == {"name": "Zoë", "next": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "file.yaml, line 3: “a” stands on line 1 already."),
        ("x:\n  a: 1\n  a: 3\n", "file.yaml, line 3: “a” stands on line 2 already."),
        ("a: &x 1\nb: *x\n", "file.yaml, line 2: *x is a reference, which is not read."),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "file.yaml, line 3: *x is a reference, which is not read."),
        ("a: 1\n[1, 2]: 3\n", "file.yaml, line 2: a list stands where a name should."),
        ("a: 1\n{b: 1}: 3\n", "file.yaml, line 2: a list stands where a name should."),
        ("a: 1\nb: 2024-02-30\n", "file.yaml, line 2: '2024-02-30' cannot be read."),
        ("a: !!int word\n", "file.yaml, line 1: 'word' cannot be read."),
        ("a: !!python/object:os.system x\n", "file.yaml, line 1: 'x' cannot be read."),
        ("a: 1\nb: x: y\n", "file.yaml, line 2: this is not YAML (mapping values are not allowed here)."),
        ("a: 1\nb: 'open\n", "file.yaml, line 3: this is not YAML (found unexpected end of stream)."),
        ("a:\n\t- b\n", "file.yaml, line 2: this is not YAML (found character '\\t' that cannot start any token)."),
        ("a: 1\nb: [1\n", "file.yaml, line 3: this is not YAML (expected ',' or ']', but got '<stream end>')."),
        ("a: 1\n---\nb: 1\n", "file.yaml, line 2: this is not YAML (but found another document)."),
        ("a: 1\nb: \x07\n", "file.yaml, line 2: a control character."),
        ("- a\n- b\n", "file.yaml is not a test file: it has no “name: value” entries."),
        ("word\n", "file.yaml is not a test file: it has no “name: value” entries."),
        ("# nothing but a comment\n", "file.yaml is not a test file: it has no “name: value” entries."),
        ("", "file.yaml is empty."),
        (" \n\n", "file.yaml is empty."),
        (b"%PDF-1.7", "file.yaml is not a text file: it looks like a PDF document."),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert told(tmp_path, text) == message


def test_a_number_that_is_too_long(tmp_path: Path) -> None:
    assert told(tmp_path, "a: 1\nb: " + "9" * 5000) == f"file.yaml, line 2: '{'9' * 40}' cannot be read."


def test_a_star_at_the_start_of_a_text_needs_quotation_marks(tmp_path: Path) -> None:
    assert told(tmp_path, "a: 1\n\nb: *so*\n").startswith("file.yaml, line 3: this is not YAML (")
    assert dict(read(tmp_path, "b: '*so*'\n")) == {"b": "*so*"}


@pytest.mark.parametrize(
    "text",
    ["a: " + "[" * 9, "a: " + "{b: " * 9, "[" * 100_000, "{a: " * 100_000, "a:\n" + "- " * 5000],
    ids=["lists", "mappings", "many lists", "many mappings", "many dashes"],
)
def test_deep_nesting_is_refused(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text).endswith(": this is nested too deeply.")


def test_some_nesting_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "a: " + "[" * 7 + "]" * 7).values["a"] == [[[[[[[]]]]]]]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none\.yaml does not exist"):
        records.read(tmp_path / "none.yaml", what="a test file")


@settings(max_examples=200, deadline=None)
@given(
    text=st.one_of(st.text(max_size=60), st.text(st.sampled_from("ab01: -[]{},&*!|>'\"#%@`?\n\t\x07.~<="), max_size=60))
)
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    top, message, remedy = None, "", ""
    try:
        top = records.read(path, what="a test file")
    except BadInputError as error:
        message, remedy = error.message, error.remedy
    assert isinstance(top, Record) or (message.startswith(str(path)) and remedy)
