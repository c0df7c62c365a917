"""Calls are watched with care: how long they take, and what they leave behind."""

from __future__ import annotations

import signal
import sys
import textwrap
import time

import numpy as np
import pytest

from exercises.answers import CHANGED, Other, answer_of_keeper
from exercises.calls import observe_all


def test_a_call_that_does_not_end_is_late():
    def endless(n):
        while n:
            pass
        return n

    calls = observe_all(endless, [(0,), (1,), (2,)], seconds=5, each=0.2)
    assert [call.late for call in calls] == [False, True] and not calls[-1].cut


def test_a_call_that_catches_everything_is_stopped_all_the_same():
    def stubborn(n):
        end = time.monotonic() + 5
        while time.monotonic() < end:
            try:
                time.sleep(5)
            except BaseException:
                if time.monotonic() > began + 0.6:
                    raise
        return n

    began = time.monotonic()
    (call,) = observe_all(stubborn, [(1,)], seconds=9, each=0.2)
    assert call.late and time.monotonic() - began < 3


@pytest.fixture
def without_alarms(monkeypatch):
    """As on Windows, where nothing but Ctrl-C interrupts a thread."""
    monkeypatch.delattr(signal, "setitimer")


@pytest.mark.timeout(30)
def test_a_call_that_does_not_end_is_late_where_the_system_has_no_alarms(without_alarms):
    def endless(n):
        while n:
            pass
        return n

    before = signal.getsignal(signal.SIGINT)
    for _ in range(3):
        calls = observe_all(endless, [(0,), (1,), (2,)], seconds=5, each=0.1)
        assert [call.late for call in calls] == [False, True]
    assert signal.getsignal(signal.SIGINT) is before
    time.sleep(0.6)  # nothing of the clock is left


def test_interrupt_is_one_where_the_system_has_no_alarms(without_alarms):
    with pytest.raises(KeyboardInterrupt):
        observe_all(lambda n: signal.raise_signal(signal.SIGINT), [(1,)], each=2)


def test_of_calls_that_print_very_much_the_beginning_is_kept(capsys):
    def talks(n):
        print("é" * 1_500, end="")
        print("y" * 1_500)
        print("a warning", file=sys.stderr)

    first, second = observe_all(talks, [(1,), (2,)])
    assert first.printed == "é" * 1_500 + "y" * 500
    assert second.printed == first.printed
    assert capsys.readouterr() == ("", "")


def test_of_calls_that_are_slow_together_none_is_called_endless():
    calls = observe_all(lambda n: time.sleep(0.15) or n, [(n,) for n in range(9)], seconds=0.4)
    assert calls[-1].cut and not any(call.late for call in calls)
    assert [call.answer for call in calls[:-1]] == list(range(len(calls) - 1))


def test_an_import_is_not_broken_off(tmp_path, monkeypatch):
    """A module of which half is loaded would stay behind."""
    (tmp_path / "takes_long.py").write_text(
        textwrap.dedent("""
            import time

            time.sleep(0.4)
            whole = True
        """)
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    def first_use(n):
        import takes_long

        return takes_long.whole

    calls = observe_all(first_use, [(1,), (2,)], seconds=5, each=0.1)
    assert sys.modules.pop("takes_long").whole
    assert calls[-1].answer is True or calls[-1].late
    assert observe_all(first_use, [(1,)], seconds=5, each=3)[0].answer is True
    sys.modules.pop("takes_long")


def appends(items):
    items.append(1)
    return len(items)


def adds(array):
    array += 1e-9
    return array


def reverses(nested):
    nested[0].reverse()
    return 1


def turns(array):
    array.shape = array.shape[::-1]
    return 1


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (appends, [1, 2]),
        (adds, np.zeros(3)),
        (reverses, [[1, 2]]),
        (turns, np.zeros((2, 3))),
        (lambda words: words.update(b=1) or 1, {"a": 1}),
    ],
)
def test_an_argument_that_is_changed_is_seen_by_check_and_grader(function, argument):
    (call,) = observe_all(function, [(argument,)])
    assert call.changed == (0,)
    answer = answer_of_keeper(function, (argument,))
    assert isinstance(answer, Other) and answer.kind == CHANGED


@pytest.mark.parametrize("argument", [[1, 2], np.array([1.0, np.nan]), {"a": [1]}, "text", 5, len])
def test_an_argument_that_is_kept_is_not(argument):
    (call,) = observe_all(lambda value: 1, [(argument,)])
    assert call.changed == () and answer_of_keeper(lambda value: 1, (argument,)) == 1
