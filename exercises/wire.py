"""Answers across the sandbox's wall: JSON with arrays as raw bytes; never pickles."""

from __future__ import annotations

import base64
import json
import math
import re
from typing import Any

from exercises.answers import (
    MAX_BITS,
    MAX_DEPTH,
    MAX_ITEMS,
    Budget,
    NotPlain,
    Other,
    Raised,
    is_array,
    plain_scalar,
)

# Brackets and commas in what an answer of so many numbers can be written as, each with all the
# lists around it that there may be, or with text that consists of nothing else.
MOST_PARTS = (2 * MAX_DEPTH + 12) * MAX_ITEMS


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
    if is_array(answer):
        import numpy as np

        little = np.ascontiguousarray(answer, answer.dtype.newbyteorder("<"))
        data = base64.b64encode(little.tobytes()).decode("ascii")
        return {"array": data, "dtype": little.dtype.str, "shape": list(answer.shape)}
    if isinstance(answer, Raised):
        return {"raised": list(answer.names), "message": answer.message}
    if isinstance(answer, Other):
        return {"other": answer.what, "kind": answer.kind}
    raise TypeError(f"no plain data: {type(answer).__name__}")


def from_json(data: Any) -> Any:
    """The answer that JSON values stand for.  Raises NotPlain for anything out of order.

    The sender is not trusted: every type, shape and size is checked before it is used.
    """
    try:
        return _from_json(data, 0, Budget())
    except NotPlain:
        raise
    except (ValueError, OverflowError) as error:
        raise NotPlain(f"a malformed answer ({error})") from None


def _from_json(data: Any, depth: int, budget: Budget) -> Any:
    if data is None or type(data) in (bool, str):
        return budget.spend_on(plain_scalar(data, type(data)))
    if type(data) is not dict:
        raise NotPlain("a malformed answer")
    match data:
        case {"int": str(text)} if len(data) == 1 and len(text) <= MAX_BITS // 4 + 3:
            return budget.spend_on(plain_scalar(int(text, 16), int))
        case {"float": str(text)} if len(data) == 1 and len(text) <= 64:
            budget.spend(1)
            return float.fromhex(text)
        case {"list": list(items)} if len(data) == 1 and depth < MAX_DEPTH:
            budget.spend(not items)
            return [_from_json(item, depth + 1, budget) for item in items]
        case {"dict": dict(items)} if len(data) == 1 and depth < MAX_DEPTH:
            budget.spend(not items)
            return {
                budget.spend_on(plain_scalar(key, str)): _from_json(item, depth + 1, budget)
                for key, item in items.items()
            }
        case {"array": str(text), "dtype": str(dtype), "shape": list(shape)} if len(data) == 3:
            return _array_from_json(text, dtype, shape, budget)
        case {"raised": list(names), "message": str(message)} if len(data) == 2 and depth == 0:
            if names and len(names) <= 16 and all(type(name) is str for name in names):
                return Raised(tuple(name[:100] for name in names), message[:300])
        case {"other": str(what), "kind": str(kind)} if len(data) == 2 and depth == 0:
            return Other(what[:300], kind[:100])
    raise NotPlain("a malformed answer")


def _array_from_json(text: str, dtype: str, shape: list[Any], budget: Budget) -> Any:
    import numpy as np

    if not re.fullmatch(r"\|b1|[<|][iu]1|<[iu][248]|<f(2|4|8)", dtype):
        raise NotPlain("an array of a strange type")
    axes = len(shape)
    if not 0 < axes <= MAX_DEPTH or not all(type(n) is int and 0 <= n <= MAX_ITEMS for n in shape):
        raise NotPlain("an array of a strange shape")
    budget.spend_on_axes(shape)
    kind = np.dtype(dtype)
    raw = base64.b64decode(text, validate=True)
    if len(raw) != math.prod(shape) * kind.itemsize:
        raise NotPlain("an array whose bytes do not fit its shape")
    return np.frombuffer(raw, kind).reshape(shape)


def encode(answers: Any) -> bytes:
    """A list of answers as the bytes that cross the wall."""
    return json.dumps([to_json(answer) for answer in answers]).encode()


def decode(data: bytes) -> list[Any]:
    """The list of answers in ``data``.  Raises NotPlain for anything out of order."""
    if sum(map(data.count, (b"[", b"{", b","))) > MOST_PARTS:
        raise NotPlain("an answer of too many parts")  # each would become an object first
    try:
        items = json.loads(data)
    except (ValueError, RecursionError):
        raise NotPlain("an answer that is no JSON") from None
    if type(items) is not list:
        raise NotPlain("an answer that is no list")
    return [from_json(item) for item in items]
