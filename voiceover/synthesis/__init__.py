"""Speaking with a bundle's networks on a processor, in numpy and ONNX Runtime: torch is never imported here.

Training, other devices and foreign checkpoints are `voiceover.models`, which shares the configurations.
"""
