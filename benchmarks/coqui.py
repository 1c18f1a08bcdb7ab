"""How long the `coqui-tts` package's Tacotron 2 takes, for `synthesis.py --coqui PYTHON`.

It needs an environment of its own: pip install 'coqui-tts[codec]' six 'transformers<5' 'torch>=2.11,<2.15'
'torchaudio>=2.11,<2.12'.

Reads pairs of tokens and frames as JSON from standard input, one line at a time through the network of its defaults at
one frame a step, with random weights, which cost the same; prints the seconds taken and the number of threads.
"""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    import torch
    from TTS.tts.configs.tacotron2_config import Tacotron2Config
    from TTS.tts.models.tacotron2 import Tacotron2

    torch.manual_seed(0)
    model = Tacotron2(Tacotron2Config(r=1)).eval()
    model.decoder.stop_threshold = 2.0  # never
    seconds = 0.0
    with torch.inference_mode():
        for tokens, frames in json.load(sys.stdin):
            model.decoder.max_decoder_steps = frames
            text = torch.randint(1, model.num_chars, (1, tokens))
            began = time.perf_counter()
            made = model.inference(text)["model_outputs"].shape[1]
            seconds += time.perf_counter() - began
            if abs(made - frames) > 1:
                raise SystemExit(f"{made} frames, {frames} were asked for")
    print(json.dumps({"seconds": seconds, "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    main()
