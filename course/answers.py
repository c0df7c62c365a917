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
an exception           "raised", with the names of its class and base classes
anything else          nothing that can be right
=====================  =====================================================================

Across the sandbox's wall answers travel as JSON with arrays as raw bytes; never as pickles.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_ITEMS = 100_000  # numbers in one answer
MAX_TEXT = 10_000  # characters of one string
MAX_DEPTH = 8  # lists within lists
MAX_BITS = 12_000  # of one integer: Python itself refuses to print many more

ARRAY_KINDS = "biuf"  # truth values, integers, unsigned integers, floats


# what a class is called and inherits from, even where its metaclass claims something else
_class_name = type.__dict__["__name__"].__get__
_bases = type.__dict__["__mro__"].__get__


class NotPlain(ValueError):
    """The answer is no plain data; the message says what it is instead."""


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
        kind = error if isinstance(error, type) else type(error)
        names = tuple(_class_name(base)[:100] for base in _bases(kind) if base is not object)
        return cls(names[:16], (message or ("" if kind is error else _text_of(error)))[:300])

    def __str__(self) -> str:
        return f"{self.names[0]}: {self.message}" if self.message else f"{self.names[0]}"


@dataclass(frozen=True)
class Other:
    """An answer that is no plain data; ``what`` describes it.  It equals nothing that is asked."""

    what: str

    def __str__(self) -> str:
        return self.what


def _text_of(error: BaseException) -> str:
    """An exception's message; "" where its class cannot give one."""
    try:
        return str.__str__(str(error))
    except Exception:
        return ""


class _Budget:
    """How much more an answer may hold, over all its lists, dicts and arrays together."""

    def __init__(self) -> None:
        self.left = MAX_ITEMS

    def spend(self, items: int) -> None:
        self.left -= items
        if self.left < 0:
            raise NotPlain(f"more than {MAX_ITEMS} items")


def plain(value: Any) -> Any:
    """``value`` as plain data: None, bool, int, float, str, list, dict or a NumPy array.

    Raises NotPlain where that is impossible (another type, too deep, too large).  Tuples become
    lists.  Only exact, built-in behaviour is used: methods that a student's class overrides are
    not called.
    """
    try:
        return _plain(value, 0, _Budget())
    except NotPlain:
        raise
    except Exception as error:  # a class whose own methods misbehave
        what = f"an object that cannot be read ({_class_name(type(error))})"
        raise NotPlain(what) from None


def _plain(value: Any, depth: int, budget: _Budget) -> Any:
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return _plain_array(np.asarray(value), budget)
    module, name = type.__dict__["__module__"].__get__(kind), _class_name(kind)
    if str(module).partition(".")[0] == "torch" and name in {"Tensor", "Parameter"}:
        return _plain_array(np.asarray(value.detach().cpu().numpy()), budget)
    if not issubclass(kind, (list, tuple, dict, range)):
        budget.spend(1)
        return _plain_scalar(value, kind)
    if depth >= MAX_DEPTH:
        raise NotPlain(f"lists nested more than {MAX_DEPTH} deep")
    if issubclass(kind, dict):
        pairs = {}
        for key, item in dict.items(value):
            if type(key) is not str:
                raise NotPlain(f"a dict with a key of type {_class_name(type(key))}")
            pairs[_plain_scalar(key, str)] = _plain(item, depth + 1, budget)
        budget.spend(not pairs)
        return pairs
    own = next(base for base in (list, tuple, range) if issubclass(kind, base))
    items = [_plain(item, depth + 1, budget) for item in own.__iter__(value)]
    budget.spend(not items)
    return items


def _plain_scalar(value: Any, kind: type) -> Any:
    if value is None or kind is bool or kind is float:
        return value
    if issubclass(kind, np.bool_):
        return bool(value)
    if issubclass(kind, int):
        number = int.__int__(value)
        if number.bit_length() > MAX_BITS:
            raise NotPlain("an integer with thousands of digits")
        return number
    if issubclass(kind, np.integer):
        return int(np.generic.item(value))
    if issubclass(kind, float):  # numpy.float64 is one of them
        return float.__float__(value)
    if issubclass(kind, np.floating):
        return float(np.generic.item(value))
    if issubclass(kind, str):
        text = str.__str__(value)
        if len(text) > MAX_TEXT:
            raise NotPlain(f"a text of {len(text)} characters")
        return text
    raise NotPlain(f"an object of type {_class_name(kind)}")


def _plain_array(array: np.ndarray, budget: _Budget) -> Any:
    if array.dtype.kind not in ARRAY_KINDS:
        raise NotPlain(f"an array of {array.dtype}")
    if array.ndim > MAX_DEPTH or max(array.shape, default=0) > MAX_ITEMS:
        raise NotPlain(f"an array with {array.ndim} axes, the longest of {max(array.shape)}")
    budget.spend(max(1, array.size))
    if array.ndim == 0:
        return _plain_scalar(array[()], array.dtype.type)
    return np.array(array, order="C")  # a base-class copy


def answer_of(function: Any, args: tuple) -> Any:
    """What ``function(*args)`` answers, as plain data, a Raised or an Other.  Never raises."""
    try:
        value = function(*args)
    except (Exception, SystemExit) as error:
        return Raised.of(error)
    try:
        return plain(value)
    except NotPlain as problem:
        return Other(str(problem))


# --------------------------------------------------------------------------- comparing


def same(answer: Any, expected: Any, tolerance: float = 1e-6) -> bool:
    """Whether plain ``answer`` is the plain ``expected`` one, by the table at the top.

    Numbers with a fraction are compared within ``tolerance``, relative to the larger of 1 and the
    expected size (in an array of floats: its largest number); integers exactly.
    """
    if isinstance(expected, Raised):
        return isinstance(answer, Raised) and expected.names[0] in answer.names
    if isinstance(answer, (Raised, Other)):
        return False
    if isinstance(expected, np.ndarray):
        return _same_array(answer, expected, tolerance)
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    if expected is None or type(expected) in (bool, str):
        return type(answer) is type(expected) and answer == expected
    if type(expected) in (int, float):
        return _same_number(answer, expected, tolerance)
    if type(expected) is list:
        return (
            type(answer) is list
            and len(answer) == len(expected)
            and all(same(a, e, tolerance) for a, e in zip(answer, expected, strict=True))
        )
    if type(expected) is dict:
        return (
            type(answer) is dict
            and answer.keys() == expected.keys()
            and all(same(answer[key], expected[key], tolerance) for key in expected)
        )
    raise TypeError(f"an expected answer must be plain data, not {type(expected).__name__}")


def _same_number(answer: Any, expected: float, tolerance: float) -> bool:
    if type(answer) not in (int, float):
        return False
    if type(answer) is int and type(expected) is int:
        return answer == expected
    try:
        answer, expected = float(answer), float(expected)
    except OverflowError:
        return False
    if not math.isfinite(expected) or not math.isfinite(answer):
        return answer == expected or (math.isnan(answer) and math.isnan(expected))
    return abs(answer - expected) <= tolerance * max(1.0, abs(expected))


def _same_array(answer: Any, expected: np.ndarray, tolerance: float) -> bool:
    if type(answer) is list:
        if len(set(map(_is_truth, _leaves(answer)))) > 1:
            return False  # NumPy would take True for 1
        try:
            answer = np.array(answer)
        except ValueError:  # rows of different lengths
            return False
    if not isinstance(answer, np.ndarray) or answer.dtype.kind not in ARRAY_KINDS:
        return False
    if answer.shape != expected.shape or (answer.dtype.kind == "b") != (expected.dtype.kind == "b"):
        return False
    if expected.dtype.kind != "f":
        return all(map(same, answer.ravel().tolist(), expected.ravel().tolist()))
    finite = np.abs(expected[np.isfinite(expected)])
    scale = max(1.0, float(np.max(finite, initial=0)))
    return bool(np.allclose(answer, expected, rtol=0, atol=tolerance * scale, equal_nan=True))


def _leaves(value: list) -> Iterator[Any]:
    for item in value:
        if type(item) is list:
            yield from _leaves(item)
        else:
            yield item


def _is_truth(leaf: Any) -> bool:
    return leaf.dtype.kind == "b" if isinstance(leaf, np.ndarray) else type(leaf) is bool


def remark(answer: Any, expected: Any) -> str:
    """A friendly word on an answer that is right but not quite what was asked, or ``""``."""
    if type(expected) is int and type(answer) is float:
        return "The value is right, but it is a float; a size should be an int: range(5.0) fails."
    if type(expected) is list and type(answer) is list and len(answer) == len(expected):
        return next(filter(None, map(remark, answer, expected)), "")
    return ""


def show(answer: Any, limit: int = 120) -> str:
    """``answer`` as short text for a person."""
    if isinstance(answer, np.ndarray):
        text = np.array2string(answer, threshold=40, separator=", ")
    elif isinstance(answer, (Raised, Other)):
        text = str(answer)
    elif type(answer) is list:
        text = "[" + ", ".join(show(item, limit) for item in answer[:20])
        text += ", …]" if len(answer) > 20 else "]"
    else:
        text = repr(answer)
    return text if len(text) <= limit else text[: limit - 1] + "…"


# --------------------------------------------------------------------------- across the wall


def to_json(answer: Any) -> Any:
    """Plain data, a Raised or an Other as JSON values; the twin of ``from_json``.

    Everything but None, bool, int and str is tagged: ``{"float": "0.5"}``, ``{"list": [...]}``.
    """
    if answer is None or type(answer) in (bool, str):
        return answer
    if type(answer) is int:
        return {"int": hex(answer)}
    if type(answer) is float:
        return {"float": answer.hex()}
    if type(answer) is list:
        return {"list": [to_json(item) for item in answer]}
    if type(answer) is dict:
        return {"dict": {key: to_json(item) for key, item in answer.items()}}
    if isinstance(answer, np.ndarray):
        little = np.ascontiguousarray(answer, answer.dtype.newbyteorder("<"))
        data = base64.b64encode(little.tobytes()).decode("ascii")
        return {"array": data, "dtype": little.dtype.str, "shape": list(answer.shape)}
    if isinstance(answer, Raised):
        return {"raised": list(answer.names), "message": answer.message}
    if isinstance(answer, Other):
        return {"other": answer.what}
    raise TypeError(f"no plain data: {type(answer).__name__}")


def from_json(data: Any) -> Any:
    """The answer that JSON values stand for.  Raises NotPlain for anything out of order.

    The sender is not trusted: every type, shape and size is checked before it is used.
    """
    try:
        return _from_json(data, 0, _Budget())
    except NotPlain:
        raise
    except (ValueError, OverflowError) as error:
        raise NotPlain(f"a malformed answer ({error})") from None


def _from_json(data: Any, depth: int, budget: _Budget) -> Any:
    if data is None or type(data) in (bool, str):
        budget.spend(1)
        return _plain_scalar(data, type(data))
    if type(data) is not dict:
        raise NotPlain("a malformed answer")
    match data:
        case {"int": str(text)} if len(data) == 1 and len(text) <= MAX_BITS // 4 + 3:
            budget.spend(1)
            return _plain_scalar(int(text, 16), int)
        case {"float": str(text)} if len(data) == 1 and len(text) <= 64:
            budget.spend(1)
            return float.fromhex(text)
        case {"list": list(items)} if len(data) == 1 and depth < MAX_DEPTH:
            budget.spend(not items)
            return [_from_json(item, depth + 1, budget) for item in items]
        case {"dict": dict(items)} if len(data) == 1 and depth < MAX_DEPTH:
            budget.spend(not items)
            return {
                _plain_scalar(key, type(key)): _from_json(item, depth + 1, budget)
                for key, item in items.items()
            }
        case {"array": str(text), "dtype": str(dtype), "shape": list(shape)} if len(data) == 3:
            return _array_from_json(text, dtype, shape, budget)
        case {"raised": list(names), "message": str(message)} if len(data) == 2 and depth == 0:
            if names and len(names) <= 16 and all(type(name) is str for name in names):
                return Raised(tuple(name[:100] for name in names), message[:300])
        case {"other": str(what)} if len(data) == 1 and depth == 0:
            return Other(what[:300])
    raise NotPlain("a malformed answer")


def _array_from_json(text: str, dtype: str, shape: list, budget: _Budget) -> np.ndarray:
    if not re.fullmatch(r"\|b1|[<|][iu]1|<[iu][248]|<f(2|4|8|12|16)", dtype):
        raise NotPlain("an array of a strange type")
    axes = len(shape)
    if not 0 < axes <= MAX_DEPTH or not all(type(n) is int and 0 <= n <= MAX_ITEMS for n in shape):
        raise NotPlain("an array of a strange shape")
    budget.spend(max(1, math.prod(shape)))
    try:
        kind = np.dtype(dtype)
    except TypeError:  # a long float of another machine
        raise NotPlain("an array of a strange type") from None
    raw = base64.b64decode(text, validate=True)
    if len(raw) != math.prod(shape) * kind.itemsize:
        raise NotPlain("an array whose bytes do not fit its shape")
    return np.frombuffer(raw, kind).reshape(shape)


def encode(answers: Any) -> bytes:
    """A list of answers as the bytes that cross the wall."""
    return json.dumps([to_json(answer) for answer in answers]).encode()


def decode(data: bytes) -> list:
    """The list of answers in ``data``.  Raises NotPlain for anything out of order."""
    try:
        items = json.loads(data)
    except (ValueError, RecursionError):
        raise NotPlain("an answer that is no JSON") from None
    if type(items) is not list:
        raise NotPlain("an answer that is no list")
    return [from_json(item) for item in items]
