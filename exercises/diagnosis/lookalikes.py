"""Wrong functions that nobody foresaw as slips: what is said of an answer that is like one."""

from __future__ import annotations

from collections.abc import Sequence

from exercises.public import BOTH, Exercise, Lookalike, Slip

LIKE = "On all inputs that were tried, your answers are those of a right function"

REST = "Take an example in which a division leaves a rest. What becomes of the rest?"

WORDS = {
    "missing": (
        "Say in words what each part of your computation stands for. Is one of them missing?",
        f"{LIKE} in which one part of the computation is left out.",
    ),
    "bound": (
        "Look for a case in which two sizes are just equal. What should happen there, and what "
        "does?",
        f"{LIKE} in which one comparison is off by one: < where <= is meant, or the other way "
        "round.",
    ),
    "turned": (
        "Which way round does each comparison of yours point? Say one of them aloud.",
        f"{LIKE} in which one comparison points the other way.",
    ),
    "one-off": (
        "Is there a number in your code that is one too large or too small: a summand, a factor, "
        "a place in a list, the rounds of a loop?",
        f"{LIKE} in which a single number, such as one of these, is off by one.",
    ),
    "sign": (
        "Go through your plus and minus signs one by one. What does each of them add or take away?",
        f"{LIKE} in which a single plus or minus is the other.",
    ),
    "brackets": (
        "Read your formula aloud, with its brackets. Which part is worked out first, and which "
        "last?",
        f"{LIKE} with the brackets in another place: something is added before a division or a "
        "multiplication that belongs behind it.",
    ),
    "difference": (
        "Which number do you take away from which? Try it with a large and a small one.",
        f"{LIKE} in which one difference is taken the other way round.",
    ),
    "product": (
        "Go through what you multiply and what you add. Does each belong where it is?",
        f"{LIKE} that adds in one place where it should multiply, or the other way round.",
    ),
    "up": (REST, f"{LIKE} that rounds one division up where it should round down."),
    "unrounded": (REST, f"{LIKE} that does not round one of its divisions."),
    "nearest": (REST, f"{LIKE} that rounds one division to the nearest number, not down."),
    "to zero": (
        "Take an input at which a difference becomes negative. What becomes of it when it is "
        "divided?",
        f"{LIKE} that rounds one division towards 0, not down: int(-0.5) is 0, and -1 // 2 is -1.",
    ),
    "down": (
        "Is every number of yours allowed to have a fraction? Which of your steps makes whole "
        "numbers?",
        f"{LIKE} in which the result of one division loses its fraction.",
    ),
    "factor": (
        "Does something count twice, once for each side, say? How often does it count in yours?",
        f"{LIKE} in which a factor of 2 is missing.",
    ),
    "extreme": (
        "Do you take the larger of two numbers where the smaller is meant, or the other way round?",
        f"{LIKE} in which max and min are exchanged in one place.",
    ),
    "unbounded": (
        "Can something in your code become negative, or too large, that should stop at a limit?",
        f"{LIKE} in which one limit, a max or a min, is missing.",
    ),
    "axes": (
        "Which axis goes down and which one across? Try an input with fewer rows than columns.",
        f"{LIKE} in which two axes are exchanged in one place.",
    ),
}


LEAST = 10  # inputs: with fewer, many functions answer alike


def lookalike(exercise: Exercise, prints: tuple[str, str]) -> Slip | None:
    """What is known of answers with these fingerprints, in words, or None."""
    if len(exercise.all_inputs) < LEAST:
        return None
    for one in exercise.lookalikes:
        if one.prints[0] == prints[0]:
            return _told(exercise, one)
    alike = [one for one in exercise.lookalikes if one.prints[1] == prints[1]]
    if alike and len({(one.kind, one.names) for one in alike}) == 1:  # errors apart
        return _told(exercise, alike[0])
    return None


def _told(exercise: Exercise, one: Lookalike) -> Slip:
    if one.kind == BOTH:
        first, second = (next(s for s in exercise.slips if s.id == name) for name in one.names)
        says = f"as with two slips at once: {first.says}; and {second.says}"
        return Slip(
            "", says,
            f"One way to answers like yours is two slips at once. The first: {first.hint}",
            f"{first.more} The second: {second.hint} {second.more}".strip(),
        )  # fmt: skip
    hint, more = _words(one.kind, one.names)
    return Slip("", more, hint, more)


def _words(kind: str, names: Sequence[str]) -> tuple[str, str]:
    if kind == "use":
        used, meant = names
        if not meant.isidentifier():
            return (
                f"Take two inputs that differ in {used} alone. How should the answer change, and "
                "how does yours?",
                f"{LIKE} in which {used} stands in the place of a {meant}. The same may come about "
                "in another way.",
            )
        return (
            f"Change only {meant}. How should the answer change, and how does yours? Then change "
            f"only {used}.",
            f"{LIKE} in which {used} stands in one place where {meant} belongs.",
        )
    if kind == "exchanged":
        one, other = names
        return (
            f"Which of your numbers is {one}, and which is {other}?",
            f"{LIKE} in which {one} and {other} have changed places.",
        )
    if kind == "missing" and names:
        return (
            f"Change only {names[0]}, and look how your answer changes. Is it as it should be?",
            f"{LIKE} in which {names[0]} is left out of one place.",
        )
    return WORDS[kind]
