"""The loop on a network of one layer: what a batch is, when a run ends, and what a run carries on from."""

import dataclasses
import os
import signal

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from voiceover.errors import BadInputError
from voiceover.train import checkpoints, loop, parallel
from voiceover.train.checkpoints import load_weights
from voiceover.train.loop import LoopSettings, fit

PLAIN = LoopSettings(steps=12, batch_size=8, precision="fp32", warmup=1, validate_every=4, ema=0.5)


class Toy:
    """Items are rows of different weights; dropout makes the loss random."""

    def __init__(self, validations=(), dropout=0.0):
        torch.manual_seed(0)
        self.model = nn.Linear(4, 1)
        self.rows, self.dropout = torch.randn(24, 5), dropout
        self.memory = {"lowest": 9.0}
        self.critic = None
        self.validations, self.measured = list(validations), 0

    def describe(self):
        return {"kind": "toy"}

    def batches(self, epoch, size):
        order = np.random.default_rng(epoch).permutation(len(self.rows)).tolist()
        return [order[first : first + size] for first in range(0, len(order), size)]

    def weight(self, batch):
        return float(sum(item + 1 for item in batch))

    def loss(self, batch, step):
        weights = torch.tensor([item + 1.0 for item in batch])
        rows = self.rows[batch]
        off = (self.model(F.dropout(rows[:, :4], self.dropout))[:, 0] - rows[:, 4]).square()
        total = (off * weights).sum() / weights.sum()
        return total, {"loss": total.detach()}

    def validate(self, model):
        self.measured += 1
        loss = self.validations[self.measured - 1] if self.validations else 1.0 / self.measured
        self.memory["lowest"] = min(self.memory["lowest"], loss)
        return {"loss": loss}

    def draw(self, model, writer, step):
        pass


def trained(task, run, settings=PLAIN, **options):
    losses = []
    status = fit(
        task,
        run,
        settings,
        device=torch.device("cpu"),
        progress=lambda now: losses.append((now.step, now.losses["loss"])),
        **options,
    )
    return status, losses


@pytest.mark.parametrize(("size", "accumulate"), [(4, 2), (2, 4), (1, 8)])
def test_accumulated_batches_are_one_large_batch(tmp_path, size, accumulate):
    """However a batch is divided, its gradient is the same; the last one of an epoch is too small to divide evenly."""
    _, expected = trained(Toy(), tmp_path / "whole", dataclasses.replace(PLAIN, batch_size=8))
    smaller = dataclasses.replace(PLAIN, batch_size=size, accumulate=accumulate)
    _, got = trained(Toy(), tmp_path / "parts", smaller)
    np.testing.assert_allclose(got, expected, rtol=1e-5)
    assert len({round(loss, 3) for _, loss in got}) > 6


def test_shares_hold_every_item_once():
    shares = parallel.divide(list(range(7)), 3)
    assert shares == [[0, 3, 6], [1, 4], [2, 5]]
    assert parallel.divide([1], 3) == [[1], [], []]


def test_a_batch_smaller_than_its_shares_still_counts_each_item_once(tmp_path):
    task = Toy()
    task.rows = task.rows[:3]
    _, got = trained(task, tmp_path / "a", dataclasses.replace(PLAIN, batch_size=2, accumulate=4))
    other = Toy()
    other.rows = other.rows[:3]
    _, expected = trained(other, tmp_path / "b", PLAIN)
    np.testing.assert_allclose(got, expected, rtol=1e-5)


def test_a_device_without_bf16_computes_in_fp32(tmp_path, monkeypatch):
    seen = []

    class Watching(Toy):
        def loss(self, batch, step):
            seen.append(torch.is_autocast_enabled("cpu"))
            return super().loss(batch, step)

    mixed = dataclasses.replace(PLAIN, steps=2, precision="bf16")
    for number, there in enumerate((True, False)):
        monkeypatch.setattr(loop, "has_bf16", lambda _device, there=there: there)
        trained(Watching(), tmp_path / str(number), mixed)
    assert seen == [True, True, False, False]


def test_patience_ends_a_run_that_no_longer_gets_better(tmp_path):
    settings = dataclasses.replace(PLAIN, steps=100, validate_every=2, patience=3)
    validations = [5.0, 4.0, 4.5, 3.0, 3.1, 3.2, 3.3, 1.0]
    status, _ = trained(Toy(validations), tmp_path, settings)
    assert status.stopped_early
    assert status.step == 14
    assert load_weights(tmp_path / "best.pt")["step"] == 8
    again, more = trained(Toy([0.1]), tmp_path, settings)  # the same command does not begin anew
    assert again.stopped_early
    assert more == []
    on, more = trained(Toy([0.1] * 99), tmp_path, dataclasses.replace(settings, patience=0, steps=16))
    assert on.step == 16
    assert not on.stopped_early


@pytest.fixture
def as_at_a_terminal():
    """Undo what a shell does to the jobs that it starts in the background: they ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("as_at_a_terminal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_for_the_step_and_the_run_carries_on_exactly(tmp_path, number):
    _, expected = trained(Toy(dropout=0.5), tmp_path / "whole")

    class Interrupted(Toy):
        def loss(self, batch, step):
            if step == 5:
                os.kill(os.getpid(), number)
            return super().loss(batch, step)

    with pytest.raises(KeyboardInterrupt):
        trained(Interrupted(dropout=0.5), tmp_path / "halves")
    assert load_weights(tmp_path / "halves" / "last.pt")["step"] == 6
    _, rest = trained(Toy(dropout=0.5), tmp_path / "halves")
    assert rest == expected[6:]


def test_an_error_within_a_step_leaves_the_last_whole_checkpoint(tmp_path):
    class Broken(Toy):
        def loss(self, batch, step):
            if step == 6:
                raise RuntimeError("out of memory")
            return super().loss(batch, step)

    with pytest.raises(RuntimeError):
        trained(Broken(), tmp_path)
    assert load_weights(tmp_path / "last.pt")["step"] == 4


def test_what_validations_taught_is_carried_on(tmp_path):
    trained(Toy([2.0, 3.0, 4.0]), tmp_path)
    task = Toy([5.0] * 9)
    trained(task, tmp_path, dataclasses.replace(PLAIN, steps=16))
    assert task.memory == {"lowest": 2.0}


def test_another_number_of_clips_a_step_is_refused(tmp_path):
    trained(Toy(), tmp_path)
    with pytest.raises(BadInputError, match="takes 8 clips a step, this call 16") as caught:
        trained(Toy(), tmp_path, dataclasses.replace(PLAIN, accumulate=2))
    assert "--accumulate" in caught.value.remedy
    _, losses = trained(Toy(), tmp_path, dataclasses.replace(PLAIN, batch_size=4, accumulate=2, steps=13))
    assert len(losses) == 1  # divided otherwise, it is the same run


def test_rows_after_the_checkpoint_and_a_torn_row_leave_the_log(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text('{"step": 2}\n{"step": 4}\n{"step": 6}\n{"step": 8, "lo', encoding="utf-8")
    checkpoints.trim_log(log, 4)
    assert log.read_text(encoding="utf-8") == '{"step": 2}\n{"step": 4}\n'


def test_a_writing_that_fails_leaves_the_checkpoint_before_it(tmp_path, monkeypatch):
    about = {"describe": {}, "average": {}, "step": 1}
    checkpoints.write(tmp_path / "last.pt", about)

    def half(_, stream):
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="No space"):
        checkpoints.write(tmp_path / "last.pt", {**about, "step": 2})
    assert load_weights(tmp_path / "last.pt")["step"] == 1


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", None])
def test_a_file_that_is_no_checkpoint_is_bad_input(tmp_path, content):
    path = tmp_path / "x.pt"
    if content is None:
        torch.save({"state_dict": {}}, path)  # another toolkit's
    else:
        path.write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        load_weights(path)
    assert str(path) in caught.value.message
    assert caught.value.remedy
