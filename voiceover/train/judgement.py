"""Figures to findings: what is wrong with a clip, how sure that is, and what to do.

A clip is judged against fixed floors, which no good recording touches, and against the other clips: the median of the
corpus and the spread around it, both robust, so that faulty clips do not move the measure they are judged by.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from voiceover.train.findings import Examined, Finding, Norm, Severity, norm
from voiceover.train.fit import Fit
from voiceover.train.signals import Measures
from voiceover.train.transcripts import Problem

SHORTEST, LONGEST = 0.4, 20.0  # seconds of sound, as `corpus.prepare` takes them
MISREAD, SURELY_MISREAD = 3.5, 6.0  # spreads below the corpus's middle; see docs/training.md for what they find
NEEDED_RATE = 22050  # Hz, of the voices' mels
_DIGITS = re.compile(r"\d")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]{2,}|(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|No|Nr|bzw|usw|Inc|Ltd|Co)\.)(?!\w)")
_NOTE = re.compile(
    r"\[[^\]]*\]|<[^>]*>|\*[^*]+\*|\((?:laugh|cough|sigh|noise|music|pause|inaudible|unclear)[^)]*\)", re.I
)
_HARMLESS = frozenset("Mn Lm Sc Pc Pd Pe Pf Pi Po Ps Zs Nd Nl No".split())
_PLAIN_SIGNS = frozenset("+=<>|~^`°©®™×÷±%&@#§…–—")


@dataclass(frozen=True, slots=True, eq=False)
class _Norms:
    rate: int
    speech_db: Norm
    snr_db: Norm
    pitch: Norm  # semitones
    pace: Norm  # log of seconds per letter, as `_pace` counts
    decay: Norm
    high_db: Norm
    timbre: tuple[Norm, ...]
    strangeness: Norm
    fit: Norm


def judge(clips: Sequence[Examined], problems: Sequence[Problem] = ()) -> tuple[list[Finding], list[str]]:
    """Return the findings, by clip, and notes on the corpus as a whole."""
    norms = _norms(clips)
    found = [_of_problem(problem) for problem in problems]
    for clip in clips:
        found += _of_text(clip)
        found += _of_file(clip)
        if clip.measures and not _is_silent(clip.measures):
            found += _of_signal(clip, clip.measures, norms)
            found += _of_pauses(clip, clip.measures)
            found += _of_spectrum(clip, clip.measures, norms)
            found += _of_speaker(clip, clip.measures, norms)
    found += _of_repeats(clips, norms)
    found += _of_fit(clips, norms)
    weight = list(Severity)
    found.sort(key=lambda finding: (finding.clip, weight.index(finding.severity)))
    return found, list(_notes(clips, norms))


def _is_silent(figures: Measures) -> bool:
    return not math.isfinite(figures.speech_db) or figures.speech_db < -65


def _letters(clip: Examined) -> int:
    return sum(character.isalpha() for character in clip.reading.spoken)


def _pace(clip: Examined) -> float:
    """Return the log of the seconds per letter; three letters more stand for how the first sound begins."""
    letters = _letters(clip)
    if not clip.measures or not letters or clip.measures.speech <= 0:
        return math.nan
    return math.log(clip.measures.speech / (letters + 3))


def _semitones(hertz: float) -> float:
    return 12 * math.log2(hertz / 440) if hertz > 0 else math.nan


def _norms(clips: Sequence[Examined]) -> _Norms:
    heard = [clip.measures for clip in clips if clip.measures and not _is_silent(clip.measures)]
    rates = [clip.measures.rate for clip in clips if clip.measures]
    timbres = np.array([figures.timbre for figures in heard if figures.timbre])
    timbre = tuple(norm(column) for column in timbres.T) if len(timbres) else ()
    return _Norms(
        rate=max(set(rates), key=rates.count) if rates else NEEDED_RATE,
        speech_db=norm(figures.speech_db for figures in heard),
        snr_db=norm(figures.snr_db for figures in heard),
        pitch=norm(_semitones(figures.f0) for figures in heard),
        pace=norm(_pace(clip) for clip in clips),
        decay=norm(figures.decay for figures in heard),
        high_db=norm(figures.high_db for figures in heard),
        timbre=timbre,
        strangeness=norm(_strangeness(figures, timbre) for figures in heard),
        fit=norm(clip.fit.goodness for clip in clips if clip.fit),
    )


def _strangeness(figures: Measures, timbre: Sequence[Norm]) -> float:
    """Return how far a clip's mean cepstra are from the corpus's, in spreads (root mean square over coefficients)."""
    if not figures.timbre or not timbre:
        return math.nan
    away = [usual.away(value, 2.0) for usual, value in zip(timbre, figures.timbre, strict=True)]
    return math.sqrt(sum(value**2 for value in away) / len(away))


def _of_problem(problem: Problem) -> Finding:
    severity = Severity.INFO if problem.kind == "not-listed" else Severity.FAULT
    return Finding(problem.id, problem.kind, severity, problem.message, problem.remedy)


def _of_text(clip: Examined) -> Iterator[Finding]:
    text, reading = clip.text, clip.reading
    if not text:
        return  # told as a problem of the folder
    if not _letters(clip):
        yield Finding(
            clip.id, "text-without-words", Severity.FAULT, f"nothing of its text can be read: {text[:60]!r}",
            "Write what is said.",
        )  # fmt: skip
        return
    if reading.lost:
        yield Finding(
            clip.id, "unreadable-letters", Severity.FAULT,
            f"the voice's language has no sounds for {_few(reading.lost)}", "Write these words as they are said.",
        )  # fmt: skip
    strange = [c for c in text if c == "\ufffd" or not (c.isalnum() or c.isspace() or _is_plain(c))]
    if strange:
        broken = "\ufffd" in strange
        reason = "its text was read in a wrong encoding" if broken else f"symbols outside the table: {_few(strange)}"
        remedy = "Save the texts as UTF-8." if broken else "Remove them, or write how they are said."
        yield Finding(clip.id, "symbols", Severity.FAULT if broken else Severity.DOUBT, reason, remedy)
    if note := _NOTE.search(text):
        yield Finding(
            clip.id, "annotation", Severity.DOUBT, f"{note[0]!r} looks like a note, not like speech",
            "Remove it from the text; if it stands for a sound, drop the clip.",
        )  # fmt: skip
    if _DIGITS.search(text) or _ABBREVIATION.search(text):
        yield Finding(
            clip.id, "written-out", Severity.INFO, f"numbers or abbreviations, read as: {reading.spoken[:80]!r}",
            "Write them as they were said, if that is not it.",
        )  # fmt: skip
    if reading.guessed:
        guesses = ", ".join(f"{word} /{sounds}/" for word, sounds in reading.guessed[:4])
        yield Finding(
            clip.id, "guessed-words", Severity.INFO, f"pronunciation guessed: {guesses}", "Correct it in the text."
        )


def _is_plain(character: str) -> bool:
    return unicodedata.category(character) in _HARMLESS or character in _PLAIN_SIGNS


def _few(characters: Iterable[str]) -> str:
    return " ".join(repr(character) for character in list(dict.fromkeys(characters))[:6])


def _of_file(clip: Examined) -> Iterator[Finding]:
    figures = clip.measures
    if figures is None:
        yield Finding(clip.id, "unreadable", Severity.FAULT, clip.unreadable, "Export or copy it again.")
        return
    if clip.changed:
        yield Finding(
            clip.id, "changed", Severity.FAULT, "not the clip that was prepared: its hash differs",
            "Prepare the corpus again.",
        )  # fmt: skip
    if _is_silent(figures):
        yield Finding(clip.id, "silent", Severity.FAULT, "no sound in it", "Record it again, or drop it.")
        return
    if figures.speech < SHORTEST:
        reason = f"{figures.speech:.2f} s of sound, less than {SHORTEST} s"
        yield Finding(clip.id, "too-short", Severity.FAULT, reason, "Join it with its neighbour, or drop it.")
    if figures.seconds > LONGEST:
        reason = f"{figures.seconds:.1f} s, more than {LONGEST:.0f} s"
        yield Finding(clip.id, "too-long", Severity.FAULT, reason, "Split it at a pause, text and sound alike.")


def _of_signal(clip: Examined, figures: Measures, norms: _Norms) -> Iterator[Finding]:
    if figures.rate < 0.9 * norms.rate or figures.rate < 16000:
        yield Finding(
            clip.id, "sample-rate", Severity.FAULT,
            f"{figures.rate} Hz, where the others have {norms.rate} and {NEEDED_RATE} are needed",
            "Export it from the original at the others' rate.",
        )  # fmt: skip
    elif figures.rate != norms.rate:
        yield Finding(
            clip.id, "sample-rate", Severity.DOUBT, f"{figures.rate} Hz, where the others have {norms.rate}",
            "Make sure that it is the same microphone and speed.",
        )  # fmt: skip
    if figures.flat > 5e-4:
        reason = f"clipped: {100 * figures.flat:.2f} % of its samples are cut off at the top"
        yield Finding(clip.id, "clipping", Severity.FAULT, reason, "Record it again at a lower level, or drop it.")
    elif figures.flat > 1e-4 and figures.peak > 0.98:
        reason = "a few peaks touch full scale"
        yield Finding(clip.id, "clipping", Severity.DOUBT, reason, "Listen for crackling.")
    distance = figures.speech_db - norms.speech_db.middle
    if abs(distance) > max(12.0, 5 * norms.speech_db.spread):
        reason = f"{abs(distance):.0f} dB {'louder' if distance > 0 else 'quieter'} than the others"
        yield Finding(clip.id, "level", Severity.DOUBT, reason, "Preparing levels it, and its noise with it: listen.")
    below = norms.snr_db.middle - figures.snr_db
    if figures.snr_db < 13 or (figures.snr_db < 18 and below > 12):
        reason = f"noise, or something playing: its quietest moments are only {figures.snr_db:.0f} dB below the speech"
        severity = Severity.DOUBT if figures.hum_db > -34 else Severity.FAULT  # it may be no more than the hum
        yield Finding(clip.id, "noise", severity, reason, "Record it again in a quiet room, or drop it.")
    elif figures.snr_db < 20 and below > 8:
        reason = f"its quietest moments are {figures.snr_db:.0f} dB below the speech, {below:.0f} dB less than usual"
        yield Finding(clip.id, "noise", Severity.DOUBT, reason, "Listen for noise or music.")
    if figures.hum_db > -34:
        reason = f"mains hum at 50 or 60 Hz, {-figures.hum_db:.0f} dB below the speech"
        severity = Severity.FAULT if figures.hum_db > -26 else Severity.DOUBT
        yield Finding(clip.id, "hum", severity, reason, "Filter it out: --fix repair.")
    if figures.offset > 0.15:
        reason = f"the samples are off centre by {100 * figures.offset:.0f} % of their level"
        severity = Severity.FAULT if figures.offset > 0.5 else Severity.DOUBT
        yield Finding(clip.id, "offset", severity, reason, "Preparing takes it out; look for the cause.")
    if figures.dropouts:
        reason = f"{figures.dropouts} holes of digital silence within the speech"
        yield Finding(clip.id, "dropout", Severity.FAULT, reason, "Copy it again, or drop it.")
    if figures.channels > 1 and (figures.likeness < 0.6 or figures.balance_db > 12):
        reason = f"its channels differ (likeness {figures.likeness:.2f}, {figures.balance_db:.0f} dB apart)"
        severity = Severity.FAULT if figures.likeness < 0 else Severity.DOUBT
        yield Finding(clip.id, "channels", severity, reason, "Keep the channel with the voice: --fix repair.")


def _of_pauses(clip: Examined, figures: Measures) -> Iterator[Finding]:
    if figures.pause > 1.2:
        severity = Severity.FAULT if figures.pause > 2.0 else Severity.DOUBT
        reason = f"{figures.pause:.1f} s of silence inside"
        yield Finding(clip.id, "pause", severity, reason, "Split it there, or shorten the pause: --fix repair.")
    if max(figures.lead, figures.trail) > 0.8:
        reason = f"{figures.lead:.1f} s of silence before and {figures.trail:.1f} s after"
        yield Finding(clip.id, "silence-at-ends", Severity.INFO, reason, "Preparing trims it.")
    for kind, level, where in (("cut-start", figures.start_db, "start"), ("cut-end", figures.end_db, "end")):
        if level > -18:
            severity = Severity.FAULT if level > -11 else Severity.DOUBT
            reason = f"sound at the very {where}, {-level:.0f} dB below the speech: a word seems to be cut off"
            yield Finding(clip.id, kind, severity, reason, "Cut it again with a margin, or drop it.")


def _of_spectrum(clip: Examined, figures: Measures, norms: _Norms) -> Iterator[Finding]:
    if figures.tones >= 3 and figures.tones_db > -45:
        severity = Severity.FAULT if figures.tones >= 5 and figures.tones_db > -35 else Severity.DOUBT
        reason = f"{figures.tones:.0f} tones sound on through its pauses, {-figures.tones_db:.0f} dB down: music?"
        yield Finding(clip.id, "music", severity, reason, "Use a take without music, or drop it.")
    if figures.decay < min(220.0, 0.6 * norms.decay.middle):
        reason = f"sound dies away at {figures.decay:.0f} dB/s, elsewhere at {norms.decay.middle:.0f}: a room's echo?"
        yield Finding(clip.id, "echo", Severity.DOUBT, reason, "Record closer to the microphone, or drop it.")
    usual, top = norms.high_db, figures.rate / 2
    dull = figures.high_db < -38 and usual.away(figures.high_db, 3.0) < -4
    if 0 < figures.cliff < 5500 or dull:
        limit = f" above {figures.cliff / 1000:.1f} kHz" if figures.cliff else ""
        reason = f"nearly nothing{limit}: it sounds like a telephone"
        yield Finding(clip.id, "bandwidth", Severity.FAULT, reason, "Find the original, or drop it.")
    elif 0 < figures.cliff < 0.88 * top:
        reason = f"nothing above {figures.cliff / 1000:.1f} kHz: it was compressed or resampled before"
        yield Finding(clip.id, "lowpass", Severity.INFO, reason, "Use the original if there is one.")


def _of_speaker(clip: Examined, figures: Measures, norms: _Norms) -> Iterator[Finding]:
    """Judge pitch, timbre and pace together: another speaker, another speed, or another text."""
    pitch = _semitones(figures.f0) - norms.pitch.middle
    faster = -(_pace(clip) - norms.pace.middle)  # log: 0.7 is twice as fast
    strange = _strangeness(figures, norms.timbre)
    odd_pitch = math.isfinite(pitch) and abs(pitch) > max(4.5, 3.5 * norms.pitch.spread)
    odd_timbre = math.isfinite(strange) and norms.strangeness.away(strange, 0.25) > 5
    steps = 12 * faster / math.log(2) if math.isfinite(faster) else math.nan
    if odd_pitch and math.isfinite(steps) and abs(steps) > 3 and abs(steps - pitch) < max(3.5, abs(pitch) / 2):
        reason = f"pitch is {pitch:+.0f} semitones off and it is {100 * math.expm1(faster):+.0f} % fast"
        yield Finding(
            clip.id, "speed", Severity.FAULT, f"{reason}: played at a wrong rate?", "Export it at its true sample rate."
        )
        return
    if odd_pitch or odd_timbre:
        parts = [f"pitch {pitch:+.0f} semitones from the others"] if odd_pitch else []
        parts += [f"timbre {strange:.1f} times the usual distance from the others"] if odd_timbre else []
        sure = odd_pitch and (odd_timbre or abs(pitch) > max(6.0, 5 * norms.pitch.spread))
        severity = Severity.FAULT if sure else Severity.DOUBT
        yield Finding(
            clip.id, "speaker", severity, f"{', '.join(parts)}: a second speaker?", "Listen; keep one speaker."
        )
    if figures.halves > 10:
        reason = f"its first and second half are {figures.halves:.0f} semitones apart: two speakers?"
        yield Finding(clip.id, "speaker", Severity.DOUBT, reason, "Listen; keep one speaker.")
    away = abs(norms.pace.away(_pace(clip), 0.08))
    short = 3 / max(_letters(clip), 1)  # one word may be drawn out as no sentence is
    if math.isfinite(faster) and abs(faster) > 0.4 + short and away > 3.5:
        rate = _letters(clip) / figures.speech
        severity = Severity.FAULT if abs(faster) > 0.55 + short and away > 4.5 else Severity.DOUBT
        kind, which = ("text-too-long", "more") if faster > 0 else ("text-too-short", "less")
        reason = f"{rate:.0f} letters a second: its text says {which} than is spoken in {figures.speech:.1f} s"
        yield Finding(clip.id, kind, severity, reason, "Correct the text, or look for words cut off.")


def _of_repeats(clips: Sequence[Examined], norms: _Norms) -> Iterator[Finding]:
    by_sound, by_text = defaultdict(list), defaultdict(list)
    for clip in clips:
        if clip.measures and not _is_silent(clip.measures):
            by_sound[clip.measures.digest].append(clip)
            if _letters(clip):
                by_text[_said(clip)].append(clip)
    for same in by_sound.values():
        for clip in same[1:]:
            differs = clip.reading.spoken != same[0].reading.spoken
            reason = f"the same sound as {same[0].id}" + (", with another text" if differs else "")
            remedy = f"Find out which text is right; listen to {same[0].id}." if differs else "Keep one of them."
            yield Finding(clip.id, "same-sound", Severity.FAULT, reason, remedy)
            if differs:
                yield Finding(
                    same[0].id, "same-sound", Severity.DOUBT, f"the same sound as {clip.id}, with another text", remedy
                )
    for takes in by_text.values():
        usual = min(takes, key=lambda clip: abs(_pace(clip) - norms.pace.middle))
        for clip in takes:
            length, middle = (it.measures.speech if it.measures else 0.0 for it in (clip, usual))
            if max(length, middle) > 1.5 * min(length, middle) and abs(length - middle) > 0.5:
                reason = f"{length:.1f} s, where {usual.id} says the same text in {middle:.1f} s"
                yield Finding(clip.id, "takes", Severity.DOUBT, reason, "Listen whether it says this text, and all.")


def _of_fit(clips: Sequence[Examined], norms: _Norms) -> Iterator[Finding]:
    """Tell where the sound is not what the text says; such a take goes where another of the same text is better."""
    takes: dict[str, list[tuple[float, str, Fit]]] = defaultdict(list)
    for clip in clips:
        if clip.fit:
            takes[_said(clip)].append((-norms.fit.away(clip.fit.goodness, 0.5), clip.id, clip.fit))
    for same in takes.values():
        least, best, _ = min(same, key=lambda take: take[0])
        replaced = least < MISREAD / 2
        for away, name, fit in same:
            if away > MISREAD:
                severity = Severity.FAULT if replaced or away > SURELY_MISREAD else Severity.DOUBT
                reason = f"“{fit.words}” at {fit.start:.1f} s sounds like something else"
                reason += f"; {best} says it better" if replaced else ""
                yield Finding(
                    name, "misread", severity, reason, "Listen, and write down what is said, or leave it out."
                )


def _said(clip: Examined) -> str:
    return " ".join(clip.reading.spoken.lower().split())


def _notes(clips: Sequence[Examined], norms: _Norms) -> Iterator[str]:
    seconds = sum(clip.measures.speech for clip in clips if clip.measures)
    if seconds < 300:
        yield f"{seconds / 60:.1f} minutes of speech: fine-tuning wants 5 at the least, a voice from scratch 60."
    if norms.rate < NEEDED_RATE:
        yield f"Most clips have {norms.rate} Hz; voices are made at {NEEDED_RATE} Hz, so this one will sound dull."
    if math.isfinite(norms.pitch.spread) and norms.pitch.spread > 3.5:
        yield "Pitch differs widely from clip to clip: is this more than one speaker?"
    if math.isfinite(norms.snr_db.middle) and norms.snr_db.middle < 20:
        yield f"All clips are noisy (in the middle {norms.snr_db.middle:.0f} dB); the voice will be, too."
