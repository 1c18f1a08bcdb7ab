"""The teacher-forced loop as CUDA graphs: a GPU waits for the launches of its hundred small kernels a step otherwise.

A graph belongs to one shape, and may only run again when its results are done with. So the loop is cut into chunks
of STEPS, tokens are padded to multiples of TOKENS, and each chunk's forward pass keeps only what it began with; its
backward pass computes the chunk once more. Two graphs then serve all chunks of all recordings of a batch's shape,
for a third more arithmetic, of which a GPU has plenty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from voiceover.models.attention import LocationSensitiveAttention
from voiceover.models.forced import Attended, Carried, Lines, attend, start

STEPS, TOKENS = 32, 16
MOST = 32  # shapes with graphs of their own; a batch of yet another shape runs without

Program = Callable[..., tuple[Tensor, ...]]  # (gates_in, keep, *lines, *carried, ...) to results


class Graphs:
    """The loop's graphs, by shape. Without a capture the same chunks run directly, which is how they are tested."""

    def __init__(self, tell: Callable[[str], None] | None = None, *, capture: bool = True) -> None:
        self._tell, self._capture = tell, capture
        self._programs: dict[Any, tuple[Program, Program]] = {}
        self._pool: Any = None
        self.usable = True

    def __deepcopy__(self, memo: dict[int, Any]) -> Graphs:
        """Return graphs yet to be captured: these are of another network's weights."""
        return Graphs(self._tell, capture=self._capture)

    def attend(
        self, layer: LocationSensitiveAttention, gates_in: Tensor, keep: Tensor, lines: Lines
    ) -> Attended | None:
        """Do what `forced.attend` does from the start; None where it has to."""
        steps, tokens = len(gates_in), lines.mask.shape[1]
        more = -tokens % TOKENS
        lines = Lines(
            F.pad(lines.memory, (0, 0, 0, more)),
            F.pad(lines.keys, (0, 0, 0, more)),
            F.pad(lines.mask, (0, more)),
            lines.recurrent.contiguous(),
        )
        gates_in, keep = (F.pad(t, (0, 0, 0, 0, 0, -steps % STEPS)) for t in (gates_in, keep))
        programs = self._for(layer, gates_in, keep, lines)
        if programs is None:
            return None
        results = _Chunked.apply(programs, gates_in, keep, *lines, *_weights(layer))
        hiddens, contexts, alignments = (result[:steps] for result in results)
        return Attended(hiddens, contexts, alignments[:, :, :tokens])

    def _for(
        self, layer: LocationSensitiveAttention, gates_in: Tensor, keep: Tensor, lines: Lines
    ) -> tuple[Program, Program] | None:
        shape = (gates_in.shape[1:], lines.memory.shape, lines.memory.dtype)
        if shape not in self._programs and self.usable and len(self._programs) < MOST:
            programs = partial(_forward, layer), partial(_backward, layer)
            try:
                self._programs[shape] = self._captured(*programs, gates_in, keep, lines) if self._capture else programs
            except RuntimeError as error:
                self.usable = False
                self._programs.clear()
                if self._tell:
                    reason = str(error).strip().splitlines()[0]
                    self._tell(f"no CUDA graphs here ({reason}); training goes on without them, more slowly")
        return self._programs.get(shape)

    def _captured(
        self, forward: Program, backward: Program, gates_in: Tensor, keep: Tensor, lines: Lines
    ) -> tuple[Program, Program]:
        """Capture both at once: the backward pass runs on a thread of autograd's, where nothing can be captured."""
        self._pool = self._pool or torch.cuda.graph_pool_handle()
        given = [gates_in[:STEPS], keep[:STEPS], *lines, *start(lines, keep.shape[2])]
        given = [tensor.detach() for tensor in given]
        with torch.autocast("cuda", enabled=False):  # its cache of casts would outlive what was captured
            first = Captured(forward, given, self._pool)
            return first, Captured(backward, [*given, *first.outputs], self._pool)


class Captured:
    """A function of tensors, captured once and replayed on new values of the same shapes."""

    def __init__(self, function: Program, examples: Sequence[Tensor], pool: Any) -> None:
        """Capture it, with memory from a pool that is shared with other graphs, or from its own (None)."""
        self.inputs = [example.clone() for example in examples]
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):  # libraries allocate what they need before anything is captured
            for _ in range(2):
                function(*self.inputs)
        torch.cuda.current_stream().wait_stream(aside)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph, pool=pool, capture_error_mode="thread_local"):  # others may be at work
            self.outputs = function(*self.inputs)

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Run it again on other values."""
        for own, given in zip(self.inputs, inputs, strict=True):
            own.copy_(given)
        self.graph.replay()
        return tuple(output.clone() for output in self.outputs)  # the next replay writes over them


def _weights(layer: LocationSensitiveAttention) -> list[Tensor]:
    """Return the weights that the loop itself uses (the keys are made before it)."""
    location = layer.location_layer
    return [layer.query_layer.weight, layer.v.weight, location.location_conv.weight, location.location_dense.weight]


def _forward(layer: LocationSensitiveAttention, gates_in: Tensor, keep: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
    with torch.no_grad():
        attended, carried = attend(layer, gates_in, keep, Lines(*rest[:4]), Carried(*rest[4:]))
    return (*attended, *carried)


def _backward(layer: LocationSensitiveAttention, gates_in: Tensor, keep: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
    """Return the gradients of gates_in, memory, keys, what was carried, and the weights."""
    memory, keys, mask, recurrent, *carried = rest[:9]
    with torch.enable_grad():
        leaves = [tensor.detach().requires_grad_() for tensor in (gates_in, memory, keys, *carried)]
        lines = Lines(leaves[1], leaves[2], mask, recurrent)
        attended, handed = attend(layer, leaves[0], keep, lines, Carried(*leaves[3:]))
        return torch.autograd.grad([*attended, *handed], [*leaves, *_weights(layer)], rest[9:])


class _Chunked(torch.autograd.Function):
    """The loop in chunks that keep only what they began with."""

    @staticmethod
    def forward(ctx, programs, gates_in: Tensor, keep: Tensor, *rest: Tensor):  # type: ignore[no-untyped-def]
        lines = Lines(*rest[:4])
        carried, begun, results = tuple(start(lines, keep.shape[2])), [], []
        for gates, kept in zip(torch.split(gates_in, STEPS), torch.split(keep, STEPS), strict=True):
            begun.append(carried)
            hiddens, contexts, alignments, *handed = programs[0](gates, kept, *lines, *carried)
            carried = tuple(handed)
            results.append((hiddens, contexts, alignments))
        ctx.backward_program = programs[1]
        ctx.save_for_backward(gates_in, keep, *lines, *(tensor for states in begun for tensor in states))
        return tuple(torch.cat(parts) for parts in zip(*results, strict=True))

    @staticmethod
    def backward(ctx, *gradients: Tensor):  # type: ignore[no-untyped-def]
        gates_in, keep, *rest = ctx.saved_tensors
        lines, states = rest[:4], rest[4:]
        carried = [torch.zeros_like(tensor) for tensor in states[:5]]
        of_gates, summed = [], None
        for chunk in reversed(range(len(gates_in) // STEPS)):
            at = slice(chunk * STEPS, (chunk + 1) * STEPS)
            begun = states[5 * chunk : 5 * chunk + 5]
            coming = [gradient[at] for gradient in gradients]
            gates, *found = ctx.backward_program(gates_in[at], keep[at], *lines, *begun, *coming, *carried)
            of_gates.append(gates)
            carried = found[2:7]
            shared = [tensor.float() for tensor in (*found[:2], *found[7:])]
            summed = shared if summed is None else [a + b for a, b in zip(summed, shared, strict=True)]
        memory, keys, *weights = summed or []
        memory = memory.to(lines[0].dtype)
        return None, torch.cat(of_gates[::-1]), None, memory, keys, None, None, *weights
