"""HiFi-GAN's generator on a processor; the network is described in `voiceover.models.hifigan`."""

from __future__ import annotations

import numpy as np

from voiceover.synthesis.acoustic import check_shapes
from voiceover.synthesis.configs import HifiganConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.synthesis.onnx_builder import GraphBuilder
from voiceover.synthesis.storage import Weights
from voiceover.types import Samples

SLOPE = 0.1  # of the leaky rectifiers
LAST_SLOPE = 0.01  # before the last convolution the published network has torch's default


class HifiganVocoder:
    """A voice's HiFi-GAN, ready to run, from several threads at once."""

    def __init__(self, weights: Weights, config: HifiganConfig, mel: MelConfig) -> None:
        """Build its graph; raises ValueError unless the weights are those of such a network."""
        check_fit(config, mel)
        check_shapes(weights, shapes(config))
        self.config, self.mel = config, mel
        self._generator = _generator(weights, config)

    def __call__(self, log_mel: Samples, seed: int) -> Samples:
        """Turn one log-mel (n_mels, T) into samples ((T - 1) * hop_length,); nothing in it is random."""
        (audio,) = self._generator.run(["audio"], {"log_mel": np.ascontiguousarray(log_mel[None], np.float32)})
        return centred(audio.reshape(-1), log_mel.shape[1], self.mel.hop_length)


def centred(audio: Samples, frames: int, hop_length: int) -> Samples:
    """Cut half a hop at each end, so that words are where the attention says they are.

    A public HiFi-GAN's frame t is centred half a hop after sample t * hop_length, a Tacotron's on it.
    """
    half = hop_length // 2
    return audio[half : half + (frames - 1) * hop_length]


def check_fit(config: HifiganConfig, mel: MelConfig) -> None:
    """Raise ValueError unless a generator is made for a mel."""
    if config.hop_length != mel.hop_length or config.num_mels != mel.n_mels:
        raise ValueError(
            f"it makes {config.hop_length} samples of a frame of {config.num_mels} bands, "
            f"the voice's mels have {mel.hop_length} and {mel.n_mels}"
        )


def shapes(config: HifiganConfig) -> dict[str, tuple[int, ...]]:
    """Return what the weights of such a network are called, and their shapes, the weight norm folded."""
    channels = config.upsample_initial_channel
    of = _conv("conv_pre", channels, config.num_mels, 7)
    for number, kernel in enumerate(config.upsample_kernel_sizes):
        half = channels // 2
        of |= {f"ups.{number}.weight": (channels, half, kernel), f"ups.{number}.bias": (half,)}
        channels = half
        for block, size, dilations in _blocks(config, number):
            for layer in range(len(dilations)):
                for convs in ("convs1", "convs2") if config.resblock == 1 else ("convs",):
                    of |= _conv(f"resblocks.{block}.{convs}.{layer}", channels, channels, size)
    return of | _conv("conv_post", 1, channels, 7)


def _conv(name: str, width_out: int, width_in: int, kernel: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (width_out, width_in, kernel), f"{name}.bias": (width_out,)}


def _blocks(config: HifiganConfig, number: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """Return the blocks after an upsampling: number, kernel and dilations of each."""
    sizes = list(zip(config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True))
    return [(number * len(sizes) + block, size, dilations) for block, (size, dilations) in enumerate(sizes)]


def _generator(weights: Weights, config: HifiganConfig):  # type: ignore[no-untyped-def]
    graph = GraphBuilder()

    def conv(x: str, name: str, dilation: int = 1) -> str:
        return graph.conv(x, weights[f"{name}.weight"], weights[f"{name}.bias"], dilations=[dilation])

    x = conv(graph.input("log_mel", [1, config.num_mels, "frames"]), "conv_pre")
    rates = zip(config.upsample_rates, config.upsample_kernel_sizes, strict=True)
    for number, (rate, kernel) in enumerate(rates):
        x = graph.op("LeakyRelu", x, alpha=SLOPE)
        up = [graph.constant(weights[f"ups.{number}.{kind}"]) for kind in ("weight", "bias")]
        x = graph.op("ConvTranspose", x, *up, strides=[rate], pads=[(kernel - rate) // 2] * 2)
        made = []
        for block, _, dilations in _blocks(config, number):
            y = x
            for layer, dilation in enumerate(dilations):
                name = f"resblocks.{block}"
                change = graph.op("LeakyRelu", y, alpha=SLOPE)
                if config.resblock == 1:
                    change = graph.op("LeakyRelu", conv(change, f"{name}.convs1.{layer}", dilation), alpha=SLOPE)
                    change = conv(change, f"{name}.convs2.{layer}")
                else:
                    change = conv(change, f"{name}.convs.{layer}", dilation)
                y = graph.op("Add", y, change)
            made.append(y)
        x = graph.op("Div", graph.op("Sum", *made), graph.scalar(len(made)))
    x = conv(graph.op("LeakyRelu", x, alpha=LAST_SLOPE), "conv_post")
    return graph.session({"audio": graph.op("Tanh", x)})
