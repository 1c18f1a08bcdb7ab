import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceover.text.frontend import EnglishFrontEnd
from voiceover.text.symbols import ID, SYMBOLS

FRONT_END = EnglishFrontEnd()


def readable(spoken):
    return "".join(SYMBOLS[i] for i in FRONT_END.tokens(spoken).ids)


@pytest.mark.parametrize(
    ("spoken", "ending"),
    [("Hello", ".~"), ("Hello.", ".~"), ("Hello?!", "?~"), ("Hello,", ".~"), ("Hello...", ".~"), ("Hello!", "!~")],
)
def test_every_utterance_ends_in_one_sentence_mark_and_the_end(spoken, ending):
    assert readable(spoken).endswith(ending)
    assert readable(spoken).count(ending[0]) == 1


def test_words_keep_their_tokens():
    tokens = FRONT_END.tokens("Well, hello there.")
    assert [span.word for span in tokens.words] == ["Well", "hello", "there"]
    spelled = ["".join(SYMBOLS[i] for i in tokens.ids[span.start : span.stop]) for span in tokens.words]
    assert spelled == ["wˈɛl", "hɛlˈoʊ", "ðˈɛɹ"]
    assert SYMBOLS[tokens.ids[tokens.words[0].stop]] == ","


@pytest.mark.parametrize("text", ["", "?!?!", "...", "'", "日本語", "-- --"])
def test_nothing_to_say_gives_no_tokens(text):
    assert FRONT_END.tokens(FRONT_END.spoken(text)).ids == ()


@given(st.text(max_size=80))
def test_any_text_gives_known_symbols_and_spans_in_order(text):
    tokens = FRONT_END.tokens(FRONT_END.spoken(text))
    assert all(0 < number < len(SYMBOLS) for number in tokens.ids)
    edges = [edge for span in tokens.words for edge in (span.start, span.stop)]
    assert edges == sorted(edges)
    assert not tokens.ids or tokens.ids[-1] == ID["~"]


def test_the_symbol_table_is_frozen():
    """Voices are trained on these numbers: a change here is a new version of the front-end."""
    assert FRONT_END.version == 1
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 79
    assert SYMBOLS[:7] == ("_", "~", " ", ",", ".", "?", "!")
    assert (ID["b"], ID["ɑ"], ID["ˌu"]) == (7, 31, 78)
