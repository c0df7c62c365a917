"""What a student types, as numbers: read, compared and written.

| typed | counts as |
|--|--|
| ``17``, ``-3``, ``−3``, ``1,234``, ``1 234`` | a whole number |
| ``2.5``, ``5/2`` | a fraction; ``0.33`` agrees with 1/3, to as many places as were typed |
| ``1 2``, ``1, 2``, ``(1, 2)``, ``1 and 2`` | two numbers, where two are asked for |
| ``none``, ``no``, ``-`` | "there is none" |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from course.practice.skill import Answer, Number

NUMBER = re.compile(r"[-+]?(\d+\s*/\s*\d+|\d+\.?\d*|\.\d+)")
THOUSANDS = re.compile(r"(?<=\d)[ ,\u202f\u00a0](?=\d{3}(?!\d))")
LONGEST = 40  # characters of an answer that are read


@dataclass(frozen=True)
class Typed:
    """A typed answer: its numbers, each with the decimal places that were typed (None: exact)."""

    numbers: tuple[tuple[Fraction, int | None], ...]

    def agrees(self, answer: Answer) -> bool:
        """Whether it says ``answer``, as exactly as it was typed."""
        if answer is None:
            return not self.numbers
        wanted = answer if isinstance(answer, tuple) else (answer,)
        return len(wanted) == len(self.numbers) and all(
            _close(value, places, one)
            for (value, places), one in zip(self.numbers, wanted, strict=True)
        )


def _close(value: Fraction, places: int | None, wanted: Number) -> bool:
    exact = Fraction(wanted).limit_denominator(10**6)
    if places is None:
        return value == exact
    return abs(value - exact) <= Fraction(1, 2 * 10**places)


def read(words: str, how_many: int = 1) -> Typed:
    """The numbers in ``words``; ValueError says what to type instead."""
    words = words[:LONGEST].strip().replace("−", "-").lower().strip("()[] ").rstrip(".")
    if words in ("none", "no", "-"):
        return Typed(())
    if how_many == 1:
        words = THOUSANDS.sub("", words)
        if re.fullmatch(r"[-+]?\d+,\d+", words):
            raise ValueError("Write fractions with a point, as in 2.5.")
        pieces = [words]
    else:
        pieces = [piece for piece in re.split(r"[\s,;]+|and", words) if piece]
    if len(pieces) != how_many or not all(NUMBER.fullmatch(piece) for piece in pieces):
        raise ValueError(
            "Type a number, such as 12 or 2.5." if how_many == 1 else "Type two numbers, as in 1 2."
        )
    return Typed(tuple(_number(piece) for piece in pieces))


def _number(piece: str) -> tuple[Fraction, int | None]:
    try:
        value = Fraction(piece.replace(" ", ""))
    except ZeroDivisionError:
        raise ValueError("Nothing can be divided by 0. Type a number, such as 12.") from None
    _, point, decimals = piece.partition(".")
    return value, len(decimals) if point and decimals else None


def written(answer: Answer) -> str:
    """An answer as people write it: ``2,304``, ``2.5``, ``1/3``, ``1 and 2``, ``none``."""
    if answer is None:
        return "none"
    if isinstance(answer, tuple):
        return " and ".join(written(one) for one in answer)
    exact = Fraction(answer).limit_denominator(10**6)
    if exact.denominator == 1:
        words = f"{exact.numerator:,}"
    elif 10**6 % exact.denominator == 0:
        words = f"{float(exact):g}"
    else:
        words = f"{exact.numerator}/{exact.denominator}"
    return words.replace("-", "−")
