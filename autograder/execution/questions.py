"""What a witness is asked, packed once for a whole class.

Questions go from the trusted worker into the sandbox, so they may be pickled; answers come back as
data that is checked (``exercises.answers``).
"""

from __future__ import annotations

import base64
import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from exercises.answers import arguments
from exercises.subjects import Implementation


@dataclass(frozen=True)
class Questions:
    """The inputs to ask one function for: how many, and the line that carries them in.

    The line is base64 of a pickled list that holds the arguments of each call as a pickle of their
    own: the witness unpacks a call's arguments when it makes the call, so that no call sees what
    another did to them.
    """

    count: int
    line: bytes

    @classmethod
    def of(cls, inputs: Iterable[tuple[Any, ...]]) -> Questions:
        """Pack the arguments of each call.  Raises NotPlain for what is no plain data."""
        calls = [pickle.dumps(_arguments(call)) for call in inputs]
        return cls(len(calls), base64.b64encode(pickle.dumps(calls)) + b"\n")


def _arguments(call: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments as plain data; implementations stay what they are."""
    return call if any(isinstance(arg, Implementation) for arg in call) else arguments(call)
