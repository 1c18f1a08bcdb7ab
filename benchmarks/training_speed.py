"""Mel frames a second of training Tacotron 2: forward, losses, backward and optimizer on one batch.

python benchmarks/training_speed.py [--preset full] [--frames-per-step 1] [--batch 8] [--frames 400] [--threads 1]
python benchmarks/training_speed.py --device cuda --preset full --frames-per-step 2 --batch 128 --frames 800

On a CPU a plain LSTMCell loop over torchaudio's network takes the same batch in turn, in the same run: the ratio is
of the medians. On a GPU the loop runs as CUDA graphs; `--no-graphs` shows what they are worth.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import time
from collections.abc import Callable

import torch
import torchaudio
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.models.device import has_bf16
from voiceover.models.graphs import Graphs
from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.configs import TacotronConfig
from voiceover.train.acoustic import PRESETS

Step = Callable[[], None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="full", choices=[name for name, (sizes, _) in PRESETS.items() if sizes])
    parser.add_argument("--frames-per-step", type=int)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--frames", type=int, default=400)
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--no-graphs", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = torch.device(options.device)
    config = PRESETS[options.preset][0]
    assert config is not None
    r = options.frames_per_step or config.frames_per_step
    config = dataclasses.replace(config, frames_per_step=r)
    frames = options.frames // r * r
    batch = (
        torch.randint(1, config.n_symbols, (options.batch, options.tokens), device=device),
        torch.full((options.batch,), options.tokens, device=device),
        torch.randn(options.batch, config.n_mels, frames, device=device),
    )
    told: list[str] = []
    model = Tacotron2(config).to(device).train()
    if device.type == "cuda" and not options.no_graphs:
        model.decoder.graphs = Graphs(told.append)
    precisions = ("bf16", "fp32") if has_bf16(device) else ("fp32",)
    contestants = {f"ours, {precision}": step(model, batch, precision) for precision in precisions}
    if device.type == "cpu":
        plain = PlainLoop(dataclasses.replace(config, frames_per_step=1)).train()
        contestants |= {f"plain loop, {precision}": step(plain, batch, precision) for precision in precisions}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(options.rounds + 1):  # in turn, so that the machine's moods meet all alike
        for name, run in contestants.items():
            began = time.perf_counter()
            run()
            if turn:  # the first only warms up
                seconds[name].append(time.perf_counter() - began)
    rates = {name: options.batch * frames / statistics.median(taken) for name, taken in seconds.items()}
    where = torch.cuda.get_device_name() if device.type == "cuda" else f"CPU, {options.threads} thread(s)"
    print(f"{options.preset}, batch {options.batch} x {frames} frames, {options.tokens} tokens, {where}; {told or ''}")
    for name, rate in rates.items():
        frames_per_step = 1 if name.startswith("plain") else r
        print(f"{name}, r = {frames_per_step}: {rate:,.0f} mel frames a second")
    for ours, theirs in [("bf16", "fp32"), ("bf16", "bf16"), ("fp32", "fp32")]:
        if device.type == "cpu" and {ours, theirs} <= set(precisions):
            ratio = rates[f"ours, {ours}"] / rates[f"plain loop, {theirs}"]
            print(f"ratio, ours in {ours} to the plain loop in {theirs}: {ratio:.2f}")


class PlainLoop(nn.Module):
    """torchaudio's Tacotron 2, of the same sizes: its decoder calls two LSTM cells and the attention step by step."""

    def __init__(self, config: TacotronConfig) -> None:
        super().__init__()
        self.network = torchaudio.models.Tacotron2(
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
        )

    def forward(self, tokens: Tensor, lengths: Tensor, mels: Tensor) -> tuple[Tensor, ...]:
        """Return what ours returns."""
        return self.network(tokens, lengths, mels, torch.full((len(tokens),), mels.shape[2]))


def step(model: nn.Module, batch: tuple[Tensor, Tensor, Tensor], precision: str) -> Step:
    """Return a training step of the whole network on the batch."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    device = batch[0].device

    def run() -> None:
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16"):
            mel, refined, gate, _ = model(*batch)
        target = batch[2]
        loss = F.mse_loss(mel.float(), target) + F.mse_loss(refined.float(), target)
        loss = loss + F.binary_cross_entropy_with_logits(gate.float(), torch.zeros_like(gate, dtype=torch.float32))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if device.type == "cuda":
            torch.cuda.synchronize()

    return run


if __name__ == "__main__":
    main()
