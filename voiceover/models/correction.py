"""Bring a spectrum's mel to a wanted one, by gains over frequency.

What filters noise, or the harmonics of a pitch that is a little off, makes a mel that is near the wanted one and not
it. The difference is known, so it need not be learnt: it is spread over the bins of each band, as Griffin and Lim
(1984) put the wanted magnitude in place of what an inverse transform left, with a mel's gains in place of magnitudes.

Shapes: B clips, T frames, F = n_fft / 2 + 1 bins, M mel bands.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from voiceover.synthesis.mels import FLOOR, MelConfig, filter_bank
from voiceover.synthesis.source_filter import LARGEST, TINY


@lru_cache(maxsize=8)
@torch.inference_mode(False)  # what is kept serves a later training too
def bands(config: MelConfig, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return the mel bank (M, F), and each band's share in a bin (F, M); a bin of no band is like the nearest."""
    bank = torch.from_numpy(filter_bank(config))
    covered = bank.sum(dim=1) > 0
    shares = bank / bank.sum(dim=1, keepdim=True).clamp_min(1e-12)
    known = torch.nonzero(covered)[:, 0]
    nearest = known[torch.searchsorted(known, torch.arange(len(bank))).clamp_max(len(known) - 1)]
    return bank.T.contiguous().to(device), torch.where(covered[:, None], shares, shares[nearest]).to(device)


def log_mel_of(spectrum: Tensor, bank: Tensor) -> Tensor:
    """Return the log-mel (B, M, T) of a complex spectrum (B, F, T), as `mel.log_mel` has it."""
    return log_mel_of_power(spectrum.real.square() + spectrum.imag.square(), bank)


def log_mel_of_power(power: Tensor, bank: Tensor) -> Tensor:
    """Return the log-mel (B, M, T) of squared magnitudes (B, F, T)."""
    magnitude = torch.sqrt(power + TINY)  # the root of nothing has no gradient
    return torch.log((bank @ magnitude).clamp_min(FLOOR))


def correction(wanted: Tensor, made: Tensor, shares: Tensor) -> Tensor:
    """Return the gains (B, F, T) that bring a log-mel nearer to the wanted one, both (B, M, T)."""
    return torch.exp((shares @ (wanted.clamp_min(math.log(FLOOR)) - made)).clamp(-LARGEST, LARGEST))
