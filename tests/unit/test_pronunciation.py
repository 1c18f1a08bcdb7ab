from __future__ import annotations

import os
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover import markup, pronunciation
from voiceover.errors import BadInputError
from voiceover.pronunciation import Entry, Lexicon, check_marks
from voiceover.types import Line

TEMPLATE = Path(__file__).parents[2] / "templates" / "lexicon.csv"


def load(tmp_path: Path, text: str | bytes, name: str = "words.csv") -> list[Entry]:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(pronunciation.load(path).entries)


def told(tmp_path: Path, text: str | bytes, name: str = "words.csv") -> tuple[str, str]:
    """Return what is wrong with a lexicon, without the folder, and what to do."""
    with pytest.raises(BadInputError) as error:
        load(tmp_path, text, name)
    return error.value.message.replace(f"{tmp_path}{os.sep}", ""), error.value.remedy


def line_of(written: str, speaker: str | None = None) -> Line:
    """Return a line with the marks that a person wrote."""
    marked = markup.parse(written)
    words = markup.plain(marked)
    return Line(1, 0.0, 1.0, words, speaker, marked if marked != words else "")


def marked(written: str, *entries: Entry | tuple[str, str], speaker: str | None = None) -> str:
    """Return a text with the pronunciations that entries give, as a person would write them."""
    lexicon = Lexicon(tuple(entry if isinstance(entry, Entry) else Entry(*entry) for entry in entries))
    return markup.show(lexicon.mark(line_of(written, speaker)).to_read)


NGUYEN = [Entry("Nguyen", "nuh-WIN"), Entry("gif", "/dʒɪf/")]


def test_the_template_loads() -> None:
    entries = pronunciation.load(TEMPLATE).entries
    assert [entry.word for entry in entries] == [
        "Nguyen",
        "Worcestershire sauce",
        "gif",
        "C++",
        "Polish",
        "Washington, D.C.",
        "schedule",
    ]
    assert entries[0] == Entry("Nguyen", "nuh-WIN")
    assert entries[5] == Entry("Washington, D.C.", "Washington, dee see")
    assert entries[6] == Entry("schedule", "SHED-yool", "anna")


@pytest.mark.parametrize(
    "text",
    [
        "word,say\nNguyen,nuh-WIN\ngif,/dʒɪf/\n",
        "Nguyen,nuh-WIN\ngif,/dʒɪf/\n",
        "Nguyen,nuh-WIN\r\ngif,/dʒɪf/",
        "word;say\nNguyen;nuh-WIN\ngif;/dʒɪf/\n",
        "word\tsay\nNguyen\tnuh-WIN\ngif\t/dʒɪf/\n",
        "Word , SAY , Speaker\n Nguyen , nuh-WIN ,\n\n,,\ngif, [dʒɪf]\n",
        "word,pronunciation\nNguyen,nuh-WIN\ngif,/dʒɪf/\n",
        "say,word\nnuh-WIN,Nguyen\n/dʒɪf/,gif\n",
        "word,notes,say\nNguyen,a name,nuh-WIN\ngif,,/dʒɪf/\n",
        "word,say,ipa\nNguyen,nuh-WIN,\ngif,,dʒɪf\n",
        "word,ipa,say\nNguyen,,nuh-WIN\ngif,/dʒɪf/,jiff\n",
        "word,say,ipa\nNguyen,nuh-WIN,\ngif,,[dʒɪf]\n",
        '"Nguyen","nuh-WIN"\n"gif","/dʒɪf/"\n',
        '# a; comment; with; marks\nNguyen,nuh-WIN\n  # one, "more\ngif,/dʒɪf/\n# it\'s "the" last\n',
    ],
)
def test_tables(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == NGUYEN


@pytest.mark.parametrize("name", ["words.csv", "WORDS.CSV", "words.tsv", "words.txt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(tmp_path: Path, name: str, encoding: str) -> None:
    assert load(tmp_path, "word,say\nNguyen,nuh-WIN\ngif,/dʒɪf/\n".encode(encoding), name) == NGUYEN


def test_quotes_and_speakers(tmp_path: Path) -> None:
    text = (
        'word,say,speaker\n"Paris, Texas","PA-ris, ""tex-us""",\n#tag,x\n"#tag",hash tag, Doctor  WHO \n12" disc,disk\n'
    )
    assert load(tmp_path, text) == [
        Entry("Paris, Texas", 'PA-ris, "tex-us"'),
        Entry("#tag", "hash tag", "doctor who"),
        Entry('12" disc', "disk"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Nguyen: nuh-WIN\ngif: /dʒɪf/\n",
        "format: 1\nNguyen: nuh-WIN\ngif: '[dʒɪf]'\n",
        "format: 1\nwords:\n  Nguyen: nuh-WIN\n  gif: /dʒɪf/\n",
        "# comment\nwords: {Nguyen: nuh-WIN, gif: /dʒɪf/}\nspeakers:\n",
    ],
)
@pytest.mark.parametrize("name", ["words.yaml", "words.YML"])
def test_yaml(tmp_path: Path, text: str, name: str) -> None:
    assert load(tmp_path, text, name) == NGUYEN


def test_yaml_with_speakers(tmp_path: Path) -> None:
    text = "words:\n  format: FOR-mat\nspeakers:\n  Doctor  WHO:\n    'no': nay\n  Ann: {NO: noh}\n"
    assert load(tmp_path, text, "words.yaml") == [
        Entry("format", "FOR-mat"),
        Entry("no", "nay", "doctor who"),
        Entry("NO", "noh", "ann"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("word,say\nNguyen\n", "line 2: the pronunciation of “Nguyen” is empty."),
        ("Nguyen,\n", "line 1: the pronunciation of “Nguyen” is empty."),
        ("a,b\nNguyen,//\n", "line 2: the pronunciation of “Nguyen” is empty."),
        ("a,b\nNguyen,-\n", "line 2: the pronunciation of “Nguyen” is empty."),
        ("# c\n\nword,say\n,nuh\n", "line 4: there is no word."),
        ("+,plus\n", "line 1: there is no word."),
        ("a,/nə\n", "line 1: the pronunciation of “a”, /nə, needs two slashes."),
        ("a,nə/\n", "line 1: the pronunciation of “a”, nə/, needs two slashes."),
        ("a,nə/wə\n", "line 1: the pronunciation of “a”, nə/wə, needs two slashes."),
        ("a,/nə/wə/\n", "line 1: the pronunciation of “a”, /nə/wə/, needs two slashes."),
        ("a,/nuh-WIN5/\n", "line 1: the pronunciation of “a”, /nuh-WIN5/, has signs that are no IPA: W I N 5"),
        ("b,c\na,b\n\nb,d\n", "line 4: “b” stands in words.csv, line 1 already."),
        ("d'or,c\nd’or,d\n", "line 2: “d'or” stands in words.csv, line 1 already."),
        ("word,say,speaker\na,b,Ann\na,c,ANN\n", "line 3: “a” stands in words.csv, line 2 already."),
        ("a,b,c,d\n", "line 1: 4 fields, but there are 3 columns."),
        ("word,say\nParis, Texas,pa\n", "line 2: 3 fields, but there are 2 columns."),
        ('word,say\na,"b\nc,d\n', "line 2: a quotation mark begins here and does not end."),
        ('word,say\na,"b\nc,d"\n', "line 2: a quotation mark begins here and does not end."),
        ("word,say,speeker\na,b,Ann\n", "line 1: the column “speeker” means nothing here."),
        ("word,say,say\na,b,c\n", "line 1: the column “say” is there twice."),
        (f"{'a' * 201},b\n", "line 1: more than 200 characters."),
        (f"a,b\nb,{'a' * 201}\n", "line 2: more than 200 characters."),
    ],
)
def test_tables_that_make_no_sense(tmp_path: Path, text: str, message: str) -> None:
    found, remedy = told(tmp_path, text)
    assert found == f"words.csv, {message}"
    assert remedy


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b\nno: 5\n", "line 2: “no” needs a pronunciation, one text."),
        ("a: no\n", "line 1: “a” needs a pronunciation, one text."),
        ("a: b\nb: [c, d]\n", "line 2: “b” needs a pronunciation, one text."),
        ("a: b\nb: {c: d}\n", "line 2: “b” needs a pronunciation, one text."),
        ("a: b\nb:\n", "line 2: “b” needs a pronunciation, one text."),
        ("a: b\nb: ''\n", "line 2: the pronunciation of “b” is empty."),
        ("a: b\na: c\n", "line 2: “a” stands on line 1 already."),
        ("a b: b\na  b: c\n", "line 2: “a b” stands in words.yaml, line 1 already."),
        ("words: {a: b}\nc: d\n", "line 2: “c” means nothing here."),
        ("words: a\n", "line 1: “words” must hold entries, one a line."),
        ("speakers:\n  Ann: b\n", "line 2: “Ann” must hold entries, one a line."),
        ("format: 2\nwords: {a: b}\n", "line 1: this version reads format 1."),
        ("speakers:\n  Ann:\n    a: /b\n", "line 3: the pronunciation of “a”, /b, needs two slashes."),
    ],
)
def test_yaml_that_makes_no_sense(tmp_path: Path, text: str, message: str) -> None:
    found, remedy = told(tmp_path, text, "words.yaml")
    assert found == f"words.yaml, {message}"
    assert remedy


@pytest.mark.parametrize("name", ["words.csv", "words.yaml"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    assert told(tmp_path, "", name)[0] == f"{name} is empty."


def test_other_files_are_refused(tmp_path: Path) -> None:
    message, remedy = told(tmp_path, "a,b", "words.xlsx")
    assert message == "words.xlsx: a lexicon is a .csv or a .yaml file."
    assert remedy


def test_a_table_of_comments_marks_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "# nothing yet\nword,say,speaker\n") == []
    line = line_of("Nothing.")
    assert Lexicon().mark(line) is line


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("A gif, a Gif, a GIF.", "A [gif](jiff), a [Gif](jiff), a [GIF](jiff)."),
        ("He is Polish, I polish it, POLISH!", "He is [Polish](POH-lish), I polish it, POLISH!"),
        ("gifs, agif, gif2, _gif, égif", "gifs, agif, gif2, _gif, égif"),
        ("gif-like (gif) 'gif' “gif” gif", "[gif](jiff)-like ([gif](jiff)) '[gif](jiff)' “[gif](jiff)” [gif](jiff)"),
        ("the gif's end, the gif’s", "the [gif](jiff)'s end, the [gif](jiff)’s"),
        ("GIF'S", "[GIF](jiff)'S"),
        ("gif'd o'gif o’gif gif'sx", "gif'd o'gif o’gif gif'sx"),
        ("New  York and New Yorkers", "[New York](noo YORK) and New Yorkers"),
        ("C++ and C", "[C++](see plus plus) and C"),
        ("D'Or and D’Or", "[D'Or](dor) and [D’Or](dor)"),
        ("Café, Cafe\u0301, Cafe", "[Café](kaff), [Café](kaff), Cafe"),
    ],
)
def test_words_are_marked(written: str, shown: str) -> None:
    entries = [
        ("gif", "jiff"),
        ("Polish", "POH-lish"),
        ("New York", "noo YORK"),
        ("C++", "see plus plus"),
        ("D'Or", "dor"),
        ("Café", "kaff"),
    ]
    assert marked(written, *entries) == shown


def test_an_accent_is_no_end_of_a_word() -> None:
    assert marked("Rene and Rene\u0301", ("Rene", "reen")) == "[Rene](reen) and René"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("US and us", "[US](you ess) and [us](uss)"),
        ("Us", "[Us](uss)"),
    ],
)
def test_the_entry_as_written_goes_first(written: str, shown: str) -> None:
    assert marked(written, ("us", "uss"), ("US", "you ess")) == shown


def test_the_longest_entry_goes_first() -> None:
    entries = [("york", "yawk"), ("New York", "noo"), ("New York City", "nick")]
    assert (
        marked("New York City, New York, York, new york", *entries)
        == "[New York City](nick), [New York](noo), [York](yawk), new [york](yawk)"
    )


def test_a_speaker_has_entries_of_their_own() -> None:
    entries = [
        Entry("gif", "jiff"),
        Entry("gif", "ghiff", "doctor who"),
        Entry("a gif", "agiff", "ann"),
        Entry("Polish", "POH-lish"),
        Entry("polish", "PAH-lish", "ann"),
    ]
    assert marked("a gif", *entries) == "a [gif](jiff)"
    assert marked("a gif", *entries, speaker="Ben") == "a [gif](jiff)"
    assert marked("a gif", *entries, speaker="DOCTOR  Who") == "a [gif](ghiff)"
    assert marked("a gif, gif", *entries, speaker="Ann") == "[a gif](agiff), [gif](jiff)"
    assert marked("Polish polish", *entries) == "[Polish](POH-lish) polish"
    assert marked("Polish polish", *entries, speaker="Ann") == "[Polish](PAH-lish) [polish](PAH-lish)"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[gif](ghiff) gif", "[gif](ghiff) [gif](jiff)"),
        ("[a gif of](x) and gif", "[a gif of](x) and [gif](jiff)"),
        ("[x](gif)", "[x](gif)"),
        ("*gif* <break 5s> 5", "*[gif](jiff)* <break 5s> [5](fife)"),
        ("*a gif*", "*a [gif](jiff)*"),
        ("a <break 0.5s> b", "a <break 0.5s> b"),
    ],
)
def test_marks_that_are_there_stay(written: str, shown: str) -> None:
    assert marked(written, ("gif", "jiff"), ("5", "fife")) == shown


def test_the_text_stays_what_it_was() -> None:
    line = Lexicon((Entry("gif", "jiff"),)).mark(line_of("A gif."))
    assert line.text == "A gif."
    assert markup.plain(line.marked) == "A gif."
    unmarked = line_of("No such word.")
    assert Lexicon((Entry("gif", "jiff"),)).mark(unmarked) is unmarked


WORDS = st.text(st.sampled_from("abAB '’-.+1é\u0301"), min_size=1, max_size=8).filter(
    lambda word: any(map(str.isalnum, word))
)
SPEAKERS = st.sampled_from([None, "ann", "ben"])
TEXTS = st.text(st.sampled_from("abAB '’-.+1é\u0301*[]()"), max_size=40)


@settings(max_examples=300)
@given(st.lists(st.builds(Entry, WORDS, st.just("say"), SPEAKERS), max_size=5), TEXTS, SPEAKERS)
def test_marking_adds_marks_alone(entries: list[Entry], text: str, speaker: str | None) -> None:
    line = line_of(text, speaker)
    result = Lexicon(tuple(entries)).mark(line)
    assert result.text == line.text
    unmarked = markup.SAYING.sub(r"\1", result.to_read)
    expected = markup.SAYING.sub(r"\1", line.to_read)
    if result is not line:
        expected = unicodedata.normalize("NFC", expected)
    assert "".join(unmarked.split()) == "".join(expected.split())
    assert Lexicon(tuple(entries)).mark(result).to_read == result.to_read


@settings(max_examples=200, deadline=None)
@given(
    text=st.one_of(st.text(max_size=60), st.text(st.sampled_from('ab,;\t|"#/[]ə\n :-{}'), max_size=60)),
    name=st.sampled_from(["any.csv", "any.yaml"]),
)
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    lexicon, message, remedy = None, "", ""
    try:
        lexicon = pronunciation.load(path)
    except BadInputError as error:
        message, remedy = error.message, error.remedy
    assert isinstance(lexicon, Lexicon) or (message.startswith(str(path)) and remedy)


def test_a_large_lexicon_is_quick() -> None:
    lexicon = Lexicon(tuple(Entry(f"word{n}", "say") for n in range(2_000)))
    line = line_of("Some words, among them word1999 and others. " * 5)
    lexicon.mark(line)  # makes the pattern
    began = time.process_time()
    for _ in range(50):
        lexicon.mark(line)
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize("written", ["[a](b)", "[a](/bə/) *b*", "No mark /at all/.", "[a](see plus plus)"])
def test_marks_that_can_be_understood(written: str) -> None:
    check_marks([line_of("One."), line_of(written)], "script.md")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("See [it](nə/) now.", "script.md, line “See it now.”: the pronunciation of “it”, nə/, needs two slashes."),
        (
            "See [it](/NUH/) now.",
            "script.md, line “See it now.”: the pronunciation of “it”, /NUH/, has signs that are no IPA: N U H",
        ),
        ("[it](5)", "script.md, line “it”: the pronunciation of “it” is empty."),
    ],
)
def test_marks_that_cannot_be_understood(written: str, message: str) -> None:
    with pytest.raises(BadInputError) as error:
        check_marks([line_of("One."), line_of(written)], "script.md")
    assert error.value.message == message
    assert error.value.remedy
