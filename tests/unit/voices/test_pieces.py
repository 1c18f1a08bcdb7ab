"""Where a line is cut."""

import pytest

from voiceover import markup
from voiceover.text import languages
from voiceover.voices import pieces

FRONT_END = languages.named(languages.ENGLISH)


def words(text):
    return [[span.word for span in tokens.words] for tokens in pieces.pieces(FRONT_END, FRONT_END.spoken(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One thing.", ["One thing"]),
        ("Emo. This way! Why? Now.", ["Emo", "This way", "Why", "Now"]),
        ('He said: "Stop." Then, he left.', ["He said Stop", "Then he left"]),
        ("Well, yes.", ["Well yes"]),
        ("Wait. . . what?", ["Wait", "what"]),
        ("No end", ["No end"]),
        ("...", []),
        ("", []),
    ],
)
def test_each_sentence_is_a_piece(text, expected):
    assert [" ".join(piece) for piece in words(text)] == expected


def test_a_break_goes_with_the_sentence_before_it():
    first, second = pieces.pieces(FRONT_END, markup.parse("Hello there. <break 2s> Come in."))
    assert first.breaks == ((2, 2.0),)
    assert second.breaks == ()


def test_emphasis_and_pronunciations_are_never_cut():
    first, second = pieces.pieces(FRONT_END, markup.parse("*Now. Or never.* It ends here."))
    assert first.stressed == ((0, 3),)
    assert second.stressed == ()
    assert len(pieces.pieces(FRONT_END, FRONT_END.spoken(markup.parse("Ask [Mr. Fox](/fɑks/) again.")))) == 1


def test_a_sentence_that_is_too_long_is_cut_at_a_comma_and_keeps_every_word():
    text = ", and ".join(["then we walked along the narrow river for an hour"] * 6) + "."
    cut = pieces.pieces(FRONT_END, text)
    assert len(cut) > 1
    assert all(len(piece.ids) <= pieces.LONGEST for piece in cut)
    said = [span.word for piece in cut for span in piece.words]
    assert said == text.replace(",", "").replace(".", "").split()
    assert all(piece.words[0].word == "and" for piece in cut[1:])
