"""What is practised, unit by unit: one module for each kind of question."""

from __future__ import annotations

from course.practice.objectives import counting, data, padding, sizes, transposed
from course.practice.skill import Objective, Skill

OBJECTIVES: dict[str, Objective] = {
    objective.id: objective
    for objective in sorted(
        (
            *sizes.OBJECTIVES,
            *padding.OBJECTIVES,
            *counting.OBJECTIVES,
            *transposed.OBJECTIVES,
            *data.OBJECTIVES,
        ),
        key=lambda objective: objective.unit,
    )
}


def skills(upto: int = 9) -> list[Skill]:
    """Every skill of the units up to that one: first one slip of each objective, then the next."""
    chosen = [objective for objective in OBJECTIVES.values() if objective.unit <= upto]
    rounds = max((len(objective.slips) for objective in chosen), default=0)
    return [
        Skill(objective.id, objective.slips[turn].id)
        for turn in range(rounds)
        for objective in chosen
        if turn < len(objective.slips)
    ]
