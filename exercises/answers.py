"""Answers as plain data: what a student's function returned, as numbers, text, lists and arrays.

An answer is data from a stranger.  It is compared only after it has been turned into one of a few
plain types, so that no object of the student's takes part in the comparison, neither in the
notebook's own ``check`` nor in the engine that gives the marks.  Both use this module, which is why
a notebook's check and the final mark never disagree on what counts as an integer:

=====================  =====================================================================
a student returns      it counts as
=====================  =====================================================================
``5``                  the integer 5
``numpy.int64(5)``     the integer 5: the value is right, and NumPy made it
an ``int`` subclass    its integer value, whatever the class claims about ``==``
``5.0``                5, with a remark that a size should be an ``int``
``True``               a truth value, never the integer 1
a tuple or a list      a sequence; the two are not told apart
an array or a tensor   an array; a nested list of numbers stands for one where one is asked
floats in an array     the numbers that they are, except where the exercise says that whole numbers
                       have to stay whole
an exception           "raised", with the names of its class and base classes
anything else          nothing that can be right
an argument changed    nothing that can be right, whatever is returned
=====================  =====================================================================

How answers are compared: ``exercises.comparison``.  How they travel: ``exercises.wire``.

NumPy is not imported here: where it has not been imported, no answer can be one of its arrays.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

MAX_ITEMS = 100_000  # numbers in one answer; see ``Budget`` for what counts as how many
MAX_TEXT = 10_000  # characters of one string
MAX_DEPTH = 8  # lists within lists
MAX_BITS = 12_000  # of one integer: Python itself refuses to print many more

ARRAY_KINDS = "biuf"  # truth values, integers, unsigned integers, floats


# what a class is called and inherits from, even where its metaclass claims something else
_class_name = type.__dict__["__name__"].__get__
_bases = type.__dict__["__mro__"].__get__


class NotPlain(ValueError):
    """The answer is no plain data; the message says what it is instead.

    ``kind`` is the name of its class, where it is that which is wrong with it.
    """

    def __init__(self, what: str, kind: str = "") -> None:
        super().__init__(what)
        self.kind = kind


@dataclass(frozen=True)
class Raised:
    """A call that ended in an exception.

    ``names`` holds the exception's class name and those of its bases, so that a subclass of
    ``ValueError`` counts where a ``ValueError`` is asked.
    """

    names: tuple[str, ...]
    message: str = ""

    @classmethod
    def of(cls, error: BaseException | type[BaseException], message: str = "") -> Raised:
        """The record of an exception or of an exception class."""
        if isinstance(error, type):
            kind = error
        else:
            kind, message = type(error), message or _text_of(error)
        names = tuple(_class_name(base)[:100] for base in _bases(kind) if base is not object)
        return cls(names[:16], message[:300])

    def __str__(self) -> str:
        return f"{self.names[0]}: {self.message}" if self.message else f"{self.names[0]}"


CHANGED = "changed"  # the kind of an answer after which an argument was another


@dataclass(frozen=True)
class Other:
    """An answer that is no plain data; ``what`` describes it.  It equals nothing that is asked.

    ``kind`` is the name of its class, where that is known, or CHANGED.
    """

    what: str
    kind: str = field(default="", compare=False)

    @classmethod
    def of(cls, problem: NotPlain) -> Other:
        """The record of what could not be made plain."""
        return cls(str(problem), problem.kind)

    def __str__(self) -> str:
        return self.what


def is_array(value: Any) -> bool:
    """Whether ``value`` is a NumPy array."""
    np = sys.modules.get("numpy")
    return np is not None and isinstance(value, np.ndarray)


def _text_of(error: BaseException) -> str:
    """An exception's message; "" where its class cannot give one."""
    try:
        return str.__str__(str(error))
    except Exception:
        return ""


class Budget:
    """How much more an answer may hold, over all its lists, dicts and arrays together.

    It is counted in numbers.  A text counts as one for every eight of its characters and one more,
    an integer of many digits likewise for its bits; an axis of an array without any number in it
    counts as one of length 1, since a list made of the array would have the other axes' lengths.
    """

    def __init__(self) -> None:
        self.left = MAX_ITEMS

    def spend(self, items: int) -> None:
        """Use up so many numbers.  Raises NotPlain when there are no more."""
        self.left -= items
        if self.left < 0:
            raise NotPlain(f"more than {MAX_ITEMS} items")

    def spend_on(self, scalar: Any) -> Any:
        """Use up what a plain scalar counts as; returns it.  Raises NotPlain."""
        more = 0
        if type(scalar) is str:
            more = len(scalar) // 8
        elif type(scalar) is int:
            more = scalar.bit_length() // 64
        self.spend(1 + more)
        return scalar

    def spend_on_axes(self, shape: Iterable[int]) -> None:
        """Use up what an array of this shape counts as.  Raises NotPlain."""
        self.spend(math.prod(max(1, length) for length in shape))


def plain(value: Any) -> Any:
    """``value`` as plain data: None, bool, int, float, str, list, dict or a NumPy array.

    Raises NotPlain where that is impossible (another type, too deep, too large).  Tuples become
    lists.  Only exact, built-in behaviour is used: methods that a student's class overrides are
    not called.
    """
    try:
        return _plain(value, 0, Budget())
    except NotPlain:
        raise
    except Exception as error:  # a class whose own methods misbehave
        what = f"an object that cannot be read ({_class_name(type(error))})"
        raise NotPlain(what) from None


def _plain(value: Any, depth: int, budget: Budget) -> Any:
    kind = type(value)
    np = sys.modules.get("numpy")
    if np is not None and issubclass(kind, np.ndarray):
        return _plain_array(np.asarray(value), budget)
    module, name = type.__dict__["__module__"].__get__(kind), _class_name(kind)
    if str(module).partition(".")[0] == "torch" and name in {"Tensor", "Parameter"}:
        from numpy import asarray

        return _plain_array(asarray(value.detach().cpu().numpy()), budget)
    if not issubclass(kind, (list, tuple, dict, range)):
        return budget.spend_on(plain_scalar(value, kind))
    if depth >= MAX_DEPTH:
        raise NotPlain(f"lists nested more than {MAX_DEPTH} deep")
    if issubclass(kind, dict):
        pairs = {}
        for key, item in dict.items(value):
            if type(key) is not str:
                raise NotPlain(f"a dict with a key of type {_class_name(type(key))}")
            name = budget.spend_on(plain_scalar(key, str))
            pairs[name] = _plain(item, depth + 1, budget)
        budget.spend(not pairs)
        return pairs
    own = next(base for base in (list, tuple, range) if issubclass(kind, base))
    items = [_plain(item, depth + 1, budget) for item in own.__iter__(value)]
    budget.spend(not items)
    return items


def plain_scalar(value: Any, kind: type) -> Any:
    """A number, a truth value, a text or None as Python's own.  Raises NotPlain."""
    if value is None or kind is bool or kind is float:
        return value
    if issubclass(kind, int):
        number = int.__int__(value)
        if number.bit_length() > MAX_BITS:
            raise NotPlain("an integer with thousands of digits")
        return number
    if issubclass(kind, float):  # numpy.float64 is one of them
        return float.__float__(value)
    np = sys.modules.get("numpy")
    if np is not None and issubclass(kind, np.generic):
        if issubclass(kind, np.bool_):
            return bool(value)
        if issubclass(kind, np.integer):
            return int(np.generic.item(value))
        if issubclass(kind, np.floating):
            return float(np.generic.item(value))
    if issubclass(kind, str):
        text = str.__str__(value)
        if len(text) > MAX_TEXT:
            raise NotPlain(f"a text of {len(text)} characters")
        return text
    name = _class_name(kind)
    raise NotPlain(f"an object of type {name}", name)


def _plain_array(array: Any, budget: Budget) -> Any:
    import numpy as np

    if array.dtype.kind not in ARRAY_KINDS:
        raise NotPlain(f"an array of {array.dtype}")
    if array.ndim > MAX_DEPTH or max(array.shape, default=0) > MAX_ITEMS:
        raise NotPlain(f"an array with {array.ndim} axes, the longest of {max(array.shape)}")
    budget.spend_on_axes(array.shape)
    if array.ndim == 0:
        return plain_scalar(array[()], array.dtype.type)
    return np.array(in_doubles(array), order="C")  # a base-class copy


def in_doubles(array: Any) -> Any:
    """An array with no longer floats than doubles: there is no Python number for those."""
    if array.dtype.kind != "f" or array.dtype.itemsize <= 8:
        return array
    import numpy as np

    with np.errstate(all="ignore"):  # what is too large for a double is infinite
        return array.astype(float)


def as_array(value: Any) -> Any:
    """A plain array, or a nested list of numbers as one.  Raises NotPlain for anything else.

    Everything is looked at before anything is converted: NumPy would give each of a thousand short
    texts the room of the longest, and take ``True`` for 1.
    """
    if is_array(value):
        return value
    if type(value) is not list:
        raise NotPlain(f"no list of numbers, but {_class_name(type(value))}")
    kinds: set[bool] = set()
    _shape_of(value, kinds)
    if len(kinds) > 1:
        raise NotPlain("a list of both numbers and truth values")
    import numpy as np

    try:
        array = np.array(value)
    except (ValueError, OverflowError):  # an integer that is larger than any float beside it
        raise NotPlain("a list of numbers that are too large for an array") from None
    if array.dtype.kind not in ARRAY_KINDS:
        raise NotPlain("a list of integers that are too large for an array")
    return array


def _shape_of(value: Any, kinds: set[bool]) -> tuple[int, ...]:
    """The shape of a nested list; adds to ``kinds`` whether there are truth values in it, or not.

    Raises NotPlain for rows of different lengths, and for what is no number.
    """
    if is_array(value):
        kinds.add(value.dtype.kind == "b")
        return tuple(value.shape)
    if type(value) is not list:
        if type(value) not in (bool, int, float):
            raise NotPlain(f"a list with {_class_name(type(value))} in it")
        kinds.add(type(value) is bool)
        return ()
    shapes = {_shape_of(item, kinds) for item in value}
    if len(shapes) > 1:
        raise NotPlain("rows of different lengths")
    return (len(value), *(shapes.pop() if shapes else ()))


def arguments(call: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of a call as plain data in which tuples stay tuples.  Raises NotPlain.

    What a check asks and what a grader asks is of the same types, whatever it travelled through.
    """
    plain(list(call))
    return tuple(map(_argument, call))


def _argument(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_argument, value))
    if isinstance(value, list):
        return list(map(_argument, value))
    if isinstance(value, dict):
        return {key: _argument(item) for key, item in value.items()}
    return plain(value)


def answer_of(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """What ``function(*args)`` answers, as plain data, a Raised or an Other.

    Raises nothing but KeyboardInterrupt: whoever interrupts a cell means the cell.
    """
    try:
        value = function(*args)
    except (Exception, SystemExit) as error:
        return Raised.of(error)
    try:
        return plain(value)
    except NotPlain as problem:
        return Other.of(problem)


def answer_of_keeper(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """What ``function(*args)`` answers, as ``answer_of``; an Other where it changed an argument.

    Whoever asks again would get another answer, so that none of them counts.
    """
    before = _numbers_in(args)
    answer = answer_of(function, args)
    if before is None or same_arguments(before, _numbers_in(args)):
        return answer
    return Other("an answer, and an argument is no longer what it was", CHANGED)


def _numbers_in(args: tuple[Any, ...]) -> list[Any] | None:
    """A plain copy of arguments that can be changed; None where none can, or they are no data."""
    if all(type(arg) in (int, float, bool, str, type(None)) for arg in args):
        return None
    try:
        return list(plain(list(args)))
    except NotPlain:
        return None


def same_arguments(before: list[Any], after: list[Any] | None) -> bool:
    """Whether plain arguments are what they were, exactly."""
    return after is not None and len(before) == len(after) and all(map(_same, before, after))


def _same(one: Any, other: Any) -> bool:
    if is_array(one) or is_array(other):
        if not (is_array(one) and is_array(other)) or one.shape != other.shape:
            return False
        return bool(one.dtype == other.dtype and one.tobytes() == other.tobytes())
    if type(one) is not type(other):
        return False
    if type(one) is list:
        return len(one) == len(other) and all(map(_same, one, other))
    if type(one) is dict:
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other or one != one)
