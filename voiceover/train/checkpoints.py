"""Checkpoints: written whole or not at all, also when the machine goes down, and read without unpickling."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, BinaryIO, cast

import torch

from voiceover.errors import BadInputError
from voiceover.models import claims

LAST, BEST, LOG = "last.pt", "best.pt", "log.jsonl"


def write(path: Path, checkpoint: dict[str, Any]) -> None:
    """Write a checkpoint beside its place, make sure that it is on the disk, and only then give it its name."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as stream:
        torch.save(checkpoint, cast("BinaryIO", stream))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    if hasattr(os, "O_DIRECTORY"):  # the name, too; Windows has no handle for it
        folder = os.open(path.parent, os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def load_weights(path: Path) -> dict[str, Any]:
    """Read a checkpoint safely: `describe` (configuration), `average` (weights to use), `step`, `validation`.

    Raises:
        BadInputError: there is no such checkpoint, or it cannot be read.
    """
    try:
        claims.check(path)
        checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise BadInputError(f"{path}: no checkpoint there", "Train first: voiceover train --help") from None
    except BadInputError:
        raise
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise BadInputError(f"{path}: not a checkpoint that can be read ({reason})", "Train again.") from None
    if not isinstance(checkpoint, dict) or not {"describe", "average", "step"} <= checkpoint.keys():
        raise BadInputError(
            f"{path}: not a checkpoint of `voiceover train`",
            "Take best.pt or last.pt of a run, or import the file as a voice and take that.",
        )
    return checkpoint


def resumable(path: Path, describe: dict[str, Any], batch: int) -> dict[str, Any]:
    """Read a run's last checkpoint and make sure that this call carries the same run on.

    Raises:
        BadInputError: it cannot be read, or belongs to another configuration or batch size.
    """
    checkpoint = load_weights(path)
    if "progress" not in checkpoint:
        raise BadInputError(f"{path}: holds weights alone, no run to carry on", "Give it to --warm-start instead.")
    if checkpoint["describe"] != describe:
        raise BadInputError(
            f"{path}: this run was started with another configuration",
            "Choose another run folder, or delete this one to start anew.",
        )
    if checkpoint.get("batch", batch) != batch:
        raise BadInputError(
            f"{path}: this run takes {checkpoint['batch']} clips a step, this call {batch}",
            "Processes times --accumulate must stay what they were, or choose another run folder.",
        )
    return checkpoint


def trim_log(path: Path, step: int) -> None:
    """Take rows after `step`, and a row that a kill cut short, out of a log: the run writes them again."""
    if not path.exists():
        return
    kept = []
    for row in path.read_text(encoding="utf-8").splitlines():
        try:
            if json.loads(row)["step"] <= step:
                kept.append(row + "\n")
        except (ValueError, KeyError, TypeError):
            continue
    part = path.with_name(f".{path.name}.part")
    part.write_text("".join(kept), encoding="utf-8")
    part.replace(path)
