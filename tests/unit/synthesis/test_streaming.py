import pytest

from voiceover.synthesis.streaming import stream


def test_results_come_in_order_and_the_fault_last():
    def work(hand_over, cancelled):
        for number in range(3):
            hand_over(number)
        raise LookupError("the end")

    results = stream(work)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(LookupError, match="the end"):
        next(results)


def test_whoever_leaves_ends_the_work():
    seen = []

    def work(hand_over, cancelled):
        hand_over(1)
        assert cancelled.wait(20)
        seen.append(True)

    results = stream(work)
    assert next(results) == 1
    results.close()
    assert seen == [True]
