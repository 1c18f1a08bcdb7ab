from __future__ import annotations

import pytest

from voiceover.durations import Stretch, from_letters
from voiceover.voices.rough_durations import rough


@pytest.mark.parametrize(
    ("language", "text", "least", "most"),
    [
        ("en-gb", "The train to the coast leaves in about ten minutes.", 2.2, 4.0),
        ("de", "Der Zug an die Küste fährt in etwa zehn Minuten.", 2.2, 4.0),
        ("nl", "De trein naar de kust vertrekt over tien minuten.", 2.2, 4.0),
        ("ja", "えきまでどうやっていけばいいですか。", 2.5, 6.0),
        ("cmn", "你能告诉我车站在哪里吗？", 2.5, 6.0),
        (None, "Nobody knows what language this is in.", 1.5, 4.0),
    ],
)
def test_a_sentence_takes_about_as_long_as_people_take(
    language: str | None, text: str, least: float, most: float
) -> None:
    assert least < rough(language).predict(Stretch(from_letters(text))) < most
