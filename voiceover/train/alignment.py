"""Which token each frame of a recording belongs to: a forced alignment that the attention is guided along.

A guide along the straight diagonal teaches an attention to move at constant speed, which speech does not. So the
corpus aligns itself first, as recognisers were started for decades (Rabiner, 1989; Young et al., "The HTK Book"):
one left-to-right hidden Markov model per phoneme, three states of one Gaussian each over cepstra, trained from a flat
start by repeated Viterbi segmentation. It needs no other data, and seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from voiceover.text import symbols

Floats = NDArray[np.float64]

CEPSTRA = 13
STATES = 3  # per phoneme, so that no phoneme is shorter than three frames (35 ms)
PASSES = 12
SILENCE = 0  # the model of every space, pause and end; it may take no time at all
BATCH = 128  # clips segmented together
_STRESS = str.maketrans("", "", "ˈˌ")


class Aligned(NamedTuple):
    """A clip's frames set against its text."""

    path: NDArray[np.int64]  # (frames,), the position of the token that each belongs to, never falling
    goodness: Floats  # (frames,), how much less likely it is as that token than as its best match; 0 at most


@dataclass(frozen=True, slots=True)
class _Chain:
    """The states of one clip's text, in order."""

    models: NDArray[np.intp]  # (K,) which Gaussian
    tokens: NDArray[np.intp]  # (K,) which token of the text
    optional: NDArray[np.bool_]  # (K,) True where a state may be passed over


def align(
    tokens: Mapping[str, Sequence[int]],
    mels: Mapping[str, NDArray[Any]],
    passes: int = PASSES,
    *,
    table: Sequence[str] = symbols.SYMBOLS,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Aligned]:
    """Align every clip's frames with its tokens, and say how well each fits.

    The goodness is that of pronunciation (Witt and Young, 2000): the log of the frame's likelihood as what the text has
    there, less that of whatever phoneme it is most like.

    Args:
        tokens: symbol numbers of each clip's text.
        mels: log-mels of each clip, (frames, bands).
        passes: rounds of segmenting and estimating.
        table: the symbols that the numbers stand for.
        progress: called with (passes done, passes in all).

    Returns:
        For each clip its alignment. Clips with fewer frames than their states need are spread evenly, and their
        goodness is minus infinity.
    """
    names = list(tokens)
    sounds = [_phoneme(symbol) for symbol in table]
    phonemes = sorted({sounds[number] for ids in tokens.values() for number in ids} - {""})
    first_model = {phoneme: 1 + STATES * i for i, phoneme in enumerate(phonemes)}
    chains = [_chain([sounds[number] for number in tokens[name]], first_model) for name in names]
    features = [_cepstra(mels[name]) for name in names]
    fits = [len(f) >= 2 + (~c.optional).sum() for f, c in zip(features, chains, strict=True)]
    paths = [_even(len(f), c) for f, c in zip(features, chains, strict=True)]
    usable = sorted((i for i, fit in enumerate(fits) if fit), key=lambda i: len(features[i]))
    goodness = [np.full(len(f), -np.inf) for f in features]
    count = 1 + STATES * len(phonemes)
    for done in range(1, passes + 1 if usable else 1):
        mean, variance = _estimate([features[i] for i in usable], [chains[i] for i in usable], paths, usable, count)
        for start in range(0, len(usable), BATCH):
            batch = usable[start : start + BATCH]
            likely = [_log_likelihood(features[i], mean, variance) for i in batch]
            scores = [score[:, chains[i].models] for i, score in zip(batch, likely, strict=True)]
            found = _viterbi(scores, [chains[i].optional for i in batch])
            for i, path, score in zip(batch, found, likely, strict=True):
                paths[i] = path
                if done == passes:
                    goodness[i] = score[np.arange(len(path)), chains[i].models[path]] - score.max(axis=1)
        if progress:
            progress(done, passes)
    return {
        name: Aligned(chain.tokens[path].astype(np.int64), good)
        for name, chain, path, good in zip(names, chains, paths, goodness, strict=True)
    }


def _phoneme(symbol: str) -> str:
    """Return the phoneme without its stress; '' for spaces, pauses and the end."""
    return "" if symbol in (symbols.SPACE, symbols.END, symbols.PAD, *symbols.PAUSES) else symbol.translate(_STRESS)


def _chain(sounds: Sequence[str], first_model: Mapping[str, int]) -> _Chain:
    states = [(SILENCE, 0, True)]  # breath before the first word counts as its first phoneme's
    for position, phoneme in enumerate(sounds):
        if phoneme:
            states += [(first_model[phoneme] + k, position, False) for k in range(STATES)]
        elif not states[-1][2]:  # a comma and the space after it are one silence
            states.append((SILENCE, position, True))
    models, tokens, optional = zip(*states, strict=True)
    return _Chain(np.array(models), np.array(tokens), np.array(optional))


def _cepstra(mel: NDArray[Any]) -> Floats:
    """Return cepstra with their slopes, less the clip's mean: (frames, 2 * CEPSTRA)."""
    cepstra = dct(mel.astype(np.float64), axis=1, norm="ortho")[:, :CEPSTRA]
    slopes = np.gradient(cepstra, axis=0) if len(cepstra) > 1 else np.zeros_like(cepstra)
    cepstra = cepstra - cepstra.mean(axis=0)
    return np.concatenate([cepstra, 2 * slopes], axis=1)


def _even(frames: int, chain: _Chain) -> NDArray[np.intp]:
    """Spread the frames over the states that must be visited: the flat start."""
    visited = np.flatnonzero(~chain.optional)
    if not len(visited):
        return np.zeros(frames, np.intp)
    return visited[np.minimum(np.arange(frames) * len(visited) // max(frames, 1), len(visited) - 1)]


def _estimate(
    features: Sequence[Floats],
    chains: Sequence[_Chain],
    paths: Sequence[NDArray[np.intp]],
    usable: Sequence[int],
    count: int,
) -> tuple[Floats, Floats]:
    """Return each model's mean and variance, (count, dimensions), from the frames now assigned to it."""
    everything = np.concatenate(features)
    model = np.concatenate([c.models[paths[i]] for c, i in zip(chains, usable, strict=True)])
    total = np.bincount(model, minlength=count)[:, None]
    spread = everything.var(axis=0)
    # a few frames' worth of the overall distribution keeps rare phonemes' Gaussians sane
    prior = 5.0
    mean = np.stack([np.bincount(model, weights=column, minlength=count) for column in everything.T], axis=1)
    mean = (mean + prior * everything.mean(axis=0)) / (total + prior)
    squares = np.square(everything - mean[model])
    variance = np.stack([np.bincount(model, weights=column, minlength=count) for column in squares.T], axis=1)
    variance = (variance + prior * spread) / (total + prior)
    if not total[SILENCE]:  # at the flat start nothing is silence yet: the quietest frames are
        quiet = everything[everything[:, 0] <= np.quantile(everything[:, 0], 0.05)]
        mean[SILENCE], variance[SILENCE] = quiet.mean(axis=0), quiet.var(axis=0) + 0.05 * spread
    return mean, np.maximum(variance, 0.01 * spread)


def _log_likelihood(features: Floats, mean: Floats, variance: Floats) -> Floats:
    """Return log N(frame; model) up to a constant, (frames, models)."""
    precision = 1.0 / variance
    constant = (np.log(variance) + mean**2 * precision).sum(axis=1)
    scores: Floats = -0.5 * (features**2 @ precision.T - 2 * features @ (mean * precision).T + constant)
    return scores


def _viterbi(scores: Sequence[Floats], optional: Sequence[NDArray[np.bool_]]) -> list[NDArray[np.intp]]:
    """Return the likeliest state of every frame of each clip, moving on by one state or over an optional one.

    Args:
        scores: log likelihood of each clip's frames in each of its states, (frames, K).
        optional: which of its states may be passed over, (K,).
    """
    frames, width = max(map(len, scores)), max(s.shape[1] for s in scores)
    padded = np.full((frames, len(scores), width), -np.inf)
    skippable = np.zeros((len(scores), width), bool)
    for b, (score, may_skip) in enumerate(zip(scores, optional, strict=True)):
        padded[: len(score), b, : score.shape[1]] = score
        skippable[b, : len(may_skip)] = may_skip
    best = np.full((len(scores), width), -np.inf)
    best[:, :2] = padded[0, :, :2]
    came = np.zeros((frames, len(scores), width), np.int8)
    finals: list[Floats] = [best[b] for b in range(len(scores))]
    for t in range(1, frames):
        moved = np.full((3, *best.shape), -np.inf)
        moved[0] = best
        moved[1, :, 1:] = best[:, :-1]
        moved[2, :, 2:] = np.where(skippable[:, 1:-1], best[:, :-2], -np.inf)
        came[t] = moved.argmax(axis=0)
        best = moved.max(axis=0) + padded[t]
        for b, score in enumerate(scores):
            if len(score) == t + 1:
                finals[b] = best[b]
    return [
        _trace_back(came[: len(score), b], final[: len(may_skip)], bool(may_skip[-1]))
        for b, (score, final, may_skip) in enumerate(zip(scores, finals, optional, strict=True))
    ]


def _trace_back(came: NDArray[np.int8], final: Floats, last_optional: bool) -> NDArray[np.intp]:
    state = len(final) - 1
    if last_optional and final[-2] > final[-1]:
        state -= 1
    path = np.zeros(len(came), np.intp)
    for t in range(len(came) - 1, -1, -1):
        path[t] = state
        state -= int(came[t, state])
    return path
