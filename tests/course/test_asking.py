"""A panel asks the function as the notebook has it now, and is not held up by one without an end."""

from __future__ import annotations

import threading
import time

import nbformat
import pytest
from nbclient import NotebookClient

from course import asking
from course.pictures.live.yours import ask
from course.units.output_size import panels
from exercises.answers import Raised


def endless(*args):
    while True:
        pass


def stubborn(*args):
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            continue


def asleep(*args):
    time.sleep(30)


@pytest.mark.parametrize("function", [endless, stubborn, asleep])
def test_a_function_without_an_end_is_a_sentence(function, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    before = time.monotonic()
    answer = ask(function, 7, 3, 2, 0)
    assert answer.answer is asking.LATE and time.monotonic() - before < 3
    assert "(does it end?)" in answer.shown()
    before = time.monotonic()
    for _ in range(3):
        assert ask(function, 7, 3, 2, 0).answer is asking.LATE
    assert time.monotonic() - before < 1.5, "what did not end is not waited for again"


def test_what_was_stopped_ends(monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.2)
    running = []

    def counting(*args):
        running.append(threading.current_thread())
        while True:
            pass

    ask(counting, 1)
    running[0].join(10)
    assert not running[0].is_alive()


def test_a_panel_with_a_function_without_an_end_moves_on(monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    shown = panels.staircase(lambda *args: endless() if args[2] > 1 else 28)
    assert "does it end?" in shown.picture.alt
    before = time.monotonic()
    shown.sliders["S"].value = 1
    assert time.monotonic() - before < 3
    assert "At S = 1 the size is 28" in shown.picture.alt and "gives 28: right" in shown.picture.alt


def test_a_function_that_once_was_late_is_waited_for_again_when_it_answers(monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.5)
    slow = [1.5, 0, 0.2]

    def sometimes(*args):
        time.sleep(slow.pop(0))
        return 3

    assert ask(sometimes, 1).answer is asking.LATE
    assert ask(sometimes, 1).answer == 3
    assert ask(sometimes, 1).answer == 3  # it may take longer than AGAIN


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), ZeroDivisionError("oops")])
def test_whatever_it_raises_is_an_answer(error):
    def raising(*args):
        raise error

    answer = ask(raising, 1).answer
    assert isinstance(answer, Raised) and answer.names[0] == type(error).__name__


def test_an_object_that_cannot_be_looked_up_is_asked_like_any_other(monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.2)

    class Odd:
        __hash__ = None

        def __call__(self, wait):
            time.sleep(wait)
            return 5

    odd = Odd()
    assert ask(odd, 0).answer == 5
    assert ask(odd, 1).answer is asking.LATE


def test_where_no_thread_can_be_started_it_is_asked_all_the_same(monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert ask(lambda: 4).answer == 4


CELLS = [
    "from course.units.output_size import panels\ndef output_size(W, F, S, P):\n    return 5",
    "shown = panels.windows(output_size)\nother = panels.windows(lambda W, F, S, P: 3)",
    "print(shown)\nprint(other)",
    "def output_size(W, F, S, P):\n    return (W - F + 2 * P) // S + 1",
    "def drawn_again(): redrawn.append(1)\nredrawn = []\nother.redraw = shown.redraw = drawn_again",
    "print(shown, redrawn)",
    "del output_size",
    "output_size = 7",
    "print(shown, redrawn)",
]


def test_after_a_repair_the_panel_follows_by_itself():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    said = ["".join(out.get("text", "") for out in cell.outputs) for cell in notebook.cells]
    assert "✗ output_size(7, 3, 2, 0) gives 5; 3 fit" in said[2]
    assert "gives 3: right" in said[5] and "✗" not in said[5]
    assert "[]" in said[5] and "[]" in said[8], "nothing is drawn again where nothing has changed"
