"""In which order a class has a unit's cells: a unit may have been released again in another one.

Then those who got it before are "reordered" all alike, and that is the unit's doing and not theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from autograder.submission.renamed import cells_of, grade_id_of
from autograder.submission.structure import Structure

FEW = 3  # students who agree may be no accident
LOOKED_AT = 30  # submissions: who they are matters less than that they agree


def usual_order(structure: Structure, submitted: Iterable[bytes]) -> tuple[str, ...]:
    """The order in which most have the unit's cells, by their grade ids; () for the released one.

    Of ``submitted`` files those count that have each cell once.
    """
    released = tuple(cell.grade_id for cell in structure.cells if cell.placed)
    orders: Counter[tuple[str, ...]] = Counter()
    for data in submitted:
        names = map(grade_id_of, cells_of(data))
        order = tuple(name for name in names if name in released)
        if len(order) == len(released) and set(order) == set(released):
            orders[order] += 1
    ((order, times),) = orders.most_common(1) or [(released, 0)]
    return order if order != released and times >= FEW and times > orders.total() / 2 else ()
