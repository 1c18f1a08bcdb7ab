"""voiceover: narration for video, spoken in a cloned voice, on time."""

import os

__version__ = "0.1.0"

# ONNX Runtime's wheels for Linux collect usage data for its maker's servers, from the moment they are imported (1.32).
# Nothing of a film leaves this machine unasked: to send it all the same, set the variable to 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
