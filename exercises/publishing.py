"""What is worked out when an exercise is published: many more inputs, and wrong functions' prints.

The inputs are like those that the author gave, and none is a hidden case; their right answers let a
check see more than the examples do.  The wrong functions are pairs of the author's slips and small
changes of the reference (``mutants``); of each only fingerprints are kept.
"""

from __future__ import annotations

import contextlib
import dataclasses
import dis
import itertools
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from exercises import public
from exercises.answers import Other, Raised, is_array, plain
from exercises.calls import TooLong, observe_all
from exercises.claims import value_of
from exercises.errors import BadExercise
from exercises.fingerprint import fingerprint
from exercises.mutants import Mutant, mutants

if TYPE_CHECKING:
    from exercises.authoring import AuthoredExercise

OTHERS = 110  # inputs, unless the author asks for fewer; of arrays as many as NUMBERS allows
NUMBERS = 2_500  # in the arguments and answers of all others together
LARGEST = 150  # numbers in one of them
TRIED = 4_000
# A wrong function has no end if it runs so many times as many lines as the reference, and so many
# more: counted in lines, since what is published must not depend on how fast a machine is.
TIMES, MORE = 3, 1_000
SLIPS_LINES = 2_000_000  # an author's slip may count by hand what the reference computes
SECONDS = 60.0  # for what no count of lines sees
MOST_ERRORS = 0.25  # of the others

Function = Callable[..., Any]


def published(exercise: AuthoredExercise) -> public.Exercise:
    """The exercise's public half with everything that a check works from."""
    plain_half = exercise.public
    others = tuple(_others(exercise))
    whole = dataclasses.replace(plain_half, others=others)
    slips = tuple(
        dataclasses.replace(slip, prints=_prints_of_slip(exercise, slip.id, whole))
        for slip in plain_half.slips
    )
    whole = dataclasses.replace(whole, slips=slips)
    return dataclasses.replace(whole, lookalikes=tuple(_lookalikes(exercise, whole)))


def _prints_of_slip(exercise: AuthoredExercise, id: str, whole: public.Exercise) -> tuple[str, ...]:
    """The fingerprints of a slip; none where it does not end for some input."""
    try:
        most = max(lines_for(exercise, whole), SLIPS_LINES)
        return prints_of(exercise.wrong(id), whole, most)
    except NoEnd:
        return ()


def prints_of(function: Function, exercise: public.Exercise, lines: int) -> tuple[str, str]:
    """The fingerprints of a function: of all its answers, and of those where there is one.

    Raises NoEnd for a function that does not end: a small change may make a loop go on for ever.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _at_most(lines) if _loops(function) else contextlib.nullcontext():
            calls = observe_all(
                function, [given.args for given in exercise.all_inputs], SECONDS, SECONDS
            )
    if len(calls) < len(exercise.all_inputs) or calls[-1].late or calls[-1].cut:
        raise NoEnd
    return prints([call.answer for call in calls], exercise)


class NoEnd(Exception):
    """A function did not end in time."""


def _loops(function: Function) -> bool:
    """Whether a function has a loop of its own: only such a one may have no end."""
    todo = [function.__code__]
    while todo:
        code = todo.pop()
        todo += [const for const in code.co_consts if isinstance(const, CodeType)]
        # a while loop ends in a conditional jump, which has names of its own in Python 3.11
        if any("BACKWARD" in one.opname for one in dis.get_instructions(code)):
            return True
    return False


def lines_for(exercise: AuthoredExercise, whole: public.Exercise) -> int:
    """How many lines a wrong function may run for all its answers."""
    if exercise.lines is None:
        with _at_most(10**9) as left:
            public.answers_of(exercise.reference, [given.args for given in whole.all_inputs])
        exercise.lines = TIMES * (10**9 - left()) + MORE
    return exercise.lines


@contextlib.contextmanager
def _at_most(lines: int) -> Iterator[Callable[[], int]]:
    """Raise TooLong once so many lines of authors' functions have been run; gives what is left."""
    left = lines

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        file = frame.f_code.co_filename
        if not file.startswith("<") or file.startswith(("<string>", "<frozen")):
            return None  # the kit's own dataclasses, and loading of modules
        left -= event == "line"
        if left < 0:
            raise TooLong
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lambda: left
    finally:
        sys.settrace(before)


def prints(answers: Sequence[Any], exercise: public.Exercise) -> tuple[str, str]:
    """The two fingerprints of answers to all public inputs."""
    pairs = zip(answers, exercise.all_inputs, strict=True)
    answered = [answer for answer, given in pairs if not isinstance(given.right, Raised)]
    return fingerprint(answers), fingerprint(answered)


# ------------------------------------------------------------------------------- inputs


def _others(exercise: AuthoredExercise) -> Iterator[public.Input]:
    """Further inputs with their right answers."""
    hidden = [case for group in exercise.groups for case in group.cases]
    # an error, or an empty answer, where the author's own inputs know none is outside the promise
    promised = set().union(*map(_kind, exercise.expected))
    taken = {case_key(case) for case in (*hidden, *exercise.inputs)}
    count = numbers = errors = 0
    for case in candidates(exercise):
        right = public.answers_of(exercise.reference, [case])[0]
        if isinstance(right, Other) or _kind(right) - promised:
            continue
        if isinstance(right, Raised):
            if "ValueError" not in right.names or errors >= MOST_ERRORS * exercise.others:
                continue
            right = Raised(right.names)
        if (key := case_key(case)) in taken:
            continue
        size = _size(case) + _size(right)
        if size > LARGEST:
            continue
        numbers += size
        if numbers > NUMBERS:
            return
        errors += isinstance(right, Raised)
        count += 1
        taken.add(key)
        yield public.Input(case, right, exercise.whole)
        if count == exercise.others:
            return


def _kind(right: Any) -> set[str]:
    """What is special about a right answer: an error, or nothing in it."""
    if isinstance(right, Raised):
        return {"error"}
    empty = right.size == 0 if is_array(right) else right == []
    return {"empty"} if empty else set()


def candidates(exercise: AuthoredExercise) -> Iterator[tuple[Any, ...]]:
    """Inputs of the kind that the author gave: whole numbers stay in the range of theirs.

    The author's inputs keep to what the exercise promises, so that these do as well; what belongs
    together beyond that is said by ``exercise.valid``.
    """
    hidden = [case for group in exercise.groups for case in group.cases]
    known = [*exercise.inputs, *hidden]
    draw = random.Random(exercise.name)
    ranges = [  # an argument that may be left out is not in every case
        _range([case[place] for case in known if place < len(case)])
        for place in range(max(map(len, known)))
    ]
    lengths = _lengths(known)
    for _ in range(TRIED):
        base = draw.choice(known)
        case = tuple(_varied(arg, span, draw) for arg, span in zip(base, ranges, strict=False))
        case = _resized(case, lengths, draw)
        names = dict(zip(exercise.arguments, case, strict=False))
        if not exercise.valid or value_of(exercise.valid, names):
            yield case


def _range(values: list[Any]) -> tuple[int, int] | None:
    """The range of whole numbers, all but the largest of them: small cases are easier to read."""
    if not all(type(value) is int for value in values):
        return None
    values = sorted(values)
    return values[0], values[int(0.8 * (len(values) - 1))]


def _lengths(known: Sequence[tuple[Any, ...]]) -> list[int]:
    """How long the lists are, where all lists of a case are equally long and free to be shorter.

    They are not where an array goes with them, or where they are square, as a kernel is.
    """
    found = []
    square = True
    for case in known:
        lists = [arg for arg in case if type(arg) is list]
        if not lists or any(map(is_array, case)) or len(set(map(len, lists))) > 1 or not lists[0]:
            return []
        found.append(len(lists[0]))
        square &= any(type(one[0]) is list and len(one[0]) == len(one) for one in lists)
    return [] if square else sorted(set(found))


def _resized(case: tuple[Any, ...], lengths: list[int], draw: random.Random) -> tuple[Any, ...]:
    """A case with some of its lists' items, in another order; all lists alike."""
    count = next((len(arg) for arg in case if type(arg) is list), 0)
    fitting = [length for length in lengths if length <= count]
    if not fitting:
        return case
    places = draw.sample(range(count), draw.choice(fitting))
    return tuple([arg[at] for at in places] if type(arg) is list else arg for arg in case)


def _varied(value: Any, span: tuple[int, int] | None, draw: random.Random) -> Any:
    if span is not None:
        return draw.randint(*span)
    if type(value) is float and draw.random() < 0.5:
        return value * draw.choice((0.5, 1.0, 2.0))
    if isinstance(value, (list, tuple)) and value and all(type(one) is int for one in value):
        return type(value)(draw.sample(value, len(value)))
    if is_array(value) and value.dtype.kind in "iuf" and value.size:
        import numpy as np

        # the numbers of the array in another order: it stays what it was, one-hot rows included
        if value.ndim > 1 and draw.random() < 0.5:
            return value[np.array(draw.sample(range(len(value)), len(value)))]
        return value.copy()
    return value


def case_key(case: tuple[Any, ...]) -> str:
    """The same text for the same input, arrays and lists alike."""
    return fingerprint([plain(arg) for arg in case])


def _size(value: Any) -> int:
    if is_array(value):
        return int(value.size) + 4
    if isinstance(value, (list, tuple)):
        return 1 + sum(map(_size, value))
    return 1


# ------------------------------------------------------------------------------- wrong functions


def _lookalikes(exercise: AuthoredExercise, whole: public.Exercise) -> Iterator[public.Lookalike]:
    """Pairs of slips, then small changes; what two explanations share is told by neither.

    Alike to the right answer, or to a slip by itself, is nothing to tell.
    """
    right = prints([given.right for given in whole.all_inputs], whole)
    known = {right[0], *(slip.prints[0] for slip in whole.slips if slip.prints)}
    found: dict[str, public.Lookalike | None] = {}
    most = lines_for(exercise, whole)
    pairs = (
        public.Lookalike(public.BOTH, prints_of(function, whole, most), ids)
        for ids, function in _pairs(exercise)
    )
    single = (
        public.Lookalike(one.mutant.kind, one.prints, one.mutant.names)
        for one in exercise.changes(whole)
    )
    for new in (*pairs, *single):
        if new.prints[0] in known or new.prints[1] == right[1]:
            continue  # where only errors differ, that is told in its own words
        before = found.setdefault(new.prints[0], new)
        if before is None or (before.kind, before.names) == (new.kind, new.names):
            continue
        # a pair of slips says more than a small change; of two others nobody knows which
        of_slips = before.kind == public.BOTH, new.kind == public.BOTH
        found[new.prints[0]] = before if of_slips == (True, False) else None
    yield from (one for one in found.values() if one is not None)


def _pairs(exercise: AuthoredExercise) -> Iterator[tuple[tuple[str, str], Function]]:
    """Every two slips that are edits of different places, made at once."""
    edits = [slip for slip in exercise.slips.values() if slip.change is not None]
    for one, other in itertools.combinations(edits, 2):
        assert one.change is not None and other.change is not None
        try:
            text = (one.change & other.change).of(exercise.source)
            function = exercise.made(text, f"{one.id} and {other.id}")
        except BadExercise:
            continue
        yield (one.id, other.id), function


def changed(exercise: AuthoredExercise, whole: public.Exercise) -> Iterator[Changed]:
    """Every small change of the reference that ends, with its fingerprints.

    None where the author wants no further inputs: an answer takes long then, and a few inputs prove
    little.
    """
    if not exercise.others:
        return
    most = lines_for(exercise, whole)
    for mutant in mutants(exercise.source):
        try:
            function = exercise.made(mutant.source, mutant.kind)
            yield Changed(mutant, function, prints_of(function, whole, most))
        except (BadExercise, NoEnd, MemoryError):
            continue


@dataclasses.dataclass(frozen=True)
class Changed:
    """A small change as a function."""

    mutant: Mutant
    function: Function
    prints: tuple[str, str]
