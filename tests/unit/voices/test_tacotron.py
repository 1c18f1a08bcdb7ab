"""The Tacotron 2 voice where a line goes wrong."""

import pytest
import torch

from voiceover.voices import catalog


@pytest.mark.parametrize("vocoder", [True, False])
@pytest.mark.parametrize("frames", [1, 3])
def test_a_take_of_few_frames_still_sounds(frames, vocoder):
    voice = catalog.open_voice("narrator", "cpu")
    if not vocoder:
        voice.vocoder = None  # Griffin-Lim
    audio = voice._vocode(torch.full((80, frames), -6.0), 0)
    assert len(audio) >= (frames - 1) * voice.mel.hop_length
    assert len(audio) > 0
