"""The training loop both networks share: optimise, average, validate, checkpoint, resume."""

from __future__ import annotations

import copy
import dataclasses
import json
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from voiceover.errors import BadInputError


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """How a network is optimised. A preset gives only what differs."""

    steps: int  # planned length; the learning rate falls to its end value over it
    batch_size: int = 16
    learning_rate: float = 1e-3
    final_learning_rate: float = 5e-5
    hold: float = 0.5  # share of the steps before the learning rate starts to fall
    warmup: int = 100  # steps
    weight_decay: float = 1e-6
    betas: tuple[float, float] = (0.9, 0.999)
    clip: float = 1.0  # norm of the gradient
    ema: float = 0.999  # decay of the averaged weights, which are what is validated and exported
    precision: str = "bf16"  # or fp32
    validate_every: int = 250  # steps
    seed: int = 1

    def replace(self, *, steps: int | None, precision: str | None) -> LoopSettings:
        """Return the settings with what a user chose in place of the preset's; None keeps it."""
        return dataclasses.replace(self, steps=steps or self.steps, precision=precision or self.precision)


class Task(Protocol):
    """What one network's training supplies."""

    model: nn.Module

    def describe(self) -> dict[str, Any]:
        """Return the configuration that is stored with the weights."""
        ...

    def batches(self, epoch: int) -> Sequence[Any]:
        """Return an epoch's batches, the same for the same epoch: it is how a resumed run finds its place."""
        ...

    def loss(self, batch: Any, step: int) -> tuple[Tensor, dict[str, float]]:
        """Compute a batch's loss, and its parts for the log."""
        ...

    def validate(self, model: nn.Module) -> dict[str, float]:
        """Measure a model on held-out clips; `loss` decides which checkpoint is best."""
        ...

    def draw(self, model: nn.Module, writer: Any, step: int) -> None:
        """Add plots and audio to TensorBoard."""
        ...


@dataclass(frozen=True, slots=True)
class Status:
    """Where a run stands; handed to the progress display."""

    step: int
    steps: int
    losses: dict[str, float]
    seconds_per_step: float
    validation: dict[str, float] | None = None


def fit(
    task: Task,
    run: Path,
    settings: LoopSettings,
    *,
    device: torch.device,
    minutes: float | None = None,
    progress: Callable[[Status], None] | None = None,
) -> Status:
    """Train until the planned steps are done or the minutes are up; carry on from the last checkpoint.

    `run/last.pt` is written at every validation, at the end, and when interrupted; `run/best.pt` holds the weights
    with the lowest validation loss so far.

    Raises:
        BadInputError: `run` holds the checkpoint of another configuration.
    """
    run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    model = task.model.to(device)
    average = copy.deepcopy(model).eval().requires_grad_(False)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=settings.learning_rate, betas=settings.betas, weight_decay=settings.weight_decay
    )
    state = _Progress()
    if (run / "last.pt").exists():
        state = _resume(run / "last.pt", task, model, average, optimizer)
    writer = _writer(run / "tensorboard")
    deadline = time.monotonic() + minutes * 60 if minutes else None
    status = Status(state.step, settings.steps, {}, 0.0)
    clock, since = time.monotonic(), state.step
    model.train()
    try:
        while state.step < settings.steps and not (deadline and time.monotonic() > deadline):
            batches = task.batches(state.epoch)
            if state.position >= len(batches):
                state.epoch, state.position = state.epoch + 1, 0
                continue
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(state.step, settings)
            with _precision(settings, device):
                loss, parts = task.loss(batches[state.position], state.step)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            norm = nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
            if torch.isfinite(norm):
                optimizer.step()
                _follow(average, model, min(settings.ema, (1 + state.step) / (10 + state.step)))
            state.step, state.position = state.step + 1, state.position + 1
            pace = (time.monotonic() - clock) / (state.step - since)
            status = Status(state.step, settings.steps, parts, pace)
            if state.step % 20 == 0:
                for name, value in (*parts.items(), ("gradient norm", float(norm))):
                    writer.add_scalar(f"train/{name}", value, state.step)
            if state.step % settings.validate_every == 0 or state.step == settings.steps:
                status = _validate(task, average, optimizer, run, state, status, writer, settings)
                clock, since = time.monotonic(), state.step - 1
            if progress:
                progress(status)
    finally:
        _save(run / "last.pt", task, model, average, optimizer, state)
        writer.close()
    return status


def learning_rate(step: int, settings: LoopSettings) -> float:
    """Return the learning rate of a step: linear warm-up, then constant, then exponentially falling."""
    if step < settings.warmup:
        return settings.learning_rate * (step + 1) / settings.warmup
    falling = (step / settings.steps - settings.hold) / (1 - settings.hold)
    ratio = settings.final_learning_rate / settings.learning_rate
    return float(settings.learning_rate * ratio ** min(max(falling, 0.0), 1.0))


def load_weights(path: Path) -> dict[str, Any]:
    """Read a checkpoint safely: `describe` (configuration), `average` (weights to use), `step`, `validation`.

    Raises:
        BadInputError: there is no such checkpoint, or it cannot be read.
    """
    try:
        checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise BadInputError(f"{path}: no checkpoint there", "Train first: voiceover train --help") from None
    except Exception as error:
        raise BadInputError(f"{path}: not a checkpoint that can be read ({error})", "Train again.") from None
    return checkpoint


@dataclass(slots=True)
class _Progress:
    step: int = 0
    epoch: int = 0
    position: int = 0  # batches of the epoch that are done
    best: float = float("inf")


def _precision(settings: LoopSettings, device: torch.device) -> AbstractContextManager[None]:
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=settings.precision == "bf16")


def _follow(average: nn.Module, model: nn.Module, decay: float) -> None:
    with torch.no_grad():
        pairs = zip(average.parameters(), model.parameters(), strict=True)
        averaged, current = zip(*pairs, strict=True)
        torch._foreach_lerp_(list(averaged), [p.detach() for p in current], 1 - decay)
        for kept, live in zip(average.buffers(), model.buffers(), strict=True):
            kept.copy_(live)


def _validate(
    task: Task,
    average: nn.Module,
    optimizer: torch.optim.Optimizer,
    run: Path,
    state: _Progress,
    status: Status,
    writer: Any,
    settings: LoopSettings,
) -> Status:
    random = torch.get_rng_state()  # what validation draws must not change how training goes on
    average.eval()
    with torch.no_grad():
        measured = task.validate(average)
        task.draw(average, writer, state.step)
    torch.set_rng_state(random)
    for name, value in measured.items():
        writer.add_scalar(f"validation/{name}", value, state.step)
    with (run / "log.jsonl").open("a", encoding="utf-8") as log:
        row = {"step": state.step, "seconds_per_step": round(status.seconds_per_step, 4), **status.losses}
        log.write(json.dumps({**row, **{f"validation {name}": value for name, value in measured.items()}}) + "\n")
    _save(run / "last.pt", task, task.model, average, optimizer, state)
    if measured["loss"] < state.best:
        state.best = measured["loss"]
        weights = {"describe": task.describe(), "average": average.state_dict(), "step": state.step}
        _write(run / "best.pt", {**weights, "validation": measured})
    return dataclasses.replace(status, validation=measured)


def _save(
    path: Path, task: Task, model: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer, state: _Progress
) -> None:
    checkpoint = {
        "describe": task.describe(),
        "model": model.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
        "progress": dataclasses.asdict(state),
        "step": state.step,
        "random": torch.get_rng_state(),
        "cuda_random": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    _write(path, checkpoint)


def _write(path: Path, checkpoint: dict[str, Any]) -> None:
    part = path.with_name(f".{path.name}.part")
    torch.save(checkpoint, part)
    part.replace(path)


def _resume(
    path: Path, task: Task, model: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer
) -> _Progress:
    checkpoint = load_weights(path)
    if checkpoint["describe"] != task.describe():
        raise BadInputError(
            f"{path}: this run was started with another configuration",
            "Choose another run folder, or delete this one to start anew.",
        )
    model.load_state_dict(checkpoint["model"])
    average.load_state_dict(checkpoint["average"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    torch.set_rng_state(checkpoint["random"])
    if checkpoint["cuda_random"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(checkpoint["cuda_random"])
    return _Progress(**checkpoint["progress"])


def _writer(folder: Path) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder))
