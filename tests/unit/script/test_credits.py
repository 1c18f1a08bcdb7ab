from __future__ import annotations

import pytest

from voiceover.script.credits import is_credit

ANYWHERE = """\
Subtitles by Anna Smith
Subtitles by the BBC
English subtitles by Anna Smith and Ben Doe
Synced and corrected by elderman/www.addic7ed.com
Sync & corrections by honey_bunny
== sync, corrected by elderman ==
Translated by Team Firefly
Captioned by Media Access Group at WGBH
Captioning sponsored by/ACME TELEVISION
Closed captioning provided by The National Captioning Institute
Subtitle translation by Carlos Ruiz
www.opensubtitles.org
-= www.OpenSubtitles.org =-
Downloaded from www.example.com
Advertise your product or brand here/contact www.OpenSubtitles.org today
Support us and become VIP member/to remove all ads from www.OpenSubtitles.org
Please rate this subtitle at www.osdb.link/a1b2c/Help other users to choose the best subtitles
Do you want subtitles for any video?/-=[ ai.OpenSubtitles.com ]=-
Untertitel von Stephanie Geiges
Untertitel im Auftrag des ZDF für funk, 2017
Untertitel der Amara.org-Community
Sous-titres réalisés par la communauté d'Amara.org
Sous-titrage Société Radio-Canada
Subtítulos por la comunidad de Amara.org
Subtítulos: Ana Ruiz
Sottotitoli a cura di QTSS
Legendas pela comunidade Amara.org
Субтитры сделал DimaTorzok
字幕製作 貝爾"""

AT_EDGE = """\
Transcript: Ben Okafor
Translator: Anna Smith/Reviewer: Ben Doe
Transcribed by: anna
Subtitles by explosiveskull
© 2019 Acme Pictures"""

SPEECH = """\
The subtitles by my friend are great.
Subtitles by my friend are great.
Subtitles are by Anna Smith.
Translated by hand.
Translated by him?
Translated by Anna, this book became a great success.
Subtitles by default!
Go to www.example.org
Go to amara.org.
You can find it on opensubtitles.org
www.opensubtitles.org is a large site
Download the file from https://www.example.org first.
Corrections: all of them.
Untertitel von Filmen sind nützlich.
Edit this file from Monday on.
Time for Anna
www.example.com
Transcripts from Monday are lost.
She timed it by the clock
Subtitles"""


@pytest.mark.parametrize("text", ANYWHERE.splitlines())
def test_credits(text: str) -> None:
    assert is_credit(text.split("/") if "//" not in text else [text], at_edge=False)


@pytest.mark.parametrize("text", AT_EDGE.splitlines())
def test_what_is_a_credit_at_the_edge_of_a_file_alone(text: str) -> None:
    assert is_credit(text.split("/"), at_edge=True)
    assert not is_credit(text.split("/"), at_edge=False)


@pytest.mark.parametrize("text", SPEECH.splitlines())
@pytest.mark.parametrize("at_edge", [False, True])
def test_speech_is_no_credit(text: str, at_edge: bool) -> None:
    assert not is_credit([text], at_edge=at_edge)


def test_the_whole_cue_must_be_credits() -> None:
    assert not is_credit(["Subtitles by Anna Smith", "Hello, is anybody there?"], at_edge=True)
    assert not is_credit([], at_edge=True)
    assert not is_credit(["Subtitles by " + "Anna " * 100], at_edge=True)
