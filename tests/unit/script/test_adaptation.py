from __future__ import annotations

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover import markup, script
from voiceover.types import Cue, LeftOut, Line


def cues_of(*texts: str, speaker: str | None = None) -> list[Cue]:
    return [Cue(n, float(n), n + 1.0, text, speaker) for n, text in enumerate(texts, start=1)]


def said(*texts: str, speaker: str | None = None, keep_sdh: bool = False) -> list[tuple[str | None, str]]:
    return [
        (line.speaker, line.text) for line in script.make(cues_of(*texts, speaker=speaker), keep_sdh=keep_sdh).lines
    ]


def left_out(*texts: str) -> list[tuple[str, str]]:
    return [(part.reason, part.text) for part in script.make(cues_of(*texts)).left_out]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("At the left\nwe can see...", "At the left we can see..."),
        ("<i>so</i> <b>it</b> <font color='red'>is</font>", "so it is"),
        ("{\\an8}{\\i1}Up here", "Up here"),
        ("{y:i}Slanted", "Slanted"),
        ("<c.foo>One</c><00:00:01.000> two", "One two"),
        ("One<br/>two\\Nthree", "One two three"),
        ("- Who?\n- Me.", "Who? Me."),
        ("–Who?\n—Me.", "Who? Me."),
        ("- 5 apples", "5 apples"),
        ("-5 degrees - or less", "-5 degrees - or less"),
        ("[MUSIC] Come in.", "Come in."),
        ("(sighs) Come in.", "Come in."),
        ("(DOOR SLAMS)\nCome in.", "Come in."),
        ("I can't (sobs) go on.", "I can't go on."),
        ("I (coughs), well, go.", "I, well, go."),
        ("Q&amp;A &lt;3 &quot;yes&quot;&nbsp;&#39;no&#39;", "Q&A <3 \"yes\" 'no'"),
        ("Rock & roll; R&D;", "Rock & roll; R&D;"),
        ("  a \t b\u00a0c\u200b\u200e ", "a b c"),
        ("&lt;i&gt;Twice escaped&lt;/i&gt;", "Twice escaped"),
        ("On C:\\Notes it is.", "On C:\\Notes it is."),
        ("I *really* mean it.", "I really mean it."),
        ("Save 漢<rt>kan</rt>!", "Save 漢!"),
    ],
)
def test_markup_goes_and_words_stay(written: str, words: str) -> None:
    assert said(written) == [(None, words)]


@pytest.mark.parametrize(
    "text",
    [
        "The film (released in 2008) is short.",
        "He was gone (or so I thought).",
        "(Two weeks later)",
        "The World Health Organization (WHO) said so.",
        "5 < 6 and 7 > 3",
        "Write x >> 2 here.",
        "I <3 you",
        "{curly} words",
        "It is 10:30 now.",
        "Remember: be kind.",
        "WARNING: hot",
        "THE TIME IS NOW AND HERE: go",
        "AT 10:30 WE GO",
        "The subtitles by my friend are great.",
        "Quoi ?",
        "می‌خواهم",  # the joiner within is spelling
    ],
)
def test_real_words_are_never_lost(text: str) -> None:
    assert said(text) == [(None, text)]
    assert left_out(text) == []


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("[MUSIC]", [("sound", "[MUSIC]")]),
        ("(sighs)", [("sound", "(sighs)")]),
        ("{\\an8}<i>♪ La la la ♪</i>", [("lyrics", "♪ La la la ♪")]),
        ("♪♪", [("lyrics", "♪♪")]),
        ("[a]\n(LAUGHTER)", [("sound", "[a]"), ("sound", "(LAUGHTER)")]),
        ("Subtitles by Anna Smith", [("credit", "Subtitles by Anna Smith")]),
        ("ANNA:", [("label", "ANNA:")]),
        ("ANNA: [sighs]", [("sound", "[sighs]")]),
        ("...", []),
        ("<v Anna>...", []),
        ("?!?!", []),
        ("- -", []),
        ("<i></i>", []),
        ("{\\an8}", []),
        ("\u200b", []),
    ],
)
def test_what_is_no_speech_yields_no_line_and_is_told(text: str, lost: list[tuple[str, str]]) -> None:
    assert said(text) == []
    assert left_out(text) == lost


def test_what_may_be_words_is_a_credit_only_at_the_edge_of_a_film() -> None:
    film = ["Transcript: Ben Okafor", *["Yes."] * 9]
    assert left_out(*film) == [("credit", "Transcript: Ben Okafor")]
    assert left_out(*film[:9]) == []
    assert left_out(*film[1:6], *film) == []


def test_what_is_left_out_names_its_cue_and_the_lines_are_numbered_over_what_is_said() -> None:
    made = script.make([Cue(1, 1.0, 2.0, "One"), Cue(2, 3.0, 4.0, "[MUSIC]"), Cue(3, 5.0, 6.5, "Two", "Ben")])
    assert made.lines == (Line(1, 1.0, 2.0, "One"), Line(2, 5.0, 6.5, "Two", "Ben"))
    assert made.left_out == (LeftOut(2, 3.0, "[MUSIC]", "sound"),)


def test_signs_and_lyrics_that_the_file_tells_are_left_out() -> None:
    cues = [Cue(1, 1.0, 2.0, "Lantern Street", kind="sign"), Cue(2, 1.0, 2.0, "Light, light", kind="lyrics")]
    made = script.make(cues)
    assert made.lines == ()
    assert [(part.reason, part.text) for part in made.left_out] == [
        ("sign", "Lantern Street"),
        ("lyrics", "Light, light"),
    ]
    assert [line.text for line in script.make(cues, keep_sdh=True).lines] == ["Lantern Street", "Light, light"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[door creaks] Come in.", ["Door creaks. Come in."]),
        ("[long,\nloud scream]", ["Long, loud scream."]),
        ("I can't (sobs) go on.", ["I can't. Sobs. go on."]),
        ("I (coughs), well, go.", ["I. Coughs. well, go."]),
        ("ANNA (whispering): Hello.", ["Whispering. Hello."]),
        ("(sighs) ANNA: Hello.", ["Sighs. Hello."]),
        ("*gasps*\nHello.", ["Gasps. Hello."]),
        ("♪ La la la ♪", ["La la la"]),
        ("# La la la #", ["La la la"]),
        ("♪♪", []),
        ("[♪♪]", []),
        ("Subtitles by Anna Smith", ["Subtitles by Anna Smith"]),
    ],
)
def test_sdh_that_is_kept_is_spoken_without_its_signs(written: str, words: list[str]) -> None:
    made = script.make(cues_of(written), keep_sdh=True)
    assert [line.text for line in made.lines] == words
    assert made.left_out == ()


@pytest.mark.parametrize(
    ("written", "speaker", "words"),
    [
        ("ANNA: Hello.", "ANNA", "Hello."),
        ("- ANNA: Hello.", "ANNA", "Hello."),
        (">> ANNA: Hello.", "ANNA", "Hello."),
        ("&gt;&gt;&gt; ANNA: Hello.", "ANNA", "Hello."),
        (">> Hello.", None, "Hello."),
        ("<i>ANNA:</i> Hello.", "ANNA", "Hello."),
        ("<v.loud Anna>Hello</v>", "Anna", "Hello"),
        ("ANNA (whispering): Hello.", "ANNA", "Hello."),
        ("[ANNA]: Hello.", "ANNA", "Hello."),
        ("[sighs] ANNA: Hello.", "ANNA", "Hello."),
        ("DR. VAN HELSING: Run!", "DR. VAN HELSING", "Run!"),
        ("МАЛЬЧИК: Привет.", "МАЛЬЧИК", "Привет."),
        ("GUARD 2:\nHalt!", "GUARD 2", "Halt!"),
        ("MAN ON RADIO: Rain.", "MAN ON RADIO", "Rain."),
        ("ANNA & BEN: Hello.", "ANNA & BEN", "Hello."),
        ("(woman): Hello.", "woman", "Hello."),
        ("ANNA (V.O.)\nHello.", "ANNA", "Hello."),
    ],
)
def test_a_label_is_the_speaker(written: str, speaker: str | None, words: str) -> None:
    assert said(written) == [(speaker, words)]


def test_a_label_in_small_letters_needs_a_speaker_of_the_file() -> None:
    assert said("Anna: Hello.") == [(None, "Anna: Hello.")]
    assert said("Anna: Hello.", "Anna: Bye.") == [("Anna", "Hello."), ("Anna", "Bye.")]
    assert said("ANNA: Hello.", "Anna: Bye.") == [("ANNA", "Hello."), ("ANNA", "Bye.")]
    assert said("<v Anna>Hello.", "Anna: Bye.") == [("Anna", "Hello."), ("Anna", "Bye.")]
    # twice in one cue is no custom of the file, nor is what goes on in small letters
    assert said("Anna: Hello.\nAnna: Bye.") == [(None, "Anna: Hello. Anna: Bye.")]
    assert said("Here: go.", "Here: stay.") == [(None, "Here: go."), (None, "Here: stay.")]
    assert said("Remember: Go.", "Remember: Stay.") == [(None, "Remember: Go."), (None, "Remember: Stay.")]


def test_a_name_in_brackets_is_a_speaker_only_where_the_file_knows_it() -> None:
    assert said("[ANNA] Hello.") == [(None, "Hello.")]
    assert left_out("[ANNA] Hello.") == [("sound", "[ANNA]")]
    assert said("[Anna] Hello.", "ANNA: Bye.") == [("ANNA", "Hello."), ("ANNA", "Bye.")]
    assert said("(ANNA) Hello.", "ANNA: Bye.") == [("ANNA", "Hello."), ("ANNA", "Bye.")]


def test_the_speaker_the_file_names_comes_first() -> None:
    assert said("ANNA: Hello.", speaker="Anna") == [("Anna", "Hello.")]
    assert said("DANGER ZONE: hot.", speaker="Anna") == [("Anna", "DANGER ZONE: hot.")]
    cues = [Cue(1, 1.0, 2.0, "BEN: Hello.", "Anna"), Cue(2, 2.0, 3.0, "Yes.", "Ben")]
    assert [line.speaker for line in script.make(cues).lines] == ["Ben", "Ben"]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("ANNA: 1234.\nBEN: 12345678901234.", [("ANNA", "1234.", 10.0, 12.0), ("BEN", "12345678901234.", 12.0, 18.0)]),
        ("- ANNA: Yes.\n- Nope", [("ANNA", "Yes.", 10.0, 14.0), (None, "Nope", 14.0, 18.0)]),
        ("<v Anna>Yes.</v>\n<v Ben>Nope</v>", [("Anna", "Yes.", 10.0, 14.0), ("Ben", "Nope", 14.0, 18.0)]),
        ("<v Anna>Yes. <v Ben>Nope", [("Anna", "Yes.", 10.0, 14.0), ("Ben", "Nope", 14.0, 18.0)]),
        (">> ANNA: Yes. >> BEN: Nope", [("ANNA", "Yes.", 10.0, 14.0), ("BEN", "Nope", 14.0, 18.0)]),
        ("ANNA: Yes\nBEN: No.\nNo", [("ANNA", "Yes", 10.0, 12.667), ("BEN", "No. No", 12.667, 18.0)]),
        ("ANNA: Yes.\nANNA: No.", [("ANNA", "Yes. No.", 10.0, 18.0)]),
        ("ANNA: [sighs]\nBEN: No.", [("BEN", "No.", 10.0, 18.0)]),
        ("- Yes\n- No", [(None, "Yes. No", 10.0, 18.0)]),
        ("<v Anna>- Yes\n- No", [("Anna", "Yes. No", 10.0, 18.0)]),
        ("<v Anna>- [sighs]\n- No", [("Anna", "No", 10.0, 18.0)]),
        ("Yes\n- No", [(None, "Yes. No", 10.0, 18.0)]),
        ('- "Yes"\n- What -\n- No', [(None, '"Yes". What - No', 10.0, 18.0)]),
        ("and then\n- or so he said - he left", [(None, "and then - or so he said - he left", 10.0, 18.0)]),
    ],
)
def test_two_speakers_in_one_cue(written: str, lines: list[tuple[str | None, str, float, float]]) -> None:
    made = script.make([Cue(1, 10.0, 18.0, written)]).lines
    assert [(line.speaker, line.text, round(line.start, 3), round(line.end, 3)) for line in made] == lines
    assert [line.index for line in made] == list(range(1, len(lines) + 1))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("impor-\ntant", "important"),
        ("im&shy;por\u00ad\ntant", "important"),
        ("well-\nknown", "well-known"),
        ("twenty-\none", "twenty-one"),
        ("e-\nmail", "e-mail"),
        ("T-\nshirt", "T-shirt"),
        ("X-\nray", "X-ray"),
        ("1939-\n1945", "1939-1945"),
        ("mother-in-\nlaw", "mother-in-law"),
        ("long-\ning", "longing"),
        ("high-\nlight-\ning", "high-lighting"),
        ("pre- \nand post-war", "pre- and post-war"),
        ("pre-\nand post-war", "pre- and post-war"),
        ("I was go-\nNo!", "I was go- No!"),
        ("so -\nwell", "so - well"),
        ("I don't-\nknow", "I don't- know"),
    ],
)
def test_words_broken_over_two_rows(written: str, words: str) -> None:
    assert said(written) == [(None, words)]


@pytest.mark.parametrize(
    ("written", "speaker", "words"),
    [("ANNA: Hi, you", "ANNA", "Hi, you"), ("[ANNA:] Hi: (x)", None, "Hi: (x)"), ("Hi: you", None, "Hi: you")],
)
def test_a_script_takes_labels_off_as_well(written: str, speaker: str | None, words: str) -> None:
    found = script.split_speaker(written)
    assert found == ((speaker, words) if speaker else (None, written))


def test_marks_survive_and_the_text_is_plain() -> None:
    written = markup.parse("ANNA: [Foni](foh-nee) <break 0.5s> is *so*\n[sighs] well-") + "\nknown."
    (line,) = script.make([Cue(1, 1.0, 2.0, written)]).lines
    assert line.text == "Foni is so well-known."
    assert markup.show(line.marked) == "[Foni](foh-nee) <break 0.5s> is *so* well-known."
    assert line.to_read == line.marked
    assert script.make(cues_of("Plain.")).lines[0].marked == ""


def test_marks_lose_no_half() -> None:
    written = f"{markup.STRESS}One [two{markup.STRESSED} three] {markup.AS}four {markup.SAY}five"
    (line,) = script.make([Cue(1, 1.0, 2.0, written)]).lines
    assert line.text == "One four five"
    assert line.marked == f"{markup.STRESS}One four five{markup.STRESSED}"


FRAGMENTS = st.sampled_from(
    "<i>|</i>|<v Anna>|<v |{\\an8}|{\\|}|[|]|(|)|【|】|（|）|*|♪|♫|#| # |>>|- |-|ANNA:|Anna: |:|\n|\n\n|...|sighs|&lt;|"
    "&gt;|&#123;|&#92;|&shy;|&#xE000;|\u00ad|\ue000|\ue001|\ue002|\ue003|\ue004|\ue005|\ue006|\ufdd1|\ufdd2|\ufdd3|\uf8ff|Hi|a|"
    'Subtitles by |www.opensubtitles.org|\\N|\\h|<|>|.|"'.split("|")
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(FRAGMENTS, st.text(max_size=5)), max_size=30).map("".join))
UNSPEAKABLE = re.compile("[♩♪♫♬🎵🎶\ue000-\uf8ff\ufdd0-\ufdef\n]|\\{\\\\[^{}]*\\}|</?[A-Za-z][^<>]*>")


@settings(max_examples=400, deadline=5000)
@given(texts=st.lists(TEXTS, max_size=5), keep_sdh=st.booleans())
def test_any_text_is_taken(texts: Sequence[str], keep_sdh: bool) -> None:
    cues = cues_of(*texts)
    made = script.make(cues, keep_sdh=keep_sdh)
    assert [line.index for line in made.lines] == list(range(1, len(made.lines) + 1))
    for line in made.lines:
        assert not UNSPEAKABLE.search(line.text)
        assert line.text == " ".join(line.text.split())
        assert line.marked == "" or markup.plain(line.marked) == line.text
        assert any(character.isalnum() for character in line.text)
        assert any(cue.start <= line.start < line.end <= cue.end for cue in cues)
    assert not (keep_sdh and [part for part in made.left_out if part.reason != "label"])
    assert all(part.text.strip() for part in made.left_out)


UNITS = (
    "< > <v [ ] ( ) 【 * ♪ # >> - -\n a-\n : & {\\ ANNA: &lt; . “ <v\t \ue000 \ue005 \ue000a\ue001b\ue002 \ufdd1".split(
        " "
    )
)
UNITS += ["<v ", "♪ la\n", "- x\n", "ANNA: x\nBEN: y\n", "(sighs) ", "[x] ", "x [", "\n# ", "♪  ", " ", "[a\n", "a\n]"]


@pytest.mark.parametrize("unit", UNITS)
def test_long_cues_take_linear_time(unit: str) -> None:
    begun = time.perf_counter()
    for keep_sdh in (False, True):
        script.make(cues_of(unit * (300_000 // len(unit)) + " end."), keep_sdh=keep_sdh)
    assert time.perf_counter() - begun < 15  # about a second; a quadratic search would take minutes


def test_a_sentence_that_goes_on_keeps_its_speaker() -> None:
    cues = [
        Cue(1, 0.0, 2.0, "ANNA: Nobody knew it..."),
        Cue(2, 2.1, 4.0, "...and nobody knows it now,"),
        Cue(3, 4.1, 6.0, "or ever will."),
        Cue(4, 6.1, 7.0, "Who said that?"),
        Cue(5, 7.1, 8.0, "BEN: I did,"),
        Cue(6, 10.0, 11.0, "and why not?"),
    ]
    assert [line.speaker for line in script.make(cues).lines] == ["ANNA", "ANNA", "ANNA", None, "BEN", None]
