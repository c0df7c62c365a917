"""Reading whatever was handed in, and bringing it back into the unit's structure."""

import copy
import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import compute_checksum

from autograder.demo.demo import make_course
from autograder.submission.reading import read_notebook
from autograder.submission.repair import repair
from autograder.submission.structure import Structure, UnknownUnit, notebooks_of, structure_of
from tests.support import cells as made

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).parents[3] / "source"
REAL, SMALL = "02-output-size", "01-small"
MANY = 10**7, 2_000  # bytes and cells that a notebook may have


HIDDEN = "### BEGIN HIDDEN TESTS\nassert twice(7) == 14\n### END HIDDEN TESTS"
SCHEME = "=== BEGIN MARK SCHEME ===\nOne point for zero.\n=== END MARK SCHEME ==="
ANSWER = "### BEGIN SOLUTION\ndef twice(n):\n    return 2 * n\n### END SOLUTION"


IMPORTS = """
import math
import json as js
from os import path as p, sep
    from html import (escape, unescape)
%matplotlib inline
"""


def small_unit():
    """One cell of every kind that nbgrader knows."""
    return made.notebook(
        "# Small",
        made.cell("LIMIT = 9", "limit"),
        made.cell(ANSWER, "twice-answer", solution=True),
        made.cell(f"assert twice(2) == 4\n{HIDDEN}", "twice", 2),
        "In between.",
        made.cell(ANSWER, "by-hand", 3, solution=True),
        made.cell("Because ...", "why", 1.5, kind="markdown", solution=True),
        made.cell(f"Draw it.\n{SCHEME}", "draw", 1, kind="markdown", task=True),
        new_code_cell(f"# your drawing\n{IMPORTS}"),
    )


@dataclass(repr=False)
class Unit:
    """A unit three times: as its author wrote it, as students got it, and as the engine knows it."""

    source: nbformat.NotebookNode
    released: nbformat.NotebookNode
    structure: Structure

    @property
    def known(self):
        """The released cells that nbgrader knows, by id, in the author's order."""
        return {grade_id(cell): cell for cell in self.released.cells if grade_id(cell)}

    def metadata(self, name):
        """nbgrader's metadata of a cell at grading: hidden tests and mark schemes are back."""
        data = dict(self.known[name].metadata.nbgrader)
        if data["locked"]:
            author = next(cell for cell in self.source.cells if grade_id(cell) == name)
            data["checksum"] = compute_checksum(author)
        return data


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("structure")
    shutil.copytree(SOURCE / REAL, root / "source" / REAL)
    (root / "source" / SMALL).mkdir()
    nbformat.write(small_unit(), root / "source" / SMALL / "unit.ipynb")
    return make_course(root / "course", root / "source", [REAL, SMALL])


def test_what_a_unit_imports_is_known_before_it_runs(course):
    """The warm process imports it: a module that is missed is imported again for each student."""
    names = "html html.escape html.unescape json math os os.path os.sep"
    assert load(course, SMALL).structure.imports == tuple(names.split())


def load(course, name):
    with course.gradebook() as gradebook:
        (structure,) = course.structures(gradebook, name)
    read = [
        nbformat.read(folder / "unit.ipynb", as_version=4)
        for folder in (course.source(name), course.path("release", ".", name))
    ]
    return Unit(*read, structure)


@pytest.fixture(scope="module")
def real(course):
    return load(course, REAL)


@pytest.fixture(scope="module")
def small(course):
    return load(course, SMALL)


@pytest.fixture(scope="module", params=[REAL, SMALL])
def unit(request, course):
    return load(course, request.param)


def as_bytes(nb):
    return json.dumps(nb).encode()


def hand_in(nb, structure):
    """What the engine makes of a notebook that was handed in."""
    read, flags = read_notebook(as_bytes(nb), *MANY)
    assert not [flag for flag in flags if flag.kind == "unreadable"], flags
    repaired, more = repair(read, structure)
    return repaired, flags + more


def kinds(flags):
    return {(flag.kind, flag.cell) for flag in flags}


# ------------------------------------------------------------------------ what is known


def test_the_structure_is_the_authors(unit):
    authors = [cell for cell in unit.source.cells if grade_id(cell)]
    cells = unit.structure.cells
    assert [cell.grade_id for cell in cells] == [grade_id(cell) for cell in authors]
    for cell, wanted in zip(cells, authors, strict=True):
        data = wanted.metadata.nbgrader
        assert cell.cell_type == wanted.cell_type
        assert (cell.grade, cell.solution, cell.task, cell.locked) == (
            data.grade,
            data.solution,
            data.task,
            data.locked,
        )
        assert cell.points == data.get("points", 0)
    assert unit.structure.kernelspec["name"] == "python3"


def test_points_are_the_authors(real, small):
    points = {
        grade_id(cell): cell.metadata.nbgrader.points
        for cell in real.source.cells
        if "points" in cell.metadata.get("nbgrader", {})
    }
    assert real.structure.points == points
    assert list(real.structure.points) == list(points)
    assert small.structure.points == {"twice": 2, "by-hand": 3, "why": 1.5, "draw": 1}
    assert [cell.grade_id for cell in small.structure.cells if cell.tests] == ["twice"]
    assert [cell.grade_id for cell in small.structure.cells if cell.scored] == [
        "twice", "by-hand", "why", "draw",
    ]  # fmt: skip


def test_what_was_released_is_known_without_its_hidden_parts(small):
    cells = {cell.grade_id: cell for cell in small.structure.cells}
    assert cells["twice"].source == f"assert twice(2) == 4\n{HIDDEN}"
    assert cells["twice"].released == "assert twice(2) == 4"
    assert "One point" in cells["draw"].source and "One point" not in cells["draw"].released
    assert "2 * n" not in cells["twice-answer"].source, "the solution stays with its author"


def test_metadata_is_nbgraders(unit):
    for cell in unit.structure.cells:
        assert cell.metadata() == unit.metadata(cell.grade_id)


def test_without_its_source_a_unit_keeps_its_cells(course, real, tmp_path):
    for missing in (tmp_path / "none.ipynb", tmp_path / "empty.ipynb"):
        (tmp_path / "empty.ipynb").write_text("")
        with course.gradebook() as gradebook:
            found = structure_of(gradebook, REAL, "unit", missing, missing)
        assert found.points == real.structure.points


def test_a_unit_that_is_not_known_is_told_what_to_do(course):
    with course.gradebook() as gradebook:
        assert notebooks_of(gradebook, REAL) == ["unit"]
        with pytest.raises(UnknownUnit) as error:
            notebooks_of(gradebook, "99-nothing")
        assert "it knows 01-small, 02-output-size" in str(error.value)
        assert "nbgrader generate_assignment 99-nothing" in str(error.value)
        for mistyped in ("02-outputsize", "output-size", "02_output_size"):
            with pytest.raises(UnknownUnit, match="Did you mean 02-output-size"):
                notebooks_of(gradebook, mistyped)


# -------------------------------------------------------------------------------- repair


def check_repaired(nb, unit):
    """Everything that holds of a repaired notebook, whatever was handed in."""
    nbformat.validate(nb)
    nbformat.writes(nb).encode("utf-8")
    found = [grade_id(cell) for cell in nb.cells if grade_id(cell)]
    order = list(unit.known)
    assert found == sorted(found, key=order.index), "in the author's order"
    assert len(set(found)) == len(found), "each at most once"
    scored = [name for name, cell in unit.known.items() if "points" in cell.metadata.nbgrader]
    assert [name for name in found if name in scored] == scored, "each with points exactly once"
    authors = {grade_id(cell): cell for cell in unit.source.cells}
    for cell in nb.cells:
        assert cell.get("outputs", []) == [] and cell.get("execution_count") is None
        name = grade_id(cell)
        if name is None:
            assert "nbgrader" not in cell.metadata
            continue
        wanted = unit.known[name]
        assert cell.cell_type == wanted.cell_type
        assert cell.metadata == {"nbgrader": unit.metadata(name)}
        if wanted.metadata.nbgrader.locked:
            assert cell.source == authors[name].source
    assert nb.metadata.kernelspec.name == "python3"
    again, flags = repair(copy.deepcopy(nb), unit.structure)
    assert flags == []
    assert again == nb


def test_an_untouched_release_raises_no_flag(unit):
    nb, flags = hand_in(unit.released, unit.structure)
    assert flags == []
    assert [grade_id(cell) for cell in nb.cells] == [grade_id(cell) for cell in unit.released.cells]
    for cell, was in zip(nb.cells, unit.released.cells, strict=True):
        if not was.metadata.get("nbgrader", {}).get("locked"):
            assert cell.source == was.source
    check_repaired(nb, unit)


def test_an_authors_own_copy_raises_no_flag(unit):
    """With solutions, hidden tests and mark schemes: what is graded to try a unit out."""
    nb, flags = hand_in(unit.source, unit.structure)
    assert flags == []
    check_repaired(nb, unit)


def place_of(nb, name):
    return next(place for place, cell in enumerate(nb.cells) if grade_id(cell) == name)


@pytest.mark.parametrize("name", ["twice", "by-hand", "why", "draw"])
def test_a_deleted_cell_with_points_comes_back(small, name):
    nb = copy.deepcopy(small.released)
    del nb.cells[place_of(nb, name)]
    repaired, flags = hand_in(nb, small.structure)
    assert kinds(flags) == {("deleted", name)}
    assert [grade_id(c) for c in repaired.cells if grade_id(c)] == list(small.known)
    check_repaired(repaired, small)
    cell = repaired.cells[place_of(repaired, name)]
    assert (cell.source == "") is (name in ("by-hand", "why")), "an answer is nobody else's"


def test_a_deleted_read_only_cell_comes_back_in_silence(small):
    nb = copy.deepcopy(small.released)
    del nb.cells[place_of(nb, "limit")]
    repaired, flags = hand_in(nb, small.structure)
    assert flags == []
    assert repaired.cells[place_of(repaired, "limit")].source == "LIMIT = 9"
    assert place_of(repaired, "limit") < place_of(repaired, "twice-answer")
    check_repaired(repaired, small)


def test_a_deleted_answer_stays_away(small):
    nb = copy.deepcopy(small.released)
    nb.cells[place_of(nb, "twice-answer")] = new_code_cell("def twice(n):\n    return n + n")
    repaired, flags = hand_in(nb, small.structure)
    assert flags == []
    assert "twice-answer" not in [grade_id(cell) for cell in repaired.cells]
    place = next(at for at, cell in enumerate(repaired.cells) if "n + n" in cell.source)
    assert place_of(repaired, "limit") < place < place_of(repaired, "twice")
    check_repaired(repaired, small)


def test_the_last_of_two_answers_counts_and_both_stay(small):
    nb = copy.deepcopy(small.released)
    place = place_of(nb, "by-hand")
    first, second = nb.cells[place], copy.deepcopy(nb.cells[place])
    first.source, second.source = "first = 1", "second = 2"
    nb.cells.insert(place + 1, second)
    repaired, flags = hand_in(nb, small.structure)
    assert kinds(flags) == {("duplicated", "by-hand")}
    assert repaired.cells[place_of(repaired, "by-hand")].source == "second = 2"
    assert repaired.cells[place_of(repaired, "by-hand") - 1].source == "first = 1"
    check_repaired(repaired, small)


def test_a_copied_test_runs_once(small):
    nb = copy.deepcopy(small.released)
    nb.cells.insert(1, copy.deepcopy(nb.cells[place_of(nb, "twice")]))
    repaired, flags = hand_in(nb, small.structure)
    assert kinds(flags) == {("duplicated", "twice")}
    assert len(repaired.cells) == len(small.released.cells)
    check_repaired(repaired, small)


def test_a_moved_test_comes_back_behind_its_answer(small):
    nb = copy.deepcopy(small.released)
    nb.cells.insert(0, nb.cells.pop(place_of(nb, "twice")))
    repaired, flags = hand_in(nb, small.structure)
    assert kinds(flags) == {("reordered", "")}
    assert place_of(repaired, "twice") > place_of(repaired, "twice-answer")
    check_repaired(repaired, small)


@pytest.mark.parametrize("moved", [False, True])
def test_a_test_comes_back_behind_the_code_that_it_tests(small, moved):
    """Some write their answer, or mend it, in a cell of their own."""
    nb = copy.deepcopy(small.released)
    test = nb.cells.pop(place_of(nb, "twice"))
    own = [new_code_cell("def twice(n):\n    return 2 * n"), new_code_cell("twice(3)")]
    at = place_of(nb, "twice-answer") + 1
    nb.cells[at:at] = [*own, new_markdown_cell("That was easy.")]
    if moved:
        nb.cells.insert(0, test)
    repaired, _ = hand_in(nb, small.structure)
    assert [grade_id(cell) or cell.source for cell in repaired.cells][2:7] == [
        "twice-answer", own[0].source, own[1].source, "twice", "That was easy.",
    ]  # fmt: skip
    check_repaired(repaired, small)


@pytest.mark.parametrize(("name", "flagged"), [("limit", True), ("twice", True), ("draw", True),
                                               ("twice-answer", False), ("by-hand", False)])  # fmt: skip
def test_an_edited_read_only_cell_is_restored(small, name, flagged):
    nb = copy.deepcopy(small.released)
    nb.cells[place_of(nb, name)].source = "pass"
    repaired, flags = hand_in(nb, small.structure)
    assert kinds(flags) == ({("edited", name)} if flagged else set())
    assert (repaired.cells[place_of(repaired, name)].source == "pass") is not flagged
    check_repaired(repaired, small)


def test_who_changed_what_is_told_by_the_checksum(small):
    """A test mended and points changed after the release are the author's doing."""
    nb = copy.deepcopy(small.released)
    test = nb.cells[place_of(nb, "twice")]
    test.source, test.metadata.nbgrader.points = "assert twice(1) == 3  # wrong", 5
    test.metadata.nbgrader.checksum = compute_checksum(test)  # as nbgrader released it then
    repaired, flags = hand_in(nb, small.structure)
    assert flags == []
    check_repaired(repaired, small)
    test.source = "pass"
    assert kinds(hand_in(nb, small.structure)[1]) == {("retagged", "twice"), ("edited", "twice")}


@pytest.mark.parametrize("ids", [True, False])
def test_cells_without_their_data_are_recognised(unit, ids):
    """Solved, and then saved by a program that drops what it does not know."""
    nb = copy.deepcopy(unit.source)
    names = [grade_id(cell) for cell in nb.cells]
    for cell, released in zip(nb.cells, unit.released.cells, strict=True):
        cell.metadata = {}
        cell.id = released.id if ids else f"{cell.id}x"
    repaired, flags = hand_in(nb, unit.structure)
    assert kinds(flags) == {("stripped", "")}
    assert [grade_id(cell) for cell in repaired.cells] == names
    check_repaired(repaired, unit)
    answers = {cell.grade_id for cell in unit.structure.cells if not cell.locked}
    solved = [cell.source for cell in unit.source.cells if grade_id(cell) in answers]
    assert [cell.source for cell in repaired.cells if grade_id(cell) in answers] == solved


def test_a_test_whose_answer_is_unknown_comes_behind_it(small):
    nb = made.notebook(new_code_cell("def twice(n):\n    return n + n"))
    repaired, _ = hand_in(nb, small.structure)
    sources = [cell.source for cell in repaired.cells]
    assert sources.index(nb.cells[0].source) < place_of(repaired, "twice")


@pytest.mark.parametrize("at", [0, 3, 100])
def test_a_cell_of_no_known_place_stays_where_it_is(small, at):
    """A header's cell, of a unit whose release is gone."""
    nb = copy.deepcopy(small.released)
    nb.cells.insert(at, made.cell("import math", "header"))
    header = replace(small.structure.cells[0], grade_id="header", released="import math",
                     source="import math", placed=False, cell_id="")  # fmt: skip
    known = replace(small.structure, cells=(*small.structure.cells, header))
    repaired, flags = hand_in(nb, known)
    assert flags == []
    assert [grade_id(cell) for cell in repaired.cells] == [grade_id(cell) for cell in nb.cells]


def test_blanks_at_line_ends_are_no_edit(small):
    nb = copy.deepcopy(small.released)
    cell = nb.cells[place_of(nb, "twice")]
    cell.source = f"\n{cell.source}  \r\n\n"
    _, flags = hand_in(nb, small.structure)
    assert flags == []


@pytest.mark.parametrize("kind", ["markdown", "raw", "code"])
@pytest.mark.parametrize("name", ["twice", "twice-answer", "by-hand", "why", "draw"])
def test_a_retyped_cell_gets_its_type_back(small, name, kind):
    nb = copy.deepcopy(small.released)
    cell = nb.cells[place_of(nb, name)]
    same = cell.cell_type == kind
    nb.cells[place_of(nb, name)] = {**cell, "cell_type": kind}
    repaired, flags = hand_in(nb, small.structure)
    assert kinds(flags) == (set() if same else {("retyped", name)})
    check_repaired(repaired, small)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("twice", {"grade": False}),
        ("twice", {"solution": True}),
        ("twice", {"locked": False}),
        ("twice", {"points": 100}),
        ("by-hand", {"solution": False}),
        ("by-hand", {"grade": False}),
        ("by-hand", {"task": True}),
        ("draw", {"task": False}),
        ("draw", {"points": None}),
        ("twice-answer", {"grade": True}),
    ],
)
def test_metadata_that_claims_something_else_is_flagged_and_ignored(small, name, fields):
    nb = copy.deepcopy(small.released)
    nb.cells[place_of(nb, name)].metadata.nbgrader.update(fields)
    repaired, flags = hand_in(nb, small.structure)
    assert kinds(flags) == {("retagged", name)}
    check_repaired(repaired, small)


def test_a_test_that_was_told_not_to_run_runs(small):
    nb = copy.deepcopy(small.released)
    nb.cells[place_of(nb, "twice")].metadata["tags"] = ["skip-execution", "raises-exception"]
    repaired, flags = hand_in(nb, small.structure)
    assert kinds(flags) == {("retagged", "twice")}
    assert "tags" not in repaired.cells[place_of(repaired, "twice")].metadata
    check_repaired(repaired, small)


def test_metadata_that_is_of_no_concern_raises_no_flag(small):
    nb = copy.deepcopy(small.released)
    for cell in nb.cells:
        cell.metadata.update({"collapsed": True, "tags": ["mine"], "editable": False})
    nb.metadata = {"kernelspec": {"name": "another", "display_name": "x"}, "widgets": {"x": [1]}}
    repaired, flags = hand_in(nb, small.structure)
    assert flags == []
    check_repaired(repaired, small)


def test_outputs_do_not_enter(small):
    nb = copy.deepcopy(small.released)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="5 of 5 points")]
            cell.execution_count = 7
    repaired, flags = hand_in(nb, small.structure)
    assert flags == [] and "5 of 5" not in nbformat.writes(repaired)
    check_repaired(repaired, small)


def test_cell_ids_are_made_unique_and_stay_where_they_can(small):
    nb = copy.deepcopy(small.released)
    before = [grade_id(cell) or cell["id"] for cell in nb.cells]
    for bad in ("", "x" * 65, "é", "a b", 5, None, before[0], "cell-1", "cell-9"):
        nb.cells.append({**new_code_cell("mine = 1"), "id": bad})
    repaired, _ = hand_in(nb, small.structure)
    after = [cell["id"] for cell in repaired.cells]
    assert after[: len(before)] == before
    assert len(set(after)) == len(after)
    check_repaired(repaired, small)


# ---------------------------------------------------------- whatever students do to cells

places = st.integers(0, 200)
hostile_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
FIELDS = ["grade", "solution", "locked", "task", "points", "grade_id", "checksum", "cell_type"]
operations = st.lists(
    st.one_of(
        st.tuples(st.just("delete"), places),
        st.tuples(st.just("copy"), places, places),
        st.tuples(st.just("move"), places, places),
        st.tuples(st.just("shuffle"), st.randoms(use_true_random=False)),
        st.tuples(st.just("retype"), places, st.sampled_from(["code", "markdown", "raw"])),
        st.tuples(st.just("edit"), places, st.text(max_size=10)),
        st.tuples(
            st.just("retag"),
            places,
            st.sampled_from(FIELDS),
            hostile_json | st.sampled_from(["output_size", "window_starts-answer"]),
        ),
        st.tuples(st.just("metadata"), places, st.sampled_from(["nbgrader", "tags"]), hostile_json),
        st.tuples(st.just("write"), places),
    ),
    max_size=8,
)


def tampered(nb, steps):
    """A copy of ``nb`` after what a student did to it, and the sources of the student's own cells."""
    nb, own = copy.deepcopy(nb), []
    for kind, *rest in steps:
        if kind == "shuffle":
            rest[0].shuffle(nb.cells)
        if kind == "write":
            own.append(f"mine = {len(own)}")
            nb.cells.insert(rest[0] % (len(nb.cells) + 1), new_code_cell(own[-1]))
        if not nb.cells or kind in ("shuffle", "write"):
            continue
        at = rest[0] % len(nb.cells)
        cell = nb.cells[at]
        if kind == "delete" and cell.source not in own:
            del nb.cells[at]
        elif kind == "copy" and cell.source not in own:
            nb.cells.insert(rest[1] % len(nb.cells), copy.deepcopy(cell))
        elif kind == "move":
            nb.cells.insert(rest[1] % len(nb.cells), nb.cells.pop(at))
        elif kind == "retype":
            cell.cell_type = rest[1]
        elif kind == "edit" and cell.source not in own:
            cell.source = rest[1]
        elif kind == "retag":
            data = cell.metadata.get("nbgrader")
            cell.metadata["nbgrader"] = {
                **(data if isinstance(data, dict) else {}),
                rest[1]: rest[2],
            }
        elif kind == "metadata":
            cell.metadata[rest[1]] = rest[2]
    return nb, own


@settings(max_examples=60)
@given(steps=operations)
def test_whatever_was_done_to_the_cells_the_structure_is_the_authors(real, steps):
    nb, own = tampered(real.released, steps)
    repaired, _ = hand_in(nb, real.structure)
    check_repaired(repaired, real)
    sources = [cell.source for cell in repaired.cells]
    claimed = [cell.source for cell in nb.cells if type(cell.metadata.get("nbgrader")) is dict]
    for source in own:
        if source not in claimed:  # a cell of one's own that does not pretend to be the unit's
            assert sources.count(source) == 1


@settings(max_examples=60)
@given(steps=operations)
def test_whatever_was_done_to_a_small_unit_too(small, steps):
    nb, _ = tampered(small.released, steps)
    repaired, _ = hand_in(nb, small.structure)
    check_repaired(repaired, small)


def with_own_cells(nb, behind):
    """A copy of ``nb`` with cells of the student's own, written anywhere."""
    nb = copy.deepcopy(nb)
    for number, place in enumerate(behind):
        kind = new_code_cell if number % 2 else new_markdown_cell
        nb.cells.insert(place % (len(nb.cells) + 1), kind(f"mine = {number}"))
    return nb


def anchors(nb):
    """For each of the student's cells, in order, the known cell that it stands behind."""
    found, last = [], None
    for cell in nb.cells:
        last = grade_id(cell) or last
        if cell.source.startswith("mine = "):
            found.append((cell.source, last))
    return found


written = st.lists(st.integers(0, 10**6), min_size=1, max_size=6)


@settings(max_examples=30)
@given(behind=written)
def test_ones_own_cells_stay_where_they_are(real, behind):
    nb = with_own_cells(real.released, behind)
    repaired, flags = hand_in(nb, real.structure)
    assert flags == []
    assert anchors(repaired) == anchors(nb)
    assert [grade_id(cell) for cell in repaired.cells] == [grade_id(cell) for cell in nb.cells]
    check_repaired(repaired, real)


@settings(max_examples=30)
@given(behind=written, gone=st.integers(0, 10**6))
def test_ones_own_cells_stay_when_a_test_comes_back(real, behind, gone):
    """What stood behind the deleted cell stands behind one of its neighbours."""
    nb = with_own_cells(real.released, behind)
    scored = [name for name in real.structure.points]
    name = scored[gone % len(scored)]
    before = anchors(nb)
    del nb.cells[place_of(nb, name)]
    repaired, flags = hand_in(nb, real.structure)
    assert kinds(flags) == {("deleted", name)}
    near = {name, list(real.known)[list(real.known).index(name) - 1]}
    for (source, was), (still, now) in zip(before, anchors(repaired), strict=True):
        assert source == still
        assert was == now or {was, now} == near
    check_repaired(repaired, real)


@settings(max_examples=30)
@given(behind=written, random=st.randoms(use_true_random=False))
def test_ones_own_cells_stay_in_order_when_cells_are_shuffled(real, behind, random):
    nb = with_own_cells(real.released, behind)
    places = [place for place, cell in enumerate(nb.cells) if grade_id(cell)]
    shuffled = [nb.cells[place] for place in places]
    random.shuffle(shuffled)
    for place, cell in zip(places, shuffled, strict=True):
        nb.cells[place] = cell
    own = [source for source, _ in anchors(nb)]
    repaired, flags = hand_in(nb, real.structure)
    assert [source for source, _ in anchors(repaired)] == own
    moved = [grade_id(cell) for cell in shuffled] != list(real.known)
    assert kinds(flags) == ({("reordered", "")} if moved else set())
    check_repaired(repaired, real)


@settings(max_examples=30)
@given(moves=st.lists(st.tuples(places, places), min_size=1, max_size=2), behind=written)
def test_a_moved_test_is_moved_back_and_nothing_else(real, moves, behind):
    """Answers and one's own cells keep their order, and read-only cells come back between them."""
    nb = with_own_cells(real.released, behind)
    locked = {cell.grade_id for cell in real.structure.cells if cell.locked}
    for number, to in moves:
        tests = [place for place, cell in enumerate(nb.cells) if grade_id(cell) in locked]
        cell = nb.cells.pop(tests[number % len(tests)])
        nb.cells.insert(to % (len(nb.cells) + 1), cell)
    stay = [cell.source for cell in nb.cells if grade_id(cell) not in locked]
    repaired, flags = hand_in(nb, real.structure)
    assert [cell.source for cell in repaired.cells if grade_id(cell) not in locked] == stay
    assert kinds(flags) <= {("reordered", "")}
    check_repaired(repaired, real)


@settings(max_examples=40)
@given(answers=st.dictionaries(st.integers(0, 99), st.text(max_size=20), max_size=5))
def test_answers_stay_the_students(real, answers):
    nb = copy.deepcopy(real.released)
    places = [place for place, cell in enumerate(nb.cells)
              if cell.metadata.get("nbgrader", {}).get("solution")]  # fmt: skip
    wanted = {}
    for number, text in answers.items():
        cell = nb.cells[places[number % len(places)]]
        cell.source = wanted[grade_id(cell)] = text
    repaired, flags = hand_in(nb, real.structure)
    assert flags == []
    for name, text in wanted.items():
        assert repaired.cells[place_of(repaired, name)].source == text


# ------------------------------------------------------------------------------- reading


def read_and_repair(data, unit):
    """Whatever the bytes are: a notebook in the unit's structure; the kinds of flags from reading."""
    nb, flags = read_notebook(data, *MANY)
    assert set(nb) >= {"cells", "metadata"}
    for cell in nb.cells:
        assert cell.cell_type in ("code", "markdown", "raw")
        assert isinstance(cell.source, str) and isinstance(cell.metadata, dict)
        assert "outputs" not in cell
    repaired, _ = repair(nb, unit.structure)
    check_repaired(repaired, unit)
    return {flag.kind for flag in flags}


def notebook_bytes(cells, **fields):
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | fields
    ).encode()


@given(data=st.binary(max_size=80) | st.text(max_size=40).map(str.encode))
def test_any_bytes_can_be_read(small, data):
    assert read_and_repair(data, small) == {"unreadable"}


any_cell = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading", 5, None]),
        "source": hostile_json | st.just("x = 1"),
        "metadata": hostile_json
        | st.fixed_dictionaries(
            {}, optional={"nbgrader": hostile_json, "tags": hostile_json, "name": hostile_json}
        )
        | st.builds(lambda name: {"nbgrader": {"grade_id": name}}, hostile_json | st.just("twice")),
        "id": hostile_json,
        "attachments": hostile_json | st.just({"a.png": {"image/png": "AAAA"}}),
        "outputs": hostile_json,
        "execution_count": hostile_json,
    },
)
any_notebook = st.fixed_dictionaries(
    {},
    optional={
        "cells": st.lists(any_cell, max_size=5) | hostile_json,
        "metadata": hostile_json,
        "nbformat": st.sampled_from([1, 2, 3, 4, 4.0, 5, "4", None, True, -1, [4]]),
        "nbformat_minor": hostile_json,
        "worksheets": hostile_json
        | st.builds(lambda c: [{"cells": c}], st.lists(any_cell, max_size=3)),
    },
)


@settings(max_examples=300)
@given(nb=any_notebook | hostile_json)
def test_any_json_can_be_read(small, nb):
    assert read_and_repair(json.dumps(nb).encode(), small) <= {"unreadable", "old-format"}


@settings(max_examples=60)
@given(nb=st.data())
def test_a_damaged_notebook_can_be_read(small, nb):
    data = bytearray(as_bytes(small.released))
    start = nb.draw(st.integers(0, len(data)))
    data[start : start + nb.draw(st.integers(0, 300))] = nb.draw(st.binary(max_size=3))
    read_and_repair(bytes(data), small)


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (None, "missing", "no notebook was handed in"),
        (b"", "unreadable", "the notebook's file is empty"),
        (b" \n\t", "unreadable", "the notebook's file is empty"),
        (b'{"cells": [', "unreadable", "the file is no notebook"),
        (b"[]", "unreadable", "the file is no notebook"),
        (b'"cells"', "unreadable", "the file is no notebook"),
        (b"{}", "unreadable", "the file is no notebook"),
        (b"\x89PNG\r\n", "unreadable", "the file is no notebook"),
        (b"[" * 100_000, "unreadable", "nested too deeply"),
        (b'{"nbformat": 3, "cells": []}', "unreadable", "the file is no notebook"),
        (b'{"nbformat": 9, "cells": []}', "unreadable", "the file is no notebook"),
        (b" " * (MANY[0] + 1), "too-large", "has more than 10,000,000 bytes, too many"),
        (notebook_bytes([{}] * (MANY[1] + 1)), "too-large", "has 2,001 cells, too many"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_no_notebook_is_an_empty_one_with_a_flag(small, data, kind, words):
    nb, (flag,) = read_notebook(data, *MANY)
    assert nb.cells == []
    assert flag.kind == kind and words in flag.says and len(flag.says) <= 200
    read_and_repair(data, small)


def test_what_just_fits_is_read():
    nb, flags = read_notebook(notebook_bytes([{"cell_type": "code"}] * MANY[1]), *MANY)
    assert len(nb.cells) == MANY[1] and flags == []
    data = notebook_bytes([])
    nb, flags = read_notebook(data, len(data), 0)
    assert (nb.cells, flags) == ([], [])
    nb, (flag,) = read_notebook(data, len(data) - 1, 0)
    assert (nb.cells, flag.kind) == ([], "too-large")


def test_a_source_may_be_a_list_of_lines():
    nb, flags = read_notebook(
        notebook_bytes([{"cell_type": "code", "source": ["x = 1\n", 5, "y = 2"]}]), *MANY
    )
    assert nb.cells[0].source == "x = 1\ny = 2" and flags == []


def test_lines_that_end_as_on_windows_end_as_elsewhere():
    """``%%bash`` passes a cell's text to a shell, which takes the rest of such an end for a letter."""
    cell = {"cell_type": "code", "source": ["%%bash\r\n", "true\r\n", "printf 'a\rb'"]}
    nb, flags = read_notebook(notebook_bytes([cell]), *MANY)
    assert nb.cells[0].source == "%%bash\ntrue\nprintf 'a\rb'" and flags == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_of_other_machines_are_read(small, encoding):
    data = json.dumps(small.released, ensure_ascii=False).encode(encoding)
    assert read_and_repair(data, small) == set()


def test_a_notebook_of_format_3_is_converted(real):
    nb = copy.deepcopy(real.released)
    answer = next(cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("solution"))
    answer.source = "mine = 1"
    old = nbformat.writes(nbformat.convert(copy.deepcopy(nb), 3), 3).encode()
    assert b'"worksheets"' in old and b'"nbformat": 3' in old
    read, flags = read_notebook(old, *MANY)
    assert [flag.kind for flag in flags] == ["old-format"]
    repaired, more = repair(read, real.structure)
    assert more == []
    assert [grade_id(c) for c in repaired.cells] == [grade_id(c) for c in nb.cells]
    assert repaired.cells[place_of(repaired, grade_id(answer))].source == "mine = 1"
    check_repaired(repaired, real)


@pytest.mark.parametrize("depth", [10, 25, 31, 100, 250, 330, 400, 480, 900, 5000])
@pytest.mark.parametrize("part", ["nbgrader", "tags", "attachments", "other"])
def test_no_depth_of_nesting_does_harm(small, depth, part):
    nested = {part: json.loads("[" * 25 + "]" * 25)}
    cell = {"cell_type": "markdown", "source": "mine", "metadata": nested, "attachments": nested}
    text = notebook_bytes([cell]).decode()
    data = text.replace("[" * 25 + "]" * 25, "[" * depth + "]" * depth).encode()
    flags = read_and_repair(data, small)
    assert flags <= {"unreadable"}
    if depth <= 25:
        assert flags == set()
    if depth > 31 and part == "nbgrader":
        assert flags == {"unreadable"}


def test_halves_of_characters_do_no_harm(small):
    data = (
        rb'{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": "x = \"\ud800\"",'
        rb' "metadata": {"\udc00": "\ud800"}, "id": "\ud800", "attachments": {"\ud800": {"a": "\ud800"}}},'
        rb' {"cell_type": "code", "source": "y = \"\ud83d\ude00\""}]}'
    )
    assert read_and_repair(data, small) == set()
    nb, _ = read_notebook(data, *MANY)
    assert [cell.source for cell in nb.cells] == ['x = "?"', 'y = "😀"']


@pytest.mark.parametrize("tags", ["skip-execution", 5, None, {"skip-execution": 1}, [5], [["x"]]])
def test_tags_that_are_none_are_left_out(tags):
    cell = {"cell_type": "code", "source": "mine", "metadata": {"tags": tags, "name": None}}
    nb, flags = read_notebook(notebook_bytes([cell]), *MANY)
    assert nb.cells[0].metadata == {} and flags == []


def test_tags_of_ones_own_cells_stay():
    tags = ["skip-execution", 5, "mine", "mine", "", "a,b"]
    cell = {"cell_type": "code", "source": "mine", "metadata": {"tags": tags}}
    nb, _ = read_notebook(notebook_bytes([cell]), *MANY)
    assert nb.cells[0].metadata == {"tags": ["skip-execution", "mine"]}


def test_attachments_are_pictures_by_name():
    good = {"a.png": {"image/png": "AAAA"}}
    for attachments in (good, {**good, "b": 5, "c": {"image/png": 5}, "d": None}):
        cell = {
            "cell_type": "markdown",
            "source": "![](attachment:a.png)",
            "attachments": attachments,
        }
        nb, _ = read_notebook(notebook_bytes([cell]), *MANY)
        assert nb.cells[0].attachments == good
    nb, _ = read_notebook(notebook_bytes([{**cell, "attachments": ["a.png"]}]), *MANY)
    assert "attachments" not in nb.cells[0]
