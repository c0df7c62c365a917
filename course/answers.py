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
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_ITEMS = 100_000  # numbers in one answer
MAX_TEXT = 10_000  # characters of one string
MAX_DEPTH = 8  # lists within lists
MAX_DIGITS = 4_000  # of one integer: Python itself refuses to print more

ARRAY_KINDS = "biuf"  # truth values, integers, unsigned integers, floats


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
        names = tuple(base.__name__ for base in kind.__mro__ if base is not object)
        return cls(names[:16], (message or ("" if kind is error else str(error)))[:300])

    def __str__(self) -> str:
        return f"{self.names[0]}: {self.message}" if self.message else f"{self.names[0]}"


@dataclass(frozen=True)
class Other:
    """An answer that is no plain data; ``what`` describes it.  It equals nothing that is asked."""

    what: str

    def __str__(self) -> str:
        return self.what


def plain(value: Any, _depth: int = 0) -> Any:
    """``value`` as plain data: None, bool, int, float, str, list, dict or a NumPy array.

    Raises NotPlain where that is impossible (another type, too deep, too large).  Tuples become
    lists.  Only exact, built-in behaviour is used: methods that a student's class overrides are
    not called.
    """
    kind = type(value)
    if value is None or kind is bool or kind is float:
        return value
    if issubclass(kind, (bool, np.bool_)):
        return bool(value)
    if issubclass(kind, int):
        number = int.__int__(value)
        if number.bit_length() > MAX_DIGITS * 3:
            raise NotPlain("an integer with thousands of digits")
        return number
    if issubclass(kind, np.integer):
        return int(value)
    if issubclass(kind, float):  # numpy.float64 is one of them
        return float.__float__(value)
    if issubclass(kind, np.floating):
        return float(value)
    if issubclass(kind, str):
        text = str.__str__(value)
        if len(text) > MAX_TEXT:
            raise NotPlain(f"a text of {len(text)} characters")
        return text
    if _depth >= MAX_DEPTH:
        raise NotPlain(f"lists nested more than {MAX_DEPTH} deep")
    if issubclass(kind, (list, tuple)):
        items = list.__iter__(value) if issubclass(kind, list) else tuple.__iter__(value)
        return _bounded([plain(item, _depth + 1) for item in _first(items)])
    if issubclass(kind, dict):
        pairs = {}
        for key, item in _first(dict.items(value)):
            if type(key) is not str:
                raise NotPlain(f"a dict with a key of type {type(key).__name__}")
            pairs[key] = plain(item, _depth + 1)
        return pairs
    if issubclass(kind, range):
        return _bounded(list(_first(iter(value))))
    if isinstance(value, np.ndarray):
        return _plain_array(np.asarray(value))
    if kind.__module__.partition(".")[0] == "torch" and kind.__name__ in {"Tensor", "Parameter"}:
        return _plain_array(value.detach().cpu().numpy())
    raise NotPlain(f"an object of type {kind.__name__}")


def _first(items: Any) -> Any:
    """``items``, but refuse to go on after MAX_ITEMS of them."""
    for count, item in enumerate(items):
        if count >= MAX_ITEMS:
            raise NotPlain(f"more than {MAX_ITEMS} items")
        yield item


def _count(value: Any) -> int:
    return sum(map(_count, value)) if type(value) is list else 1


def _bounded(items: list) -> list:
    if _count(items) > MAX_ITEMS:
        raise NotPlain(f"more than {MAX_ITEMS} items")
    return items


def _plain_array(array: np.ndarray) -> Any:
    if array.dtype.kind not in ARRAY_KINDS:
        raise NotPlain(f"an array of {array.dtype}")
    if array.size > MAX_ITEMS:
        raise NotPlain(f"an array of {array.size} numbers")
    if array.ndim == 0:
        return plain(array[()])
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
    except Exception as error:  # a class whose own methods misbehave
        return Other(f"an object that cannot be read ({type(error).__name__})")


# --------------------------------------------------------------------------- comparing


def same(answer: Any, expected: Any, tolerance: float = 1e-6) -> bool:
    """Whether plain ``answer`` is the plain ``expected`` one, by the table at the top.

    Numbers with a fraction are compared within ``tolerance``, relative to the larger of 1 and the
    expected size; integers exactly.
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
        try:
            answer = np.array(answer)
        except ValueError:  # rows of different lengths
            return False
    if not isinstance(answer, np.ndarray) or answer.dtype.kind not in ARRAY_KINDS:
        return False
    if answer.shape != expected.shape or (answer.dtype.kind == "b") != (expected.dtype.kind == "b"):
        return False
    scale = max(1.0, float(np.max(np.abs(expected), initial=0)))
    return bool(np.allclose(answer, expected, rtol=0, atol=tolerance * scale, equal_nan=True))


def remark(answer: Any, expected: Any) -> str:
    """A friendly word on an answer that is right but not quite what was asked, or ``""``."""
    if type(expected) is int and type(answer) is float:
        return f"{answer!r} has the right value; a size should be an int, because range({answer!r}) fails."
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


def from_json(data: Any, _depth: int = 0) -> Any:
    """The answer that JSON values stand for.  Raises NotPlain for anything out of order.

    The sender is not trusted: every type, shape and size is checked before it is used.
    """
    if data is None or type(data) is bool:
        return data
    if type(data) is str:
        if len(data) > MAX_TEXT:
            raise NotPlain("a text that is too long")
        return data
    if type(data) is not dict or not data or _depth > MAX_DEPTH:
        raise NotPlain("a malformed answer")
    try:
        match data:
            case {"int": str(text)} if len(data) == 1 and len(text) <= MAX_DIGITS:
                return int(text, 16)
            case {"float": str(text)} if len(data) == 1 and len(text) <= 64:
                return float.fromhex(text)
            case {"list": list(items)} if len(data) == 1 and len(items) <= MAX_ITEMS:
                return _bounded([from_json(item, _depth + 1) for item in items])
            case {"dict": dict(items)} if len(data) == 1 and len(items) <= MAX_ITEMS:
                return {str(key): from_json(item, _depth + 1) for key, item in items.items()}
            case {"array": str(text), "dtype": str(dtype), "shape": list(shape)} if len(data) == 3:
                return _array_from_json(text, dtype, shape)
            case {"raised": list(names), "message": str(message)} if len(data) == 2:
                if names and len(names) <= 16 and all(type(n) is str for n in names):
                    return Raised(tuple(name[:100] for name in names), message[:300])
            case {"other": str(what)} if len(data) == 1:
                return Other(what[:300])
    except (ValueError, OverflowError) as error:
        raise NotPlain(f"a malformed answer ({error})") from None
    raise NotPlain("a malformed answer")


def _array_from_json(text: str, dtype: str, shape: list) -> np.ndarray:
    if len(dtype) > 4 or dtype[:1] not in "<|" or dtype[1:2] not in ARRAY_KINDS:
        raise NotPlain("an array of a strange type")
    if len(shape) > MAX_DEPTH or not all(type(n) is int and 0 <= n <= MAX_ITEMS for n in shape):
        raise NotPlain("an array of a strange shape")
    if math.prod(shape) > MAX_ITEMS:
        raise NotPlain(f"an array of more than {MAX_ITEMS} numbers")
    try:
        kind = np.dtype(dtype)
    except TypeError:
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
