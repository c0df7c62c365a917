"""The public half of exercises: what a notebook's ``check`` works from, and nothing else.

An exercise says what to write, shows examples, and knows the well-known mistakes: their words, and
how each of them answers the examples and the probes.  No mistake's code is here and no reference.
A unit's public half is one JSON file, which ``make release`` writes from the teacher's
``exercises.py`` (``exercises.authoring``); ``read`` and ``write`` are the two ways across.

Five kinds:

- ``Exercise``: a function that gives the right answer for every input.
- ``Claim``: something wrong is said; the answer is a counterexample.  Many are right, and
  ``requirements`` (expressions over the answer's names) say what makes one.
- ``Tests``: a function that judges implementations of another; ``subjects`` are the implementations
  that the check tries it on.
- ``Question`` and ``Identity`` (``variants``): questions with numbers of the student's own, and the
  function that says whose they are.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exercises.answers import Other, Raised, answer_of_keeper, is_array
from exercises.claims import Requirement, names_in, requirement_of_form, value_of
from exercises.comparison import accepts, look_alike
from exercises.variants import Chain, Identity, Question

Function = Callable[..., Any]


@dataclass(frozen=True)
class Input:
    """Arguments to ask for, with the right answer (plain data, or a Raised).

    ``whole``: where that is of whole numbers, floats are wrong.
    """

    args: tuple[Any, ...]
    right: Any
    whole: bool = False

    def accepts(self, answer: Any) -> bool:
        """Whether plain ``answer`` is the right one."""
        return accepts(answer, self.right, whole=self.whole)


@dataclass(frozen=True)
class Slip:
    """A well-known wrong way to answer.

    ``hint`` asks a question or points at a picture; ``more`` tells, and is folded away at first.
    ``answers`` are the slip's own to the exercise's inputs, in order; ``prints`` are fingerprints
    of its answers to all public inputs, and to those of them that have an answer.  A claim's slip
    has an expression ``matches`` instead, which recognises it in an answer.
    """

    id: str
    says: str
    hint: str
    more: str = ""
    answers: tuple[Any, ...] = ()
    matches: str = ""
    prints: tuple[str, ...] = ()


BOTH = "both"  # the kind of two slips at once


@dataclass(frozen=True)
class Lookalike:
    """A wrong function that nobody foresaw as a slip: two slips at once, or a small change.

    ``kind`` says which (see ``mutants``; two slips: BOTH) and ``names`` of what: arguments, or the
    slips' ids; ``prints`` as a slip's.
    """

    kind: str
    prints: tuple[str, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """A function to write.

    ``name`` is the function's, and the grade cell's id in the notebook.  ``signature`` shows how it
    is called, ``returns`` what it gives.  ``examples`` are shown; ``probes`` are further inputs, at
    which the slips' answers differ from each other; ``others`` are many more, made when the
    exercise is published.  ``lookalikes`` are wrong functions beside the slips, ``features``
    conditions on the arguments that may tell where a function is wrong, ``praise`` says what a
    right answer gets right that others get wrong.  ``whole``: whole numbers have to stay whole.
    ``needed`` are the arguments that the right answer depends on, ``own`` what a student calls the
    arguments, where that is known.  ``way`` is one way to write it, where the author shows one.
    """

    name: str
    signature: str
    returns: str
    points: float
    examples: tuple[Input, ...] = ()
    probes: tuple[Input, ...] = ()
    slips: tuple[Slip, ...] = ()
    others: tuple[Input, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()
    features: tuple[tuple[str, str], ...] = ()
    praise: str = ""
    whole: bool = False
    needed: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    way: str = ""

    @property
    def all_inputs(self) -> tuple[Input, ...]:
        """Everything that a check asks: examples, probes, others."""
        return (*self.inputs, *self.others)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the function's arguments."""
        inside = self.signature[self.signature.index("(") + 1 : -1]
        return tuple(name.partition("=")[0].strip() for name in inside.split(",") if name.strip())

    @property
    def own_names(self) -> tuple[str, ...]:
        """The arguments' names in words for a student: their own, if they gave others."""
        return self.own or self.arguments

    def named(self, args: tuple[Any, ...]) -> dict[str, Any]:
        """Arguments by the author's names and by the student's."""
        pairs = (*zip(self.own_names, args, strict=False), *zip(self.arguments, args, strict=False))
        return dict(pairs)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Examples, then probes: to these the slips' own answers are known."""
        return (*self.examples, *self.probes)

    def answers(self, function: Function) -> list[Any]:
        """The plain answers of ``function`` to the inputs."""
        return answers_of(function, [given.args for given in self.inputs])

    def diagnose(self, answers: list[Any]) -> Slip | None:
        """The one slip that explains these answers to the inputs; None if none or several do."""
        return self.slip_exactly(answers) or self.slip_but_for_errors(answers)

    def slip_exactly(self, answers: list[Any]) -> Slip | None:
        """The one slip whose own answers these are, throughout."""
        return self._only(lambda slip: all(map(look_alike, answers, slip.answers)), answers)

    def slip_but_for_errors(self, answers: list[Any]) -> Slip | None:
        """The one slip that differs from these answers in errors only.

        It shares a wrong answer with them, to something that has an answer: a slip about errors
        alone has to agree throughout.
        """
        if self.slip_exactly(answers):
            return None
        return self._only(lambda slip: self._but_for_errors(answers, slip), answers)

    def _only(self, explains: Callable[[Slip], bool], answers: list[Any]) -> Slip | None:
        if len(answers) != len(self.inputs):
            return None
        found = [slip for slip in self.slips if explains(slip)]
        return found[0] if len(found) == 1 else None

    def _but_for_errors(self, answers: list[Any], slip: Slip) -> bool:
        shared, asked, given_up = False, 0, 0
        for given, ours, theirs in zip(self.inputs, answers, slip.answers, strict=True):
            exists = not isinstance(given.right, Raised)
            asked += exists
            given_up += exists and isinstance(ours, Raised)
            if isinstance(ours, Raised) or isinstance(theirs, Raised):
                continue
            if not look_alike(ours, theirs):
                return False
            shared |= exists and not given.accepts(theirs)
        return shared and 2 * given_up <= asked


@dataclass(frozen=True)
class Claim:
    """A wrong claim, to be answered with a counterexample; its function takes no arguments.

    ``gives`` maps the names of the answer's parts, in order, to their kinds.  ``requirements`` are
    checked in order, each only where those before it hold.
    """

    name: str
    signature: str
    returns: str
    points: float
    claim: str
    gives: tuple[tuple[str, str], ...]
    requirements: tuple[Requirement, ...] = ()
    slips: tuple[Slip, ...] = ()

    def answers(self, function: Function) -> list[Any]:
        """The plain answer of ``function``, in a list."""
        return answers_of(function, [()])

    @property
    def all_requirements(self) -> tuple[Requirement, ...]:
        """The requirement of form, which follows from ``gives``, and the claim's own."""
        return (requirement_of_form(self.gives), *self.requirements)

    def unmet(self, answer: Any) -> Requirement | None:
        """The first requirement that ``answer`` does not meet, or None if it meets all."""
        names = names_in(answer, self.gives)
        if names is None:
            return self.all_requirements[0]
        for requirement in self.requirements:
            if not _holds(requirement.holds, names):
                return requirement
        return None

    def diagnose(self, answers: list[Any]) -> Slip | None:
        """The one slip that recognises the answer, or None if none or several do."""
        answer = answers[0]
        names = {**(names_in(answer, self.gives) or {}), "answer": answer, "raised": ()}
        if isinstance(answer, Raised):
            names["raised"] = answer.names
        found = [slip for slip in self.slips if _holds(slip.matches, names)]
        return found[0] if len(found) == 1 else None


def _holds(expression: str, names: dict[str, Any]) -> bool:
    """Whether an expression is true; one that cannot be computed for an answer is not."""
    try:
        return bool(value_of(expression, names))
    except Exception:
        return False


@dataclass(frozen=True)
class Subject:
    """An implementation that a student's test is tried on, as source text.

    ``says`` completes "one that ...".  ``sound`` ones have to be accepted, others rejected.
    Within ``source`` the name of the function under test means the right function.
    """

    sound: bool
    says: str
    source: str
    hint: str = ""
    more: str = ""


@dataclass(frozen=True)
class Tests:
    """A function that judges implementations of ``of``.

    It accepts one by returning True, and rejects it by returning anything else or raising an
    error, as ``assert`` does.  ``right`` is the source of a right function where it may be public;
    otherwise the student's own is taken.
    """

    name: str
    signature: str
    returns: str
    points: float
    of: str
    subjects: tuple[Subject, ...] = ()
    right: str = ""


AnyExercise = Exercise | Claim | Tests | Question | Identity
INPUTS = ("examples", "probes", "others")


def answers_of(function: Function, inputs: list[tuple[Any, ...]]) -> list[Any]:
    """The plain answers of ``function``, each to a copy of its arguments; see answer_of_keeper."""
    return [answer_of_keeper(function, copy.deepcopy(args)) for args in inputs]


# --------------------------------------------------------------------------- as JSON


def write(exercises: Mapping[str, AnyExercise]) -> str:
    """A unit's public half as the text of its file: the same for the same exercises."""
    return "[\n" + ",\n".join(map(_lines, map(_written_exercise, exercises.values()))) + "\n]\n"


def _lines(entry: dict[str, Any]) -> str:
    """An exercise's entry as JSON, a field a line and an item of a list a line."""
    fields = []
    for name, value in entry.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value:
            items = ",\n".join(f"   {json.dumps(item, ensure_ascii=False)}" for item in value)
            text = f"[\n{items}\n  ]"
        fields.append(f"  {json.dumps(name)}: {text}")
    return " {\n" + ",\n".join(fields) + "\n }"


class Exercises(Mapping[str, AnyExercise]):
    """The exercises in the text of a unit's public file, each read when it is asked for."""

    def __init__(self, text: str) -> None:
        self._entries = {entry["name"]: entry for entry in json.loads(text)}
        self._read: dict[str, AnyExercise] = {}

    def __getitem__(self, name: str) -> AnyExercise:
        if name not in self._read:
            entry = self._entries[name]
            try:
                self._read[name] = _read_exercise(entry)
            except (KeyError, TypeError, ValueError) as problem:
                raise ValueError(
                    f"What is known of {name} was made by another version of this course: fetch "
                    "the unit again, or make its exercises.json anew with python -m exercises."
                ) from problem
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def read(text: str) -> Exercises:
    """The exercises in a unit's public file, by name."""
    return Exercises(text)


def _written_exercise(exercise: AnyExercise) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "kind": type(exercise).__name__.lower(),
        "name": exercise.name,
        "signature": exercise.signature,
        "returns": exercise.returns,
        "points": exercise.points,
    }
    match exercise:
        case Exercise():
            for kind in INPUTS:
                entry[kind] = [
                    {"args": [written(arg) for arg in one.args], "right": written(one.right)}
                    for one in getattr(exercise, kind)
                ]
            entry["features"] = [list(one) for one in exercise.features]
            entry["praise"] = exercise.praise
            entry["whole"] = exercise.whole
            entry["needed"] = list(exercise.needed)
            if exercise.way:
                entry["way"] = exercise.way
            entry["lookalikes"] = [
                [one.kind, list(one.names), *one.prints] for one in exercise.lookalikes
            ]
        case Claim():
            entry["claim"] = exercise.claim
            entry["gives"] = dict(exercise.gives)
            entry["requirements"] = [[one.says, one.holds] for one in exercise.requirements]
        case Tests():
            entry["of"] = exercise.of
            entry["right"] = exercise.right
            entry["subjects"] = [
                {"sound": one.sound, "says": one.says, "source": one.source, "hint": one.hint,
                 "more": one.more}
                for one in exercise.subjects
            ]  # fmt: skip
            return entry
        case Question():
            entry["chain"] = exercise.chain
            entry["gives"] = dict(exercise.gives)
        case Identity():
            entry["chains"] = [
                {
                    "name": one.name,
                    "says": dict(one.says),
                    "rows": written(list(map(list, one.rows))),
                }
                for one in exercise.chains
            ]
            return entry
    entry["slips"] = []
    for slip in exercise.slips:
        words = {"id": slip.id, "says": slip.says, "hint": slip.hint, "more": slip.more}
        how: dict[str, Any] = {"matches": slip.matches} if slip.matches else {}
        if slip.answers:
            how["answers"] = [written(answer) for answer in slip.answers]
        if slip.prints:
            how["prints"] = list(slip.prints)
        entry["slips"].append({**words, **how})
    return entry


def _read_exercise(entry: dict[str, Any]) -> AnyExercise:
    common = {key: entry[key] for key in ("name", "signature", "returns", "points")}
    if entry["kind"] == "tests":
        subjects = tuple(Subject(**subject) for subject in entry["subjects"])
        return Tests(**common, of=entry["of"], right=entry["right"], subjects=subjects)
    if entry["kind"] == "identity":
        chains = (
            Chain(
                one["name"], tuple(one["says"].items()), tuple(map(tuple, read_value(one["rows"])))
            )
            for one in entry["chains"]
        )
        return Identity(**common, chains=tuple(chains))
    slips = tuple(
        Slip(
            **{
                **slip,
                "answers": tuple(read_value(one) for one in slip.get("answers", ())),
                "prints": tuple(slip.get("prints", ())),
            }
        )
        for slip in entry["slips"]
    )
    if entry["kind"] == "claim":
        requirements = tuple(Requirement(*one) for one in entry["requirements"])
        gives = tuple(entry["gives"].items())
        return Claim(**common, claim=entry["claim"], gives=gives, requirements=requirements,
                     slips=slips)  # fmt: skip
    if entry["kind"] == "question":
        gives = tuple(entry["gives"].items())
        return Question(**common, chain=entry["chain"], gives=gives, slips=slips)
    inputs: dict[str, Any] = {
        kind: tuple(
            Input(
                tuple(read_value(arg) for arg in one["args"]),
                read_value(one["right"]),
                entry["whole"],
            )
            for one in entry[kind]
        )
        for kind in INPUTS
    }
    lookalikes = tuple(
        Lookalike(kind, tuple(prints), tuple(names)) for kind, names, *prints in entry["lookalikes"]
    )
    features = tuple((says, holds) for says, holds in entry["features"])
    return Exercise(**common, **inputs, slips=slips, lookalikes=lookalikes, features=features,
                    praise=entry["praise"], whole=entry["whole"], way=entry.get("way", ""),
                    needed=tuple(entry["needed"]))  # fmt: skip


def written(value: Any) -> Any:
    """A value as JSON that a person can read; ``read_value`` is its twin."""
    if isinstance(value, Raised):
        return {"raised": list(value.names), "message": value.message}
    if isinstance(value, Other):
        return {"other": value.what}
    if is_array(value):
        little = value.dtype.newbyteorder("<").str
        items = value.tolist() if value.size else []  # 300 times 300 empty rows are in the shape
        return {"array": [written(item) for item in items], "dtype": little,
                "shape": list(value.shape)}  # fmt: skip
    if isinstance(value, tuple):
        return {"tuple": [written(item) for item in value]}
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, dict):
        return {"dict": {key: written(item) for key, item in value.items()}}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    return value


def read_value(data: Any) -> Any:
    """The value that ``written`` wrote."""
    if isinstance(data, list):
        return [read_value(item) for item in data]
    if not isinstance(data, dict):
        return data
    match data:
        case {"raised": names, "message": message}:
            return Raised(tuple(names), message)
        case {"other": what}:
            return Other(what)
        case {"array": items, "dtype": dtype, "shape": shape}:
            import numpy as np

            return np.array(read_value(items), dtype).reshape(shape)
        case {"tuple": items}:
            return tuple(read_value(item) for item in items)
        case {"float": text}:
            return float(text)
    return {key: read_value(item) for key, item in data["dict"].items()}
