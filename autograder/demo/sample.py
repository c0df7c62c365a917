"""A sample class: submissions of every kind, made from a unit's key and slips rather than kept.

Each sample says what became of it and what it must earn, so that the whole road can be tested and
shown.  The engine's promise is: everyone gets a record, whoever computed the right answers gets the
points, nobody else does, and the class never stops.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.marking.marks import known_mistakes, mark, mark_file
from exercises.public import answers_of
from exercises.source import compiled
from exercises.unit import Unit

NOTEBOOK = "unit.ipynb"
FULL, NOTHING = Fraction(1), Fraction(0)


@dataclass
class Sample:
    """One student's submission.

    ``files`` are what was handed in, ``credit`` the share of each exercise's points that it must
    earn, ``flags`` the kinds of flags that it must raise.
    """

    name: str
    story: str
    files: dict[str, bytes]
    credit: dict[str, Fraction]
    flags: frozenset[str] = field(default_factory=frozenset)


class Maker:
    """Makes samples for a unit from its notebooks with and without solutions, and its key."""

    def __init__(self, solved: NotebookNode, released: NotebookNode, key: Unit) -> None:
        self.solved, self.released, self.key = solved, released, key
        # what has points: who hands it in says so in every sample
        self.names = [name for name, one in key.exercises.items() if one.points]
        # the files that go with a notebook, as somebody hands them in who got everything right
        made = {wanted.file: wanted.samples["right"]() for wanted in key.files.values()}
        self.handed_in = {file: data for file, data in made.items() if data is not None}

    def right(self) -> NotebookNode:
        """The released notebook with every answer right."""
        nb = copy.deepcopy(self.released)
        answers = {_id(cell): cell.source for cell in self.solved.cells if _id(cell)}
        for cell in nb.cells:
            if _id(cell) in {f"{name}-answer" for name in self.names}:
                cell.source = answers[_id(cell)]
        return nb

    def sample(
        self,
        name: str,
        story: str,
        nb: NotebookNode | bytes | None,
        credit: dict[str, Fraction] | Fraction = FULL,
        *flags: str,
    ) -> Sample:
        """A sample of one notebook; ``credit`` for all exercises or by exercise (others full)."""
        if isinstance(nb, NotebookNode) and nb is not self.released:
            nb = self.signed(nb, name)
        files = {} if nb is None else {NOTEBOOK: nb if isinstance(nb, bytes) else as_bytes(nb)}
        everything = [*self.names, *self.key.files]
        if credit == NOTHING:
            return Sample(name, story, files, dict.fromkeys(everything, NOTHING), frozenset(flags))
        files |= self.handed_in
        by_exercise = {} if isinstance(credit, Fraction) else credit
        credit = {exercise: by_exercise.get(exercise, FULL) for exercise in everything}
        return Sample(name, story, files, credit, frozenset(flags))

    def signed(self, nb: NotebookNode, student: str) -> NotebookNode:
        """The notebook with the student's id, where a unit asks for it."""
        identity = self.key.identity
        if identity is not None:
            text = f"def {identity.asked_as}:\n    return {student!r}\n"
            for cell in nb.cells:
                if _id(cell) == f"{identity.name}-answer":
                    cell.source = text
        return nb

    def answer(self, nb: NotebookNode, name: str) -> NotebookNode:
        """The answer cell of an exercise."""
        found: NotebookNode = next(cell for cell in nb.cells if _id(cell) == f"{name}-answer")
        return found

    @property
    def stand_alone(self) -> list[str]:
        """The exercises that no other answer calls: what is done to one touches no other."""
        answers = {name: self.answer(self.solved, name).source for name in self.names}
        return [
            name
            for name in self.names
            if not any(
                re.search(rf"\b{name}\(", answer)
                for other, answer in answers.items()
                if other != name
            )
        ]

    def at(self, nb: NotebookNode, name: str) -> int:
        """The place of an exercise's grade cell."""
        return next(place for place, cell in enumerate(nb.cells) if _id(cell) == name)

    def slips(self) -> Iterator[Sample]:
        """Samples in which each slip is made once, one in every exercise at a time."""
        scored = {name: self.key.exercises[name] for name in self.names}
        for number in range(max(len(list(known_mistakes(one))) for one in scored.values())):
            student = f"slips-{number + 1:02}"
            nb, credit, made = self.right(), {}, []
            for name, exercise in scored.items():
                known = list(known_mistakes(exercise, student))
                id, text = known[number % len(known)]
                self.answer(nb, name).source = text
                wrong = compiled(text, {}, f"{name}: {id}")
                answers = answers_of(wrong, exercise.questions)
                credit[name] = mark(exercise, answers, of=student).credit
                made.append(id)
            story = "one known slip in every exercise: " + ", ".join(made)
            yield self.sample(student, story, nb, credit)

    def honest(self) -> Iterator[Sample]:
        """People who did their best."""
        half = self.names[: len(self.names) // 2]
        yield self.sample("all-correct", "every answer is right", self.right())
        yield self.sample(
            "nothing-answered", "the notebook as it was released", self.released, NOTHING
        )

        nb = copy.deepcopy(self.released)
        for name in half:
            self.answer(nb, name).source = self.answer(self.right(), name).source
        credit = {name: FULL if name in half else NOTHING for name in self.names}
        yield self.sample("half-done", "the first half of the answers is right", nb, credit)

        nb, one = self.right(), self.stand_alone[0]
        self.answer(nb, one).source = _function(one, 'raise RuntimeError("I do not know yet")')
        yield self.sample("raises", "one answer raises an error", nb, {one: NOTHING})

        nb = self.right()
        for name in self.names:
            self.answer(
                nb, name
            ).source += "\nimport sys\nprint('a warning, nothing more', file=sys.stderr)"
        yield self.sample("warns", "right answers beside warnings on stderr", nb)

        for kind, convert in (("numpy-integers", "numpy.int64"), ("floats", "float")):
            nb = self.right()
            for name in self.stand_alone:
                self.answer(nb, name).source += CONVERT.format(name=name, convert=convert)
            yield self.sample(kind, f"right sizes, given as {convert}", nb)

    def accidents(self) -> Iterator[Sample]:
        """Things that go wrong on anybody's machine."""
        first, last = self.names[0], self.names[-1]
        nb = self.right()
        self.answer(nb, last).source = _function(last, "while True:\n        pass")
        yield self.sample("endless-loop", "one answer never ends", nb, {last: NOTHING}, "timeout")

        nb = self.right()
        nb.cells.append(
            new_code_cell("hoard = []\nwhile True:\n    hoard.append(bytearray(50_000_000))")
        )
        yield self.sample("memory-hog", "a cell takes all memory there is", nb, FULL, "memory")

        nb = self.right()
        nb.cells.append(new_code_cell("for line in range(1000):\n    print('x' * 100_000)"))
        yield self.sample(
            "prints-100-MB", "a cell prints a hundred million characters", nb, FULL, "output"
        )

        nb = self.right()
        nb.cells.insert(self.at(nb, first) + 1, new_code_cell("import sys\nsys.exit()"))
        yield self.sample("sys-exit", "sys.exit() in the middle of the notebook", nb)

        nb = self.right()
        nb.cells.insert(self.at(nb, first) + 1, new_code_cell("import os\nos._exit(1)"))
        credit = {name: FULL if name == first else NOTHING for name in self.names}
        story = "os._exit() behind the first exercise: what came before counts"
        yield self.sample("os-exit", story, nb, credit, "died")

        nb = self.right()
        del nb.cells[self.at(nb, first)]
        yield self.sample("deleted-cell", "a grade cell was deleted", nb, FULL, "deleted")

        nb = self.right()
        nb.cells.append(copy.deepcopy(nb.cells[self.at(nb, first)]))
        yield self.sample(
            "duplicated-cell", "a grade cell was copied", nb, FULL, "duplicated", "reordered"
        )

        nb = self.right()
        nb.cells.insert(1, nb.cells.pop(self.at(nb, first)))
        yield self.sample(
            "reordered-cell", "a grade cell was moved to the top", nb, FULL, "reordered"
        )

        text = as_bytes(self.right())
        half = text[: len(text) // 2]
        story = "half of the file is missing"
        yield self.sample("broken-file", story, half, NOTHING, "unreadable")
        yield self.sample("empty-file", "a file without a byte", b"", NOTHING, "unreadable")
        signed = self.signed(self.right(), "old-format")
        old = nbformat.writes(nbformat.convert(signed, 3), 3).encode()
        yield self.sample("old-format", "a notebook of nbformat 3", old, FULL, "old-format")
        missing = self.sample("missing", "a folder without the notebook", None, NOTHING, "missing")
        missing.files["notes.txt"] = b"I will hand it in tomorrow.\n"
        yield missing

    def other_files(self) -> Iterator[Sample]:
        """Right answers beside every other file that the key knows."""
        for exercise, wanted in self.key.files.items():
            for kind in [kind for kind in wanted.samples if kind != "right"]:
                data = wanted.samples[kind]()
                credit = {exercise: mark_file(wanted, data).credit}
                sample = self.sample(
                    f"{exercise}-{kind}", f"{wanted.file}: {kind}", self.right(), credit
                )
                sample.files.pop(wanted.file)
                if data is not None:
                    sample.files[wanted.file] = data
                yield sample

    def tricks(self) -> Iterator[Sample]:
        """Attempts to earn points without the answers."""
        first = self.names[0]
        nb = copy.deepcopy(self.released)
        nb.cells[self.at(nb, first)].source = "print('all tests passed')"
        yield self.sample(
            "edited-test", "no answers, and a test cell that was edited", nb, NOTHING, "edited"
        )

        nb = copy.deepcopy(self.released)
        for name in self.names:
            self.answer(nb, name).source = f"{YES}\n\ndef {name}(*args):\n    return Yes()"
        yield self.sample(
            "equals-everything", "answers that claim to equal everything", nb, NOTHING
        )

        nb = copy.deepcopy(self.released)
        nb.cells.insert(0, new_code_cell(TAMPER))
        for name in self.names:
            self.answer(nb, name).source = f"def {name}(*args):\n    return 0"
        yield self.sample(
            "tampers", "print, errors, NumPy's tests and the shell replaced", nb, NOTHING
        )

    def another_id(self) -> Iterator[Sample]:
        """A notebook of somebody else's, where each has numbers of their own."""
        if self.key.identity is not None:
            nb = as_bytes(self.signed(self.right(), "somebody-else"))
            story = "right answers to another student's numbers, under that student's id"
            yield self.sample("another-id", story, nb, FULL, "another-id")

    def some(self) -> list[Sample]:
        """A small class for a unit whose notebooks come with large files."""
        kinds = {"all-correct", "nothing-answered", "half-done"}
        few = [sample for sample in self.honest() if sample.name in kinds]
        return [*few, next(self.slips()), *self.other_files()]

    def everyone(self) -> list[Sample]:
        """The whole class; a small one where files go with the notebooks."""
        if self.key.files:
            return self.some()
        return [
            *self.honest(),
            *self.slips(),
            *self.accidents(),
            *self.tricks(),
            *self.another_id(),
        ]


CONVERT = '''

import numpy


def converted(function, kind):
    def convert(value):
        if isinstance(value, (tuple, list)):
            return type(value)(convert(item) for item in value)
        return kind(value) if type(value) is int else value

    return lambda *args: convert(function(*args))


{name} = converted({name}, {convert})
{name}.__name__ = "{name}"'''

YES = """class Yes(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = int.__hash__"""

TAMPER = """import ast
import builtins

import numpy.testing
from IPython import get_ipython

shell = get_ipython()
numpy.testing.assert_equal = numpy.testing.assert_allclose = lambda *args, **kwargs: None
builtins.AssertionError = type("AssertionError", (Warning,), {})
builtins.print = lambda *args, **kwargs: None


class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

    def visit_Raise(self, node):
        return ast.Pass()


shell.ast_transformers.append(NoAsserts())
original = type(shell).run_cell_async


async def run_cell_async(self, raw_cell, *args, **kwargs):
    if raw_cell.startswith("check("):
        raw_cell = "'✓ all examples agree'"
    return await original(self, raw_cell, *args, **kwargs)


type(shell).run_cell_async = run_cell_async
type(shell).run_cell = lambda self, *args, **kwargs: None"""


def _function(name: str, body: str) -> str:
    return f"def {name}(*args):\n    {body}"


def _id(cell: NotebookNode) -> str | None:
    name: str | None = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name


def as_bytes(nb: NotebookNode) -> bytes:
    """A notebook as the bytes of its file."""
    return (json.dumps(nb, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
