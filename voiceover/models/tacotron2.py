"""Tacotron 2: characters or phonemes in, log-mel frames out.

Shen et al., "Natural TTS Synthesis by Conditioning WaveNet on Mel Spectrogram Predictions" (2018), in the
widely used variant without the attention's cell-state input; equal weights give torchaudio's results.
Parameter names are torchaudio's, so that checkpoints map by name.

Shapes: B lines, N tokens, T decoder steps, r frames per step, M mel bands.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from voiceover.models import forced
from voiceover.models.attention import AttentionState, LocationSensitiveAttention
from voiceover.models.graphs import Graphs
from voiceover.synthesis.configs import TacotronConfig


class Forced(NamedTuple):
    """Teacher-forced outputs. Mels are in the network's own scale."""

    mel: Tensor  # before the post-net, (B, M, T * r)
    refined: Tensor  # after the post-net, (B, M, T * r)
    gate: Tensor  # stop logits, (B, T)
    alignment: Tensor  # attention weights, (B, T, N)


def length_mask(lengths: Tensor, size: int) -> Tensor:
    """Return True where a position lies within its row's length: (B,) -> (B, size)."""
    return torch.arange(size, device=lengths.device)[None, :] < lengths[:, None]


class Tacotron2(nn.Module):
    """The acoustic model."""

    def __init__(self, config: TacotronConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.n_symbols, config.symbol_dim)
        nn.init.xavier_uniform_(self.embedding.weight)
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.postnet = Postnet(config)

    def encode(self, tokens: Tensor, token_lengths: Tensor, *, isolate: bool = False) -> Tensor:
        """Encode tokens (B, N), padded with 0, into the memory (B, N, encoder_dim); zero beyond each length.

        The public networks' convolutions see the padding's embedding after a line's end, so a line's memory
        depends on how far its batch is padded; `isolate` encodes each line as if it were alone.
        """
        memory: Tensor = self.encoder(self.embedding(tokens).transpose(1, 2), token_lengths, isolate)
        return memory

    def forward(self, tokens: Tensor, token_lengths: Tensor, mels: Tensor, *, isolate: bool = False) -> Forced:
        """Predict every frame from the true frames before it.

        Args:
            tokens: (B, N) symbol numbers, padded with 0.
            token_lengths: (B,).
            mels: (B, M, T * r) in the network's scale; the length must be a multiple of r.
            isolate: see `encode`.
        """
        memory = self.encode(tokens, token_lengths, isolate=isolate)
        mel, gate, alignment = self.decoder(memory, token_lengths, mels)
        return Forced(mel, mel + self.postnet(mel), gate, alignment)

    def scale(self, log_mel: Tensor) -> Tensor:
        """Bring log-mels into the network's scale."""
        return (log_mel - self.config.mel_mean) / self.config.mel_std

    def unscale(self, mel: Tensor) -> Tensor:
        """Bring the network's mels back to log-mels."""
        return mel * self.config.mel_std + self.config.mel_mean


def _conv(channels_in: int, channels_out: int, kernel: int, gain: str) -> nn.Sequential:
    conv = nn.Conv1d(channels_in, channels_out, kernel, padding=(kernel - 1) // 2)
    nn.init.xavier_uniform_(conv.weight, gain=nn.init.calculate_gain(gain))  # type: ignore[arg-type]
    return nn.Sequential(conv, nn.BatchNorm1d(channels_out))


class Encoder(nn.Module):
    """Convolutions and a bidirectional LSTM over the embedded tokens."""

    def __init__(self, config: TacotronConfig) -> None:
        super().__init__()
        self.dropout = config.dropout
        widths = [config.symbol_dim] + [config.encoder_dim] * config.encoder_layers
        self.convolutions = nn.ModuleList(
            _conv(width_in, width_out, config.encoder_kernel, "relu") for width_in, width_out in pairwise(widths)
        )
        self.lstm = nn.LSTM(config.encoder_dim, config.encoder_dim // 2, batch_first=True, bidirectional=True)

    def forward(self, x: Tensor, lengths: Tensor, isolate: bool) -> Tensor:
        """Map (B, symbol_dim, N) to (B, N, encoder_dim)."""
        inside = length_mask(lengths.to(x.device), x.shape[2])[:, None] if isolate else None
        for conv in self.convolutions:
            x = x if inside is None else x * inside
            x = F.dropout(F.relu(conv(x)), self.dropout, self.training)
        packed = nn.utils.rnn.pack_padded_sequence(
            x.transpose(1, 2), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        output, _ = self.lstm(packed)
        memory: Tensor
        memory, _ = nn.utils.rnn.pad_packed_sequence(output, batch_first=True, total_length=x.shape[2])
        return memory


class Prenet(nn.Module):
    """Two bottleneck layers whose dropout stays on at inference: it is what keeps free running stable."""

    def __init__(self, dim_in: int, dim: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim_in, dim, bias=False), nn.Linear(dim, dim, bias=False)])
        for layer in self.layers:
            nn.init.xavier_uniform_(layer.weight)  # type: ignore[arg-type]

    def forward(self, x: Tensor, masks: tuple[Tensor, Tensor] | None = None) -> Tensor:
        """Map (..., M * r) to (..., prenet_dim); `masks` replace the random dropout (0 or 2 per unit)."""
        for number, layer in enumerate(self.layers):
            x = F.relu(layer(x))
            x = F.dropout(x, 0.5, training=True) if masks is None else x * masks[number]
        return x


class Postnet(nn.Module):
    """Convolutions that refine the whole spectrogram; their output is added to it."""

    def __init__(self, config: TacotronConfig) -> None:
        super().__init__()
        self.dropout = config.dropout
        widths = [config.n_mels] + [config.postnet_dim] * (config.postnet_layers - 1) + [config.n_mels]
        last = len(widths) - 2
        self.convolutions = nn.ModuleList(
            _conv(width_in, width_out, config.postnet_kernel, "linear" if number == last else "tanh")
            for number, (width_in, width_out) in enumerate(pairwise(widths))
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, M, frames) to a correction of the same shape."""
        for number, conv in enumerate(self.convolutions):
            x = conv(x)
            if number < len(self.convolutions) - 1:
                x = torch.tanh(x)
            x = F.dropout(x, self.dropout, self.training)
        return x


class DecoderState(NamedTuple):
    """What one free-running step hands to the next."""

    attention_hidden: Tensor  # (B, attention_rnn_dim)
    attention_cell: Tensor
    decoder_hidden: Tensor  # (B, decoder_rnn_dim)
    decoder_cell: Tensor
    attention: AttentionState


class Decoder(nn.Module):
    """The recurrent part: attention LSTM, attention, decoder LSTM, projections."""

    def __init__(self, config: TacotronConfig) -> None:
        super().__init__()
        self.config = config
        self.graphs: Graphs | None = None  # a training on a GPU sets them
        frame_dim = config.n_mels * config.frames_per_step
        self.prenet = Prenet(frame_dim, config.prenet_dim)
        self.attention_rnn = nn.LSTMCell(config.prenet_dim + config.encoder_dim, config.attention_rnn_dim)
        self.attention_layer = LocationSensitiveAttention(
            config.attention_rnn_dim,
            config.encoder_dim,
            config.attention_dim,
            config.location_filters,
            config.location_kernel,
        )
        self.decoder_rnn = nn.LSTMCell(config.attention_rnn_dim + config.encoder_dim, config.decoder_rnn_dim)
        output_dim = config.decoder_rnn_dim + config.encoder_dim
        self.linear_projection = nn.Linear(output_dim, frame_dim)
        self.gate_layer = nn.Linear(output_dim, 1)
        nn.init.xavier_uniform_(self.linear_projection.weight)
        nn.init.xavier_uniform_(self.gate_layer.weight, gain=nn.init.calculate_gain("sigmoid"))

    def forward(self, memory: Tensor, lengths: Tensor, mels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Decode teacher-forced.

        Only the attention LSTM and the attention depend on the step before; the pre-net, the decoder LSTM and
        the projections run over all steps at once.

        Returns:
            mel (B, M, T * r), gate logits (B, T), alignment (B, T, N).
        """
        config = self.config
        batch, _, frames = mels.shape
        steps = frames // config.frames_per_step
        stacked = mels.transpose(1, 2).reshape(batch, steps, -1).transpose(0, 1)
        shifted = torch.cat([stacked.new_zeros(1, batch, stacked.shape[2]), stacked[:-1]])
        hidden, context, alignment = self._attend(self.prenet(shifted), memory, lengths)

        recurrent_in = torch.cat([F.dropout(hidden, config.rnn_dropout, self.training), context], dim=2)
        cell = self.decoder_rnn
        start = recurrent_in.new_zeros(1, batch, config.decoder_rnn_dim)
        weights = [cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh]
        output, _, _ = torch.lstm(recurrent_in, (start, start), weights, True, 1, 0.0, self.training, False, False)
        output = F.dropout(output, config.rnn_dropout, self.training)

        joined = torch.cat([output, context], dim=2).transpose(0, 1)
        mel = self.linear_projection(joined).reshape(batch, frames, config.n_mels).transpose(1, 2)
        return mel, self.gate_layer(joined).squeeze(2), alignment

    def _attend(self, inputs: Tensor, memory: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Run the attention LSTM and the attention over pre-net outputs (T, B, prenet_dim).

        Returns:
            hidden (T, B, attention_rnn_dim), context (T, B, encoder_dim), alignment (B, T, N).
        """
        cell, prenet_dim, units = self.attention_rnn, self.config.prenet_dim, self.config.attention_rnn_dim
        kind = inputs.device.type
        precision = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else memory.dtype
        recurrent = torch.cat([cell.weight_ih[:, prenet_dim:], cell.weight_hh], dim=1)
        gates_in = F.linear(inputs, cell.weight_ih[:, :prenet_dim], cell.bias_ih + cell.bias_hh).float()
        multiplied: list[Tensor] = []
        gates_in = forced.defer(gates_in, recurrent, multiplied)
        keep = None
        if self.training:
            kept = 1.0 - self.config.rnn_dropout
            keep = (torch.rand(*inputs.shape[:2], units, device=inputs.device) < kept).float() / kept
        lines = forced.Lines(
            memory.to(precision),
            self.attention_layer.start(memory, length_mask(lengths, memory.shape[1])).keys,
            length_mask(lengths, memory.shape[1]),
            recurrent.detach().t().to(precision),
        )
        attended = None
        if self.graphs and keep is not None and torch.is_grad_enabled():
            attended = self.graphs.attend(self.attention_layer, gates_in, keep, lines)
        if attended is None:
            begun = forced.start(lines, units)
            attended, _ = forced.attend(self.attention_layer, gates_in, keep, lines, begun)
        multiplied.append(forced.loop_inputs(attended, keep))
        return attended.hiddens, attended.contexts, attended.alignments.transpose(0, 1)

    def start(self, memory: Tensor, mask: Tensor) -> DecoderState:
        """Return the state before the first free-running step over a memory (B, N, encoder_dim)."""
        attention = memory.new_zeros(memory.shape[0], self.config.attention_rnn_dim)
        decoder = memory.new_zeros(memory.shape[0], self.config.decoder_rnn_dim)
        return DecoderState(attention, attention, decoder, decoder, self.attention_layer.start(memory, mask))

    def step(
        self, frame: Tensor, state: DecoderState, masks: tuple[Tensor, Tensor], window: Tensor | None = None
    ) -> tuple[Tensor, Tensor, DecoderState]:
        """Run one free-running step.

        Args:
            frame: the last output, (B, M * r).
            state: of the step before.
            masks: the pre-net's dropout, 0 or 2 per unit, two of (B, prenet_dim).
            window: True where the attention may look, (B, N).

        Returns:
            The next frames (B, M * r), gate logits (B,), the next state.
        """
        hidden, cell = self.attention_rnn(
            torch.cat([self.prenet(frame, masks), state.attention.context], dim=1),
            (state.attention_hidden, state.attention_cell),
        )
        attention = self.attention_layer(hidden, state.attention, window)
        decoder_hidden, decoder_cell = self.decoder_rnn(
            torch.cat([hidden, attention.context], dim=1), (state.decoder_hidden, state.decoder_cell)
        )
        joined = torch.cat([decoder_hidden, attention.context], dim=1)
        gate = self.gate_layer(joined).squeeze(1)
        return self.linear_projection(joined), gate, DecoderState(hidden, cell, decoder_hidden, decoder_cell, attention)
