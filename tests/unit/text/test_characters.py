from __future__ import annotations

import pytest

from voiceover import markup
from voiceover.text.characters import ARPABET, PUBLIC, PUBLIC_SYMBOLS, Characters, arpabet, front_end

ENGLISH = front_end(PUBLIC, ())
assert ENGLISH


def shown(written: str, reader: Characters = ENGLISH) -> str:
    """Return the tokens of what a person wrote, sounds in braces."""
    ids = reader.tokens(reader.spoken(markup.parse(written))).ids
    symbols = (reader.symbols[i] for i in ids)
    return "".join(f"{{{symbol[1:]}}}" if symbol.startswith("@") else symbol for symbol in symbols)


def test_the_public_table_is_that_of_the_public_voices() -> None:
    assert len(PUBLIC_SYMBOLS) == 148
    assert len(ARPABET) == 84
    assert PUBLIC_SYMBOLS[:12] == tuple("_-!'(),.:;? ")
    assert PUBLIC_SYMBOLS[12] == "A"
    assert PUBLIC_SYMBOLS[38] == "a"
    assert PUBLIC_SYMBOLS[63:69] == ("z", "@AA", "@AA0", "@AA1", "@AA2", "@AE")
    assert PUBLIC_SYMBOLS[-4:] == ("@W", "@Y", "@Z", "@ZH")
    assert PUBLIC_SYMBOLS.index("@HH") == 106
    assert len(set(PUBLIC_SYMBOLS)) == 148


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("Dr. Smith paid $5 in Café 21; really?!", "doctor smith paid five dollars in cafe twenty one, really?"),
        ("Hello,   World", "hello, world."),
        ("It's 3 p.m.", "it's three p m."),
        ("[Nguyen](/wɪn/)'s turn", "{W}{IH1}{N}{Z} turn."),
        ("[tomato](/təˈmɑtoʊ/)!", "{T}{AH0}{M}{AA1}{T}{OW0}!"),
        ("[data](DAY-bee)", "{D}{EY1}{B}{IY0}."),
        ("?!?!", ""),
        ("日本語", ""),
        ("<break 1s>", ""),
    ],
)
def test_text_is_read_as_the_public_cleaners_write_it(written: str, tokens: str) -> None:
    assert shown(written) == tokens


def test_words_breaks_and_emphasis_keep_their_places() -> None:
    tokens = ENGLISH.tokens(ENGLISH.spoken(markup.parse("One *two* <break 1s> [Nguyen](/wɪn/).")))
    spelled = ["".join(PUBLIC_SYMBOLS[i] for i in tokens.ids[span.start : span.stop]) for span in tokens.words]
    assert spelled == ["one", "two", "@W@IH1@N"]
    assert [span.word for span in tokens.words] == ["One", "two", "Nguyen"]
    assert tokens.breaks == ((2, 1.0),)
    assert tokens.stressed == ((1, 2),)


def test_a_line_ends_in_its_last_letter_or_mark_and_only_letters_and_sounds_must_sound() -> None:
    tokens = ENGLISH.tokens("Go on")
    last = [PUBLIC_SYMBOLS[i] for i in tokens.ids[-ENGLISH.end_tokens :]]
    assert last == ["n", "."]
    assert {PUBLIC_SYMBOLS[i] for i in ENGLISH.silent} == set("_-!'(),.:;? ")


def test_other_tables_spell_with_what_they_have() -> None:
    capitals = front_end("en-characters", [*"_ABCDEFGHIJKLMNOPQRSTUVWXYZ ."])
    assert capitals
    assert shown("Hello, [Nguyen](/wɪn/)?", capitals) == "HELLO. NGUYEN."
    german = front_end("de-characters", [*"_abcdefghijklmnopqrstuvwxyzü ,.?!"])
    assert german
    assert german.language == "de-de"
    assert shown("Über 3 Äpfel!", german) == "über drei apfel!"
    narrow = front_end("en-characters", [*"_abcdefg ."])
    assert narrow
    assert narrow.read("a cab to Bath").lost == "toth"
    assert front_end("en-us-gruut", []) is None


def test_a_table_of_sounds_gets_phonemes() -> None:
    table = [*"_ ,.?!ˈˌːabdefhijklmnopstuvwzðŋɐɑɔəɚɛɡɪɹʃʊʌʒθæ"]
    sounds = front_end("en-characters", table)
    assert sounds
    assert shown("Hello there", sounds) == "hɛlˈoʊ ðˈɛɹ."
    assert sounds.read("Hello").lost == ""


def test_arpabet_has_one_stress_at_least() -> None:
    assert arpabet(["w", "ɪ", "n"]) == ["W", "IH1", "N"]
    assert arpabet(["ə", "ˈaɪ"]) == ["AH0", "AY1"]
    assert arpabet(["t͡ʃ", "ˌɔɪ", "ˈu"]) == ["CH", "OY2", "UW1"]
