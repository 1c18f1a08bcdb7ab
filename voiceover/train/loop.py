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

import numpy as np
import torch
from torch import Tensor, nn

from voiceover.errors import BadInputError
from voiceover.models.device import has_bf16
from voiceover.progress import Progress
from voiceover.train import checkpoints, interrupts, parallel
from voiceover.train.checkpoints import BEST, LAST, LOG
from voiceover.train.parallel import Group


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """How a network is optimised. A preset gives only what differs."""

    steps: int  # planned length, in optimizer steps; the learning rate falls to its end value over it
    batch_size: int = 16  # clips that a process takes through the network at once
    accumulate: int = 1  # such batches in one step, for each process
    learning_rate: float = 1e-3
    final_learning_rate: float = 5e-5
    hold: float = 0.5  # share of the steps before the learning rate starts to fall
    warmup: int = 100  # steps
    weight_decay: float = 1e-6
    betas: tuple[float, float] = (0.9, 0.999)
    clip: float = 1.0  # norm of the gradient
    ema: float = 0.999  # decay of the averaged weights, which are what is validated and exported
    precision: str = "bf16"  # where the device has it; or fp32
    validate_every: int = 250  # steps
    patience: int = 0  # validations without a better figure before the run ends; 0 never ends it
    seed: int = 1


class Task(Protocol):
    """What one network's training supplies."""

    model: nn.Module
    critic: nn.Module | None  # trained against the model by the same loss, and needed in training alone
    memory: dict[str, float]  # what validations taught the task; stored with the run

    def describe(self) -> dict[str, Any]:
        """Return the configuration that is stored with the weights."""
        ...

    def batches(self, epoch: int, size: int) -> Sequence[Sequence[Any]]:
        """Return an epoch's batches, the same for the same epoch: it is how a resumed run finds its place."""
        ...

    def weight(self, batch: Sequence[Any]) -> float:
        """Return how much a batch's loss counts beside others of the same step."""
        ...

    def loss(self, batch: Sequence[Any], step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Compute a batch's loss, and its parts for the log, detached."""
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
    stopped_early: bool = False


def fit(
    task: Task,
    run: Path,
    settings: LoopSettings,
    *,
    device: torch.device,
    group: Group | None = None,
    minutes: float | None = None,
    save_every: float = 5.0,
    progress: Callable[[Status], None] | None = None,
) -> Status:
    """Train until the planned steps are done, the minutes are up or patience ends; carry on from the last checkpoint.

    `run/last.pt` is written at every validation, every `save_every` minutes, at the end, and when interrupted;
    `run/best.pt` holds the averaged weights with the lowest validation loss so far. All that is random follows from
    the seed, the step and the share of the batch, so a run carried on repeats the run that was never stopped.

    Raises:
        BadInputError: `run` holds the checkpoint of another configuration, or is not the same to all processes.
        KeyboardInterrupt: it was asked to stop, and has saved where it stands.
    """
    running = _Run(task, run, settings, device, group or Group())
    state = running.state
    deadline = time.monotonic() + minutes * 60 if minutes else None
    status = Status(state.step, settings.steps, {}, 0.0, stopped_early=running.given_up)
    clock, since, saved = time.monotonic(), state.step, time.monotonic()
    whole, ending = True, False
    with interrupts.waiting() as stop:
        try:
            while state.step < settings.steps and not running.given_up and not ending:
                whole = False
                parts, ending = running.step(lambda: stop.asked or bool(deadline and time.monotonic() > deadline))
                pace = (time.monotonic() - clock) / (state.step - since)
                status = Status(state.step, settings.steps, parts, pace)
                if state.step % settings.validate_every == 0 or state.step == settings.steps:
                    status = running.validate(status)
                    clock, since, saved = time.monotonic(), state.step - 1, time.monotonic()
                elif time.monotonic() - saved > save_every * 60:
                    running.save()
                    saved = time.monotonic()
                whole = True
                if progress and running.group.leads:
                    progress(status)
        finally:
            if whole:
                running.save()
            running.writer.close()
        if stop.asked:
            raise KeyboardInterrupt
    return status


def follow(progress: Progress, stage: str) -> Callable[[Status], None]:
    """Return what `fit` calls after every step to move a progress display on, from where a run carries on."""
    begun = False

    def show(status: Status) -> None:
        nonlocal begun
        if not begun:
            progress.stage(stage, status.steps)
            progress.advance(status.step - 1)
            begun = True
        progress.advance()

    return show


def learning_rate(step: int, settings: LoopSettings) -> float:
    """Return the learning rate of a step: linear warm-up, then constant, then exponentially falling."""
    if step < settings.warmup:
        return settings.learning_rate * (step + 1) / settings.warmup
    falling = (step / settings.steps - settings.hold) / (1 - settings.hold)
    ratio = settings.final_learning_rate / settings.learning_rate
    return float(settings.learning_rate * ratio ** min(max(falling, 0.0), 1.0))


@dataclass(slots=True)
class _Progress:
    step: int = 0
    epoch: int = 0
    position: int = 0  # batches of the epoch that are done
    best: float = float("inf")
    stale: int = 0  # validations since the best


class _Run:
    """A training under way: the networks, the optimizer, and where they stand."""

    def __init__(self, task: Task, folder: Path, settings: LoopSettings, device: torch.device, group: Group) -> None:
        self.task, self.folder, self.settings, self.device, self.group = task, folder, settings, device, group
        folder.mkdir(parents=True, exist_ok=True)
        self.model = task.model.to(device)
        self.average = copy.deepcopy(self.model).eval().requires_grad_(False)
        self.critic = task.critic.to(device) if task.critic else None
        self.trained = nn.ModuleList([self.model, *([self.critic] if self.critic else [])])
        self.optimizer = torch.optim.AdamW(
            self.trained.parameters(),
            lr=settings.learning_rate,
            betas=settings.betas,
            weight_decay=settings.weight_decay,
        )
        self._mixed = settings.precision == "bf16" and has_bf16(device)
        self.shares = group.size * settings.accumulate
        self.batch = self.shares * settings.batch_size
        self.state = self._resumed() if (folder / LAST).exists() else _Progress()
        if group.add(torch.tensor([self.state.step], device=device)).item() != group.size * self.state.step:
            raise BadInputError(
                f"{folder}: not every process finds the same checkpoint there",
                "Give the run a folder that all machines share.",
            )
        self._saved = self.state.step if (folder / LAST).exists() else -1  # the step that last.pt holds
        self.writer: Any = _Silent()
        if group.leads:
            from torch.utils.tensorboard import SummaryWriter

            checkpoints.trim_log(folder / LOG, self.state.step)
            self.writer = SummaryWriter(str(folder / "tensorboard"), purge_step=self.state.step + 1)
        self._batches: tuple[int, Sequence[Sequence[Any]]] = (-1, [])

    @property
    def given_up(self) -> bool:
        """Whether validations have stopped getting better."""
        return 0 < self.settings.patience <= self.state.stale

    def step(self, ending: Callable[[], bool]) -> tuple[dict[str, float], bool]:
        """Take one optimizer step; returns the losses, and whether any process wants this step to be the last."""
        state, settings = self.state, self.settings
        batch = self._next_batch()
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(state.step, settings)
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        names, told = self._gradients(batch)
        parallel.add_gradients(self.trained, self.group)
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        if self.critic:
            nn.utils.clip_grad_norm_(self.critic.parameters(), settings.clip)
        told = self.group.add(torch.cat([told, told.new_tensor([float(ending())])]))
        *losses, endings, length = torch.cat([told, norm.reshape(1).to(told)]).tolist()  # the step's one wait for a GPU
        if np.isfinite(length):
            self.optimizer.step()
            _follow(self.average, self.model, min(settings.ema, (1 + state.step) / (10 + state.step)))
        state.step, state.position = state.step + 1, state.position + 1
        parts = dict(zip(names, losses, strict=True))
        if state.step % 20 == 0:
            for name, value in (*parts.items(), ("gradient norm", length)):
                self.writer.add_scalar(f"train/{name}", value, state.step)
        return parts, endings > 0

    def _next_batch(self) -> Sequence[Any]:
        state = self.state
        while True:
            if self._batches[0] != state.epoch:
                self._batches = state.epoch, self.task.batches(state.epoch, self.batch)
            if state.position < len(self._batches[1]):
                return self._batches[1][state.position]
            state.epoch, state.position = state.epoch + 1, 0

    def _gradients(self, batch: Sequence[Any]) -> tuple[list[str], Tensor]:
        """Leave this process's part of the batch's gradient in the model; returns its part of the losses."""
        settings = self.settings
        shares = parallel.divide(batch, self.shares)
        weights = [self.task.weight(share) if share else 0.0 for share in shares]
        names: list[str] = []
        told = torch.zeros(0, device=self.device)
        for number in range(settings.accumulate):
            index = self.group.rank * settings.accumulate + number
            share = shares[index] or batch[:1]  # a last batch may be too small to divide: this one then weighs nothing
            torch.manual_seed(_mixed(settings.seed, self.state.step, index))
            with self._precision():
                loss, parts = self.task.loss(share, self.state.step)
            factor = weights[index] / sum(weights)
            (loss * factor).backward()  # type: ignore[no-untyped-call]
            names = list(parts)
            values = torch.stack([value.float() for value in parts.values()]) * factor
            told = values if not len(told) else told + values
        return names, told

    def _precision(self) -> AbstractContextManager[None]:
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self._mixed)

    def validate(self, status: Status) -> Status:
        """Measure the averaged weights, log, and write the checkpoints."""
        state, measured = self.state, {"loss": 0.0}
        if self.group.leads:
            self.average.eval()
            with torch.no_grad():
                measured = self.task.validate(self.average)
                self.task.draw(self.average, self.writer, state.step)
            for name, value in measured.items():
                self.writer.add_scalar(f"validation/{name}", value, state.step)
            row = {"step": state.step, "seconds_per_step": round(status.seconds_per_step, 4), **status.losses}
            row |= {f"validation {name}": value for name, value in measured.items()}
            with (self.folder / LOG).open("a", encoding="utf-8") as log:
                log.write(json.dumps(row) + "\n")
        names = list(self.task.memory)
        loss, *learnt = self.group.told([measured["loss"], *self.task.memory.values()], self.device)
        self.task.memory.update(zip(names, learnt, strict=True))
        better = loss < state.best
        state.best, state.stale = (loss, 0) if better else (state.best, state.stale + 1)
        if better and self.group.leads:
            weights = {"describe": self.task.describe(), "average": self.average.state_dict(), "step": state.step}
            checkpoints.write(self.folder / BEST, {**weights, "validation": measured})
        self.save()  # after the best one: killed in between, the run comes here again and writes the same
        return dataclasses.replace(status, validation=measured, stopped_early=self.given_up)

    def save(self) -> None:
        """Write where the run stands."""
        if not self.group.leads or self._saved == self.state.step:
            return
        checkpoint = {
            "describe": self.task.describe(),
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "critic": self.critic.state_dict() if self.critic else {},
            "optimizer": self.optimizer.state_dict(),
            "progress": dataclasses.asdict(self.state),
            "memory": dict(self.task.memory),
            "step": self.state.step,
            "batch": self.batch,
        }
        checkpoints.write(self.folder / LAST, checkpoint)
        self._saved = self.state.step

    def _resumed(self) -> _Progress:
        checkpoint = checkpoints.resumable(self.folder / LAST, self.task.describe(), self.batch)
        self.model.load_state_dict(checkpoint["model"])
        self.average.load_state_dict(checkpoint["average"])
        if self.critic:
            self.critic.load_state_dict(checkpoint["critic"])
        self.optimizer.load_state_dict(checkpoint["optimizer"])
        self.task.memory.update(checkpoint.get("memory", {}))
        return _Progress(**checkpoint["progress"])


class _Silent:
    """The TensorBoard of a process that does not lead."""

    def add_scalar(self, *_: Any) -> None: ...

    def close(self) -> None: ...


def _mixed(*numbers: int) -> int:
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)


def _follow(average: nn.Module, model: nn.Module, decay: float) -> None:
    with torch.no_grad():
        pairs = zip(average.parameters(), model.parameters(), strict=True)
        averaged, current = zip(*pairs, strict=True)
        torch._foreach_lerp_(list(averaged), [p.detach() for p in current], 1 - decay)
        for kept, live in zip(average.buffers(), model.buffers(), strict=True):
            kept.copy_(live)
