"""Losses on spectra, for training vocoders."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

RESOLUTIONS = ((256, 64), (512, 128), (1024, 256), (2048, 512))  # (n_fft, hop)


def multi_resolution_stft_loss(predicted: Tensor, target: Tensor) -> Tensor:
    """Return spectral convergence plus L1 of log magnitudes, averaged over resolutions (Yamamoto et al., 2020).

    Args:
        predicted: audio, (B, n).
        target: audio, (B, n).
    """
    total = predicted.new_zeros(())
    for n_fft, hop in RESOLUTIONS:
        p, t = _magnitude(predicted, n_fft, hop), _magnitude(target, n_fft, hop)
        convergence = torch.linalg.vector_norm(t - p) / torch.linalg.vector_norm(t)
        total = total + convergence + F.l1_loss(torch.log(p), torch.log(t))
    return total / len(RESOLUTIONS)


def _magnitude(audio: Tensor, n_fft: int, hop: int) -> Tensor:
    window = torch.hann_window(n_fft, device=audio.device)
    spectrum = torch.stft(audio, n_fft, hop, n_fft, window, return_complex=True)
    return torch.sqrt(spectrum.real.square() + spectrum.imag.square() + 1e-7)
