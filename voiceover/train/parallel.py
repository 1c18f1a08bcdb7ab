"""Several processes that train one network: the ones torchrun started, and what they tell each other.

An optimizer's step takes one batch, divided into shares: `accumulate` of them for each process, one after the
other. A share's loss counts by its weight in the whole batch, so the sum of all gradients is the whole batch's,
however the shares are spread over processes. (DistributedDataParallel averages processes as if they weighed the
same and knows no empty share; with one flat sum a step there is little left for it to do.)
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Group:
    """The processes of a run, as one of them sees it."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the process that validates, writes and tells."""
        return self.rank == 0

    def add(self, tensor: Tensor) -> Tensor:
        """Add up a tensor over all processes, in place."""
        if self.size > 1:
            distributed.all_reduce(tensor)
        return tensor

    def told(self, values: Sequence[float], device: torch.device) -> list[float]:
        """Return the leading process's numbers."""
        if self.size == 1:
            return list(values)
        # float32 would round what decides which checkpoint is best
        message = torch.tensor(values, dtype=torch.float64, device=device)
        distributed.broadcast(message, 0)
        return [float(value) for value in message]


def from_environment() -> Group:
    """Return what torchrun says in the environment; one process where it did not start this one."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    return Group(int(os.environ.get("RANK", "0")), size) if size > 1 else Group()


@contextmanager
def joined(device: torch.device) -> Iterator[tuple[Group, torch.device]]:
    """Join the other processes, if there are any; yields the group and this process's own device."""
    group = from_environment()
    if group.size == 1:
        yield group, device
        return
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield group, device
    finally:
        distributed.destroy_process_group()


def divide(batch: Sequence[Item], shares: int) -> list[Sequence[Item]]:
    """Divide a batch into shares of like sizes; in a batch sorted by length, of like lengths too."""
    return [batch[number::shares] for number in range(shares)]


def add_gradients(model: nn.Module, group: Group) -> None:
    """Add up the gradients of all processes, and take the mean of what batch normalisation counts."""
    for parameter in model.parameters():  # what a step leaves out counts as zero, to one process as to several
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    if group.size == 1:
        return
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    counted = [buffer for name, buffer in model.named_buffers() if ".running_" in name]
    with torch.no_grad():
        flat = torch.cat([t.flatten() for t in gradients] + [t.flatten() / group.size for t in counted])
        group.add(flat)
        tensors = [*gradients, *counted]
        for tensor, summed in zip(tensors, torch.split(flat, [t.numel() for t in tensors]), strict=True):
            tensor.copy_(summed.view_as(tensor))
