"""The public networks, written down independently of voiceover: names, shapes, random weights, reference outputs."""

from dataclasses import replace

import torch
import torchaudio
from torch.nn import functional as F

from voiceover.synthesis.configs import HifiganConfig, TacotronConfig

V1 = HifiganConfig()
V2 = HifiganConfig(upsample_initial_channel=128)
V3 = HifiganConfig(
    resblock=2,
    upsample_rates=(8, 8, 4),
    upsample_kernel_sizes=(16, 16, 8),
    upsample_initial_channel=256,
    resblock_kernel_sizes=(3, 5, 7),
    resblock_dilation_sizes=((1, 2), (2, 6), (3, 12)),
)
SMALL = TacotronConfig(
    n_symbols=148,
    n_mels=8,
    symbol_dim=16,
    encoder_dim=16,
    prenet_dim=8,
    attention_rnn_dim=24,
    attention_dim=10,
    location_filters=4,
    location_kernel=7,
    decoder_rnn_dim=20,
    postnet_dim=14,
)
SMALL_GENERATOR = replace(
    V3, upsample_rates=(16, 16), upsample_kernel_sizes=(32, 32), upsample_initial_channel=16, num_mels=8
)


def config_json(config, **changed):
    """Write a generator's config.json as HiFi-GAN has it."""
    return {
        "resblock": str(config.resblock),
        "upsample_rates": list(config.upsample_rates),
        "upsample_kernel_sizes": list(config.upsample_kernel_sizes),
        "upsample_initial_channel": config.upsample_initial_channel,
        "resblock_kernel_sizes": list(config.resblock_kernel_sizes),
        "resblock_dilation_sizes": [list(dilations) for dilations in config.resblock_dilation_sizes],
        "num_mels": config.num_mels, "n_fft": 1024, "hop_size": 256, "win_size": 1024, "sampling_rate": 22050,
        "fmin": 0, "fmax": 8000, "fmax_for_loss": None, "segment_size": 8192, "learning_rate": 0.0002,
    } | changed  # fmt: skip


def torchaudios(config):
    """Make torchaudio's Tacotron 2 with random weights, its batch norms as after a training."""
    model = torchaudio.models.Tacotron2(
        n_mels=config.n_mels,
        n_symbol=config.n_symbols,
        symbol_embedding_dim=config.symbol_dim,
        encoder_embedding_dim=config.encoder_dim,
        encoder_n_convolution=config.encoder_layers,
        encoder_kernel_size=config.encoder_kernel,
        decoder_rnn_dim=config.decoder_rnn_dim,
        attention_rnn_dim=config.attention_rnn_dim,
        attention_hidden_dim=config.attention_dim,
        attention_location_n_filter=config.location_filters,
        attention_location_kernel_size=config.location_kernel,
        prenet_dim=config.prenet_dim,
        postnet_n_convolution=config.postnet_layers,
        postnet_kernel_size=config.postnet_kernel,
        postnet_embedding_dim=config.postnet_dim,
    ).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2.0)
    return model


_LSTM = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
NVIDIA_KEYS = {  # NVIDIA's key: torchaudio's; every key of a published checkpoint
    "embedding.weight": "embedding.weight",
    **{
        f"{part}.convolutions.{i}.0.conv.{name}": f"{part}.convolutions.{i}.0.{name}"
        for part, count in (("encoder", 3), ("postnet", 5))
        for i in range(count)
        for name in ("weight", "bias")
    },
    **{
        f"{part}.convolutions.{i}.1.{name}": f"{part}.convolutions.{i}.1.{name}"
        for part, count in (("encoder", 3), ("postnet", 5))
        for i in range(count)
        for name in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    },
    **{f"encoder.lstm.{n}_l0{d}": f"encoder.lstm.{n}_l0{d}" for n in _LSTM for d in ("", "_reverse")},
    **{f"decoder.{cell}.{n}": f"decoder.{cell}.{n}" for cell in ("attention_rnn", "decoder_rnn") for n in _LSTM},
    **{f"decoder.prenet.layers.{i}.linear_layer.weight": f"decoder.prenet.layers.{i}.weight" for i in (0, 1)},
    **{
        f"decoder.attention_layer.{n}.linear_layer.weight": f"decoder.attention_layer.{n}.weight"
        for n in ("query_layer", "memory_layer", "v", "location_layer.location_dense")
    },
    "decoder.attention_layer.location_layer.location_conv.conv.weight": (
        "decoder.attention_layer.location_layer.location_conv.weight"
    ),
    **{
        f"decoder.{layer}.linear_layer.{n}": f"decoder.{layer}.{n}"
        for layer in ("linear_projection", "gate_layer")
        for n in ("weight", "bias")
    },
}


def nvidia_checkpoint(model, prefix=""):
    """Write torchaudio's weights as NVIDIA's training does."""
    weights = model.state_dict()
    named = {prefix + theirs: weights[key].clone() for theirs, key in NVIDIA_KEYS.items()}
    return {"iteration": 7, "state_dict": named, "optimizer": {"state": {}, "param_groups": []}, "learning_rate": 1e-3}


def published_shapes(config):
    """Yield each public key's stem, its direction's shape and its bias's: as in the published checkpoints."""
    c, mels = config.upsample_initial_channel, config.num_mels
    yield "conv_pre", (c, mels, 7), c
    for i, kernel in enumerate(config.upsample_kernel_sizes):
        yield f"ups.{i}", (c >> i, c >> (i + 1), kernel), c >> (i + 1)
    number = 0
    for i in range(len(config.upsample_rates)):
        wide = c >> (i + 1)
        for size, dilations in zip(config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True):
            for name in ("convs1", "convs2") if config.resblock == 1 else ("convs",):
                for k in range(len(dilations)):
                    yield f"resblocks.{number}.{name}.{k}", (wide, wide, size), wide
            number += 1
    yield "conv_post", (1, wide, 7), 1


def random_generator(config, notation=("weight_g", "weight_v")):
    """Make a public state dict of random weights that neither die out nor clip."""
    weights = {}
    for stem, shape, bias in published_shapes(config):
        v = torch.randn(shape) * 0.3
        scale = 0.7 + 0.6 * torch.rand(shape[0], 1, 1)
        if stem.startswith("ups"):
            scale = scale * (shape[1] / shape[0]) ** 0.5 * 2
        weights[f"{stem}.{notation[0]}"] = scale
        weights[f"{stem}.{notation[1]}"] = v
        weights[f"{stem}.bias"] = torch.randn(bias) * 0.05
    return weights


def published_forward(weights, config, x, notation=("weight_g", "weight_v")):
    """Evaluate the published graph, weight norm and all, with nothing of voiceover's."""

    def w(stem):
        g, v = weights[f"{stem}.{notation[0]}"], weights[f"{stem}.{notation[1]}"]
        return g * v / v.flatten(1).norm(dim=1).view(-1, 1, 1)

    def conv(stem, x, dilation=1):
        kernel = w(stem).shape[2]
        return F.conv1d(x, w(stem), weights[f"{stem}.bias"], 1, (kernel * dilation - dilation) // 2, dilation)

    x = conv("conv_pre", x)
    number = 0
    for i, (rate, kernel) in enumerate(zip(config.upsample_rates, config.upsample_kernel_sizes, strict=True)):
        x = F.leaky_relu(x, 0.1)
        x = F.conv_transpose1d(x, w(f"ups.{i}"), weights[f"ups.{i}.bias"], rate, (kernel - rate) // 2)
        total = 0
        for dilations in config.resblock_dilation_sizes:
            y = x
            for k, dilation in enumerate(dilations):
                block = f"resblocks.{number}"
                if config.resblock == 1:
                    z = conv(f"{block}.convs1.{k}", F.leaky_relu(y, 0.1), dilation)
                    y = conv(f"{block}.convs2.{k}", F.leaky_relu(z, 0.1)) + y
                else:
                    y = conv(f"{block}.convs.{k}", F.leaky_relu(y, 0.1), dilation) + y
            total = total + y
            number += 1
        x = total / len(config.resblock_kernel_sizes)
    return torch.tanh(conv("conv_post", F.leaky_relu(x)))  # torch's default slope here, as published
