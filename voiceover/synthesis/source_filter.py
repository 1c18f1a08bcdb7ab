"""The source-filter vocoder on a processor: its networks as one graph, all signals in numpy.

What it does, and why, is told in `voiceover.models.vocoder`, of which this gives the same sound for the same noise.

Shapes: T frames, F = n_fft / 2 + 1 bins, M mel bands, n samples = (T - 1) * hop_length.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from voiceover.synthesis.acoustic import check_shapes
from voiceover.synthesis.configs import VocoderConfig
from voiceover.synthesis.mels import FLOOR, MelConfig, Spectrum, filter_bank, istft, stft
from voiceover.synthesis.onnx_builder import GraphBuilder
from voiceover.synthesis.storage import Weights
from voiceover.types import Samples

LOG_MEL_MEAN, LOG_MEL_STD = -5.0, 2.0  # brings log-mels near zero mean and unit deviation
LOWEST_HZ = 55.0
BINS_PER_OCTAVE = 36
UNVOICED_HZ = 160.0  # the source's pitch in a clip without any voiced frame
CHUNK = 1024  # frames that are filtered at once
MOMENTUM = 0.9  # how far a correction carries the last one on, as in the fast Griffin-Lim of Perraudin et al. (2013)
DOUBT = 0.1  # a mel is not met at all if it is less likely a recording's, and wholly if it is as surely one
LARGEST = 2.0  # nepers that one correction may change a bin by
TINY = 1e-14
EXPANSION = 3  # how much wider a block is inside
KERNEL = 7  # frames that a convolution sees


class _Filters(NamedTuple):
    """What the networks make of a mel, one row a frame."""

    pitch: Samples  # logits over pitch bins, (T, pitch_bins)
    voiced: Samples  # logits, (T,)
    harmonic: Samples  # logarithms of gains, (T, F)
    noise: Samples
    phase: Samples  # radians
    trust: Samples  # logits of the mel being a recording's, (T,)


class SourceFilterVocoder:
    """A voice's vocoder, ready to run, from several threads at once."""

    def __init__(self, weights: Weights, config: VocoderConfig, mel: MelConfig) -> None:
        """Build its graph; raises ValueError unless the weights are those of such a network."""
        check_shapes(weights, shapes(config, mel))
        self.config, self.mel = config, mel
        self._networks = _networks(weights, config, mel)

    def __call__(self, log_mel: Samples, seed: int, chunk: int = CHUNK) -> Samples:
        """Turn one log-mel (M, T) into samples (n,); the same seed gives the same noise.

        A long one is filtered `chunk` frames at a time, each with as many neighbours as it can hear, so that spectra
        do not grow with it and no seam is left: features, pitch, source and noise are those of the whole.
        """
        frames, hop = log_mel.shape[1], self.mel.hop_length
        log_mel = np.ascontiguousarray(log_mel, np.float32)
        filters = _Filters(*self._networks.run(list(_Filters._fields), {"log_mel": log_mel}))
        source = harmonic_source(trusted_pitch(filters.pitch, filters.voiced), self.mel)
        noise = white_noise(seed, (frames - 1) * hop)
        trust = decided(float(filters.trust.mean())) if self.config.corrections else 0.0
        made = []
        for first in range(0, frames - 1, chunk):
            stop = min(first + chunk, frames - 1)
            if frames - 1 - stop < self.reach:  # what is left is no more than the neighbours that are needed anyway
                stop = frames - 1
            begin, end = max(0, first - self.reach), min(frames - 1, stop + self.reach)
            seen, heard = slice(begin, end + 1), slice(begin * hop, end * hop)
            part = _Filters(*(values[seen] for values in filters))
            audio = self._filter(part, log_mel[:, seen].T, source[heard], noise[heard], trust)
            made.append(audio[(first - begin) * hop : (stop - begin) * hop])
            if stop == frames - 1:
                break
        return np.concatenate(made).clip(-1, 1)

    @property
    def reach(self) -> int:
        """How many frames away a frame's filters and mel can be heard: the windows of each transform."""
        return (self.config.corrections + 1) * self.mel.n_fft // self.mel.hop_length

    def _filter(self, filters: _Filters, asked: Samples, source: Samples, noise: Samples, trust: float) -> Samples:
        """Filter source and noise, and meet the mel (T, M) as far as it is trusted."""
        pitched = stft(source, self.mel) * (gains(filters.harmonic) * np.exp(1j * filters.phase))
        spectrum = pitched + stft(noise, self.mel) * gains(filters.noise)
        if not trust:
            return istft(spectrum, self.mel)
        first = _log_mel_of(spectrum, self.mel)
        wanted = first + np.float32(trust) * (asked - first)
        before = spectrum = spectrum * _correction(wanted, first, self.mel)
        for _ in range(1, self.config.corrections):
            ahead = stft(istft(spectrum + np.float32(MOMENTUM) * (spectrum - before), self.mel), self.mel)
            before, spectrum = spectrum, ahead * _correction(wanted, _log_mel_of(ahead, self.mel), self.mel)
        return istft(spectrum, self.mel)


def white_noise(seed: int, samples: int) -> Samples:
    """Draw noise of unit variance; the same seed gives the same."""
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(samples, np.float32)


def gains(log_gain: Samples) -> Samples:
    """Turn predicted log gains into gains within bounds."""
    made: Samples = np.exp(log_gain.clip(-14.0, 6.0))
    return made


def decided(logit: float) -> float:
    """Turn the logit of a mel being a recording's into how far it is met: 0 to 1, both ends included."""
    likely = 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0
    return min(max((likely - DOUBT) / (1 - 2 * DOUBT), 0.0), 1.0)


def harmonic_source(f0: Samples, mel: MelConfig) -> Samples:
    """Make a band-limited pulse train of unit power.

    All harmonics below the Nyquist frequency at equal strength; their sum has the closed form of the Dirichlet
    kernel, sum over k = 1..K of cos(k x) = sin((K + 1/2) x) / (2 sin(x / 2)) - 1/2.

    Args:
        f0: Hz per frame, (T,).
        mel: gives rate and hop.

    Returns:
        (n,).
    """
    ramp = np.arange(mel.hop_length) / mel.hop_length
    frames = f0.astype(np.float64)
    hertz = (frames[:-1, None] * (1 - ramp) + frames[1:, None] * ramp).reshape(-1)
    cycles = np.cumsum(hertz / mel.sample_rate)
    x = (2 * math.pi * (cycles - np.floor(cycles))).astype(np.float32)
    harmonics = np.maximum(np.floor(0.5 * mel.sample_rate / hertz), 1.0).astype(np.float32)
    half = np.sin(x / 2)
    near_pulse = np.abs(half) < 1e-4
    kernel = np.sin((harmonics + np.float32(0.5)) * x) / (2 * np.where(near_pulse, 1, half)) - np.float32(0.5)
    source: Samples = np.where(near_pulse, harmonics, kernel) * np.sqrt(2 / harmonics)
    return source.astype(np.float32, copy=False)


def trusted_pitch(bins: Samples, voiced: Samples) -> Samples:
    """Decode a clip's pitch: the mean of the bins around the likeliest, carried over unvoiced stretches.

    Args:
        bins: logits over pitch bins, (T, pitch_bins).
        voiced: logits, (T,).

    Returns:
        Hz per frame, (T,), float32.
    """
    likely = np.exp(bins - bins.max(axis=1, keepdims=True))
    best = likely.argmax(axis=1)[:, None]
    numbers = np.arange(likely.shape[1])[None]
    near = likely * (np.abs(numbers - best) <= 3)
    position = (near * numbers).sum(axis=1) / near.sum(axis=1)
    hertz = LOWEST_HZ * 2 ** (position / BINS_PER_OCTAVE)
    return fill_unvoiced(np.where(voiced > 0, hertz, 0.0).astype(np.float32))


def fill_unvoiced(f0: Samples) -> Samples:
    """Replace zeros by interpolating log pitch between voiced frames."""
    voiced = np.flatnonzero(f0 > 0)
    if not len(voiced):
        return np.full_like(f0, UNVOICED_HZ)
    return np.exp(np.interp(np.arange(len(f0)), voiced, np.log(f0[voiced]))).astype(np.float32)


@lru_cache(maxsize=8)
def _shares(mel: MelConfig) -> Samples:
    """Return each band's share in a bin, (M, F); a bin of no band is like the nearest."""
    bank = filter_bank(mel)
    total = bank.sum(axis=1)
    known = np.flatnonzero(total > 0)
    nearest = known[np.searchsorted(known, np.arange(len(bank))).clip(max=len(known) - 1)]
    shares: Samples = (bank / np.maximum(total, 1e-12)[:, None])[nearest].T
    return shares


def _log_mel_of(spectrum: Spectrum, mel: MelConfig) -> Samples:
    """Return the log-mel (T, M) of a spectrum (T, F)."""
    magnitude = np.sqrt(np.square(spectrum.real) + np.square(spectrum.imag) + np.float32(TINY))
    log_mel: Samples = np.log(np.maximum(magnitude @ filter_bank(mel), np.float32(FLOOR)))
    return log_mel


def _correction(wanted: Samples, made: Samples, mel: MelConfig) -> Samples:
    """Return the gains (T, F) that bring a log-mel nearer to the wanted one, both (T, M)."""
    off = np.maximum(wanted, np.float32(math.log(FLOOR))) - made
    corrections: Samples = np.exp((off @ _shares(mel)).clip(-LARGEST, LARGEST))
    return corrections


def shapes(config: VocoderConfig, mel: MelConfig) -> dict[str, tuple[int, ...]]:
    """Return what the weights of such a network are called, and their shapes; torch's names."""
    of: dict[str, tuple[int, ...]] = {}
    bins = mel.n_fft // 2 + 1
    for name, dim, layers, out in (
        ("pitch_", config.pitch_dim, config.pitch_layers, config.pitch_bins + 1),
        ("", config.dim, config.layers, 3 * bins),
    ):
        of |= {f"{name}head.weight": (out, dim), f"{name}head.bias": (out,)}
        backbone = f"{name}backbone"
        of |= {f"{backbone}.embed.weight": (dim, mel.n_mels, KERNEL), f"{backbone}.embed.bias": (dim,)}
        norms = [f"{backbone}.norm", f"{backbone}.final_norm"]
        for number in range(layers):
            block = f"{backbone}.blocks.{number}"
            of |= {f"{block}.depthwise.weight": (dim, 1, KERNEL), f"{block}.depthwise.bias": (dim,)}
            of |= {f"{block}.expand.weight": (dim * EXPANSION, dim), f"{block}.expand.bias": (dim * EXPANSION,)}
            of |= {f"{block}.contract.weight": (dim, dim * EXPANSION), f"{block}.contract.bias": (dim,)}
            of[f"{block}.scale"] = (dim,)
            norms.append(f"{block}.norm")
        of |= {f"{norm}.{field}": (dim,) for norm in norms for field in ("weight", "bias")}
    return of | ({"trust.weight": (1, config.dim), "trust.bias": (1,)} if config.corrections else {})


def _networks(weights: Weights, config: VocoderConfig, mel: MelConfig):  # type: ignore[no-untyped-def]
    graph = GraphBuilder()
    log_mel = graph.input("log_mel", [mel.n_mels, "frames"])
    x = graph.op("Sub", log_mel, graph.scalar(LOG_MEL_MEAN))
    x = graph.op("Transpose", graph.op("Div", x, graph.scalar(LOG_MEL_STD)), perm=[1, 0])
    pitched = _backbone(graph, x, weights, "pitch_backbone", config.pitch_layers)
    pitch = graph.linear(pitched, weights["pitch_head.weight"], weights["pitch_head.bias"])
    bins, voiced = graph.ops("Split", pitch, graph.number(config.pitch_bins, 1), count=2, axis=1)
    features = _backbone(graph, x, weights, "backbone", config.layers)
    head = graph.linear(features, weights["head.weight"], weights["head.bias"])
    harmonic, noise, phase = graph.ops("Split", head, count=3, axis=1, num_outputs=3)
    trust = voiced  # without corrections nothing is ever met
    if config.corrections:
        trust = graph.linear(features, weights["trust.weight"], weights["trust.bias"])
    made = [bins, *(graph.op("Squeeze", one, graph.number(1)) for one in (voiced, trust))]
    return graph.session(dict(zip(_Filters._fields, [made[0], made[1], harmonic, noise, phase, made[2]], strict=True)))


def _backbone(graph: GraphBuilder, x: str, weights: Weights, name: str, layers: int) -> str:
    """Apply the ConvNeXt blocks to (T, channels)."""
    embed = weights[f"{name}.embed.weight"]  # (dim, bands, kernel)
    taps = graph.op("Concat", *_shifted(graph, x), axis=1)
    x = graph.linear(taps, embed.transpose(0, 2, 1).reshape(len(embed), -1), weights[f"{name}.embed.bias"])
    x = _norm(graph, x, weights, f"{name}.norm")
    for number in range(layers):
        block = f"{name}.blocks.{number}"
        y = graph.op("Transpose", x, perm=[1, 0])
        y = graph.depthwise(y, weights[f"{block}.depthwise.weight"], weights[f"{block}.depthwise.bias"])
        y = graph.op("Transpose", y, perm=[1, 0])
        y = _norm(graph, y, weights, f"{block}.norm")
        y = graph.op("Gelu", graph.linear(y, weights[f"{block}.expand.weight"], weights[f"{block}.expand.bias"]))
        scale = weights[f"{block}.scale"]
        contract = weights[f"{block}.contract.weight"] * scale[:, None]
        x = graph.op("Add", x, graph.linear(y, contract, weights[f"{block}.contract.bias"] * scale))
    return _norm(graph, x, weights, f"{name}.final_norm")


def _shifted(graph: GraphBuilder, x: str) -> list[str]:
    """Return (T, channels) as each tap of a convolution sees it, silence beyond both ends."""
    reach = KERNEL // 2
    padded = graph.op("Pad", x, graph.number(reach, 0, reach, 0))
    ends = [tap - KERNEL + 1 for tap in range(KERNEL)]
    return [
        graph.op("Slice", padded, graph.number(tap), graph.number(end or np.iinfo(np.int64).max), graph.number(0))
        for tap, end in enumerate(ends)
    ]


def _norm(graph: GraphBuilder, x: str, weights: Weights, name: str) -> str:
    return graph.op(
        "LayerNormalization", x, graph.constant(weights[f"{name}.weight"]), graph.constant(weights[f"{name}.bias"])
    )
