import pytest

from voiceover.text.english_pronunciation import pronounce
from voiceover.text.symbols import ID


def say(text):
    return ["".join(phonemes) for phonemes in pronounce(text.split())]


def test_context_decides_between_homographs():
    assert say("I will read it")[2] == "ɹˈid"
    assert say("I have read it")[2] == "ɹˈɛd"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("dogs'", "dˈɔɡz"), ("bus's", "bˈʌsɪz"), ("Philip's", "fˈɪlɪps"), ("didn't", "dˈɪdənt"), ("OK", "ˌoʊkˈeɪ")],
)
def test_words_and_possessives(word, expected):
    assert say(word) == [expected]


def test_articles_are_reduced_in_a_sentence_and_named_alone():
    assert say("a dog")[0] == "ə"
    assert say("the dog")[0] == "ðə"


def test_unknown_words_are_built_from_their_letters():
    (phonemes,) = pronounce(["snarlbeast"])
    assert phonemes[:2] == ("s", "n")
    assert set(phonemes) <= set(ID)


def test_nothing_in_nothing_out():
    assert pronounce([]) == []
