from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceover import markup
from voiceover.markup import parse, plain, show, strip

VISIBLE = str.maketrans(dict(zip(markup.MARKS, "{|}<>«»", strict=True)))


def seen(written: str) -> str:
    """Return what `parse` makes of a text, with signs that can be read: {word|pronunciation}, <seconds>, «stressed»."""
    return parse(written).translate(VISIBLE)


@pytest.mark.parametrize(
    ("written", "parsed"),
    [
        ("[Nguyen](nuh-WIN)", "{Nguyen|nuh-WIN}"),
        ("[Nguyen](/nəˈwɪn/)'s", "{Nguyen|/nəˈwɪn/}'s"),
        ("[ New York ]( noo YORK )", "{New York|noo YORK}"),
        ("[a](b)[c](d)", "{a|b}{c|d}"),
        ("[Dr](Dr. Who)", "{Dr|Dr. Who}"),
        ("[path](/ˈpɑː.θə/)", "{path|/ˈpɑː.θə/}"),
        ("*[a](b)*", "«{a|b}»"),
        ("*a [b](c) d*", "«a {b|c} d»"),
    ],
)
def test_pronunciations(written: str, parsed: str) -> None:
    assert seen(written) == parsed


@pytest.mark.parametrize(
    ("written", "parsed"),
    [
        ("[*a*](b)", "«{a|b}»"),
        ("[<em>a</em> b](c)", "«{a b|c}»"),
        ("[a](nuh-*WIN*)", "{a|nuh-WIN}"),
        ("[a](_b_)", "{a|b}"),
        ("[a <break> b](c)", "{a b|c}"),
        ("[a](b <break 1s>)", "{a|b}"),
        ("[*b](c) d*", "{*b|c} d*"),
        ("[*](a)", "{*|a}"),
    ],
)
def test_marks_never_stand_within_a_pronunciation(written: str, parsed: str) -> None:
    assert seen(written) == parsed
    assert show(parse(written)).count("](") == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://x.org/a",
        "http://x.org/" + "long/" * 60,
        "mailto:ann@x.org",
        "www.x.org",
        "example.com",
        "#top",
        "../part",
        "./part",
        "/guide/start",
        "page.html",
        "page.html#top",
        "page.html?q=1",
        'page.html "A title"',
        "clip.mp4",
    ],
)
def test_of_a_link_its_words_remain(address: str) -> None:
    assert parse(f"See [the long page]({address}) now.") == "See the long page now."


def test_of_a_long_link_its_words_remain() -> None:
    words = "one of so many words that they fill more than a line and are not a stage direction " * 2
    assert parse(f"[{words}](http://x.org)") == words


@pytest.mark.parametrize("text", ["[door creaks]", "[a] (b)", "[a]()", "(b)", "[a\nb](c)", "[a](b\nc)", "a[0]"])
def test_other_brackets_stay(text: str) -> None:
    assert parse(text) == text


@pytest.mark.parametrize(("text", "words"), [("[a]( )", "a"), ("[ ](a)", ""), ("[*a*](<break>)", "a")])
def test_half_a_pronunciation_is_none(text: str, words: str) -> None:
    assert markup.SAY not in parse(text)
    assert plain(parse(text)) == words


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("<break>", "0.5"),
        ("<break/>", "0.5"),
        ("<break />", "0.5"),
        ("<break 300ms>", "0.3"),
        ("<break 2>", "2"),
        ("<break 0.5s>", "0.5"),
        ("<break 0,5s>", "0.5"),
        ("<break .5s>", "0.5"),
        ("<BREAK 1 S>", "1"),
        ('<break time="0.5s"/>', "0.5"),
        ("<break time='500ms' />", "0.5"),
        ("<break time = 1.25s>", "1.25"),
        ("<break 99s>", "10"),
        ("<break 0s>", "0"),
        ("<break 0.01ms>", "0"),
        ("<break 1ms>", "0.001"),
        ("<break 9999ms>", "9.999"),
    ],
)
def test_breaks(written: str, seconds: str) -> None:
    assert seen(f"One {written} two") == f"One <{seconds}> two"
    assert seen(f"One{written}two") == f"One <{seconds}> two"
    assert markup.PAUSE.findall(parse(written)) == [seconds]


@pytest.mark.parametrize("text", ["<breakfast>", "<break long>", "<break 1h>", "<break -1s>", "< break>", "<break 1"])
def test_what_is_no_break_stays(text: str) -> None:
    assert parse(text) == text


@pytest.mark.parametrize(
    ("written", "parsed"),
    [
        ("*x*", "«x»"),
        ("**x**", "«x»"),
        ("***x***", "«x»"),
        ("_x_", "«x»"),
        ("__x__", "«x»"),
        ("<em>x</em>", "«x»"),
        ("<EM>x</EM>", "«x»"),
        ("<emphasis>x</emphasis>", "«x»"),
        ("It is *so, so* good.", "It is «so, so» good."),
        ("*a* b *c*", "«a» b «c»"),
        ("*a* b* c", "«a» b* c"),
        ("*a **b** c*", "«a b c»"),
        ("**a *b* c**", "«a b c»"),
        ("<em>a *b* c</em>", "«a b c»"),
        ("*_a_*", "«a»"),
        ("*a <break 1s> b*", "«a <1> b»"),
        ("**Note:** x", "«Note:» x"),
    ],
)
def test_emphasis(written: str, parsed: str) -> None:
    assert seen(written) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 * 2",
        "5*3*2",
        "2 ** 3 ** 4",
        "*",
        "**",
        "a * b",
        "*a",
        "* a *",
        "f*ck and sh*t",
        "snake_case_name",
        "*a\nb*",
        "<em>a",
        "<em>a</emphasis>",
    ],
)
def test_what_is_no_emphasis_stays(text: str) -> None:
    assert parse(text) == text


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("*It* is [Nguyen](nuh-WIN)'s, <break 1s> so.", "It is Nguyen's, so."),
        ("<break 0.01ms> One", "One"),
        ("One <break>", "One"),
        ("<break>", ""),
        (" One \n two  three ", "One two three"),
        ("5 * 3", "5 * 3"),
    ],
)
def test_plain_words(written: str, words: str) -> None:
    assert plain(parse(written)) == words


PIECES = st.sampled_from((
    "word", "5 * 3", "*so*", "*so [much](mutch) more*", "[Nguyen](/nəˈwɪn/)", "[GIF](jiff)", "<break 0.5s>",
    "<break 10s>", "it's", "[noise]", "(aside)", "a_b", "*a <break 1s> b*", "3 < 5", "<i>",
))  # fmt: skip


@given(st.lists(PIECES, max_size=12))
def test_show_is_the_reverse_of_parse(pieces: list[str]) -> None:
    text = " ".join(["First", *pieces, "last."])
    assert show(parse(text)) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**a** __b__ <em>c</em>", "*a* *b* *c*"),
        ("a<break 300ms>b", "a <break 0.3s> b"),
        ("[ a ]( b )", "[a](b)"),
        ("[a](http://x.org)", "a"),
    ],
)
def test_marks_are_shown_in_one_way(written: str, shown: str) -> None:
    assert show(parse(written)) == shown
    assert show(parse(shown)) == shown


def test_no_mark_comes_from_outside() -> None:
    assert strip("\ue000a\ue001b\ue002\ue0030.5\ue004\ue005c\ue006\ue007") == "ab0.5c\ue007"
    assert parse("\ue000a\ue001b\ue002 \ue0050.5\ue006") == "ab 0.5"
    assert strip("no mark") == "no mark"


PARTS = st.sampled_from([*"[]()*_<>/ab .5\n", "<break", "<em>", "</em>", "1s>", *markup.MARKS])
MARKED = st.lists(PARTS, max_size=40).map("".join)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=60), MARKED))
def test_any_text_gives_whole_marks(text: str) -> None:
    marked = parse(text)
    rest = markup.PAUSE.sub("", markup.SAYING.sub("", marked))
    stresses = [character for character in rest if character in markup.MARKS]
    assert stresses == [markup.STRESS, markup.STRESSED] * (len(stresses) // 2)
    for shown in (show(marked), plain(marked), strip(marked)):
        assert not set(shown) & set(markup.MARKS)
    assert plain(marked) == " ".join(plain(marked).split())


@pytest.mark.parametrize(
    "run",
    [
        "[",
        "[a](",
        "[a]",
        "*",
        "*a ",
        "**",
        "_",
        "_a",
        "*_a",
        "<break",
        "<break ",
        "<break 1 ",
        "<em>",
        "<em>a",
        "[a](b)",
    ],
)
def test_long_runs_take_linear_time(run: str) -> None:
    def seconds(text: str) -> float:
        began = time.process_time()
        show(parse(text))
        plain(parse(text))
        return time.process_time() - began

    short = min(seconds(run * 4_000) for _ in range(3))
    assert seconds(run * 32_000) < 32 * short + 0.2  # eight times as long; a square would be 64 times
