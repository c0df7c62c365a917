"""Unit 00: its exercises, the environment that looks at itself, the box of numbers, the glossary."""

import copy
import re
import tomllib
import xml.etree.ElementTree as ET
from html import unescape
from importlib.metadata import version
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.preprocessors import ClearSolutions

from autograder.marking.marks import mark
from course.pictures.live import box as box_picture
from course.units.start import environment, panels
from course.units.start.environment import GOOD, LATER, MISSING
from exercises.public import answers_of
from exercises.unit import load_file

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "source" / "00-start"
UNIT = load_file(FOLDER / "exercises.py").exercises
TEXT = (FOLDER / "unit.md").read_text(encoding="utf-8")
how_many, judge = UNIT["how_many"], UNIT["test_place"]
JUDGED = [pytest.param(one, id=one.says) for one in judge.judged]
sizes = st.integers(1, 9)


# -------------------------------------------------------------------------------- exercises


@given(sizes, sizes, sizes)
def test_how_many_is_the_size_of_the_array(W, H, D):
    assert how_many(W, H, D) == np.zeros((H, W, D)).size


def planted():
    """The program that a student has once the line that stops it is gone."""
    notebook = nbformat.read(FOLDER / "unit.ipynb", as_version=4)
    released, _ = ClearSolutions()(copy.deepcopy(notebook), {})
    (source,) = (
        cell.source
        for cell in released.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "how_many-answer"
    )
    assert source.count("raise NotImplementedError()") == 1
    space = {}
    exec(source.replace("raise NotImplementedError()", ""), space)
    return space["how_many"]


def test_the_planted_slip_is_the_one_that_the_check_knows():
    found = how_many.public.diagnose(how_many.public.answers(planted()))
    assert found.id == "U0-one-channel"


def test_the_planted_slip_agrees_with_one_example_only_as_its_hint_says():
    answers = how_many.public.answers(planted())
    agreeing = [
        given.args
        for given, answer in zip(how_many.public.inputs, answers, strict=True)
        if given.accepts(answer) and given in how_many.public.examples
    ]
    assert agreeing == [(4, 3, 1)]


def test_the_planted_slip_earns_nothing():
    assert mark(how_many, answers_of(planted(), how_many.questions)).credit == 0


@pytest.mark.parametrize("judged", JUDGED)
def test_the_right_test_judges_every_implementation_rightly(judged):
    verdict = judge(judge.implementation(judged).function)
    assert verdict is judged.sound


@pytest.mark.parametrize("judged", JUDGED)
def test_sound_ones_are_numpys_and_faulty_ones_are_not(judged):
    place = judge.implementation(judged).function
    same = all(
        place(row, column, H, W) == np.ravel_multi_index((row, column), (H, W))
        for H in range(1, 6) for W in range(1, 6) for row in range(H) for column in range(W)
    )  # fmt: skip
    assert same is judged.sound


def verdicts(test):
    return {one.says: bool(test(judge.implementation(one).function)) for one in judge.judged}


def accepted_wrongly(test):
    return {one.says for one in judge.judged if not one.sound and verdicts(test)[one.says]}


def test_a_square_image_hides_height_taken_for_width_as_the_hint_says():
    square = accepted_wrongly(lambda place: place(0, 1, 3, 3) == 1 and place(2, 1, 3, 3) == 7)
    assert square == {"takes the height for the width"}


def test_equal_row_and_column_hide_that_they_were_exchanged():
    diagonal = accepted_wrongly(lambda place: place(0, 0, 2, 3) == 0 and place(1, 1, 2, 3) == 4)
    assert "takes the row for the column and the column for the row" in diagonal


def test_hint_3s_three_numbers_are_enough():
    three = verdicts(lambda p: p(0, 1, 2, 3) == 1 and p(1, 0, 2, 3) == 3 and p(1, 2, 2, 3) == 5)
    assert three == {one.says: one.sound for one in judge.judged}


def test_what_the_text_says_of_the_graders_implementations():
    beside_the_right_one = [one for one in judge.judged[1:] if one.sound]
    hidden = [one for one in judge.judged if not one.sound and not one.shown]
    assert (len(beside_the_right_one), len(hidden)) == (2, 4)
    assert "two more that are right and four more that are wrong" in TEXT


def test_points_in_the_title_are_those_of_the_exercises():
    assert "**Unit 00 · 20 minutes · 1 point ·" in TEXT
    assert sum(one.points for one in UNIT.values()) == 1


# ------------------------------------------------------------------------------ environment


def test_here_nothing_is_missing():
    found = environment.look()
    assert [one.says for one in found.missing] == []
    assert found.headline == "All is there. You can begin."
    assert any(one.what == "numpy" and one.says == version("numpy") for one in found.findings)


def test_the_oldest_python_is_the_one_that_the_course_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={'.'.join(map(str, environment.OLDEST))}"
    assert project["name"] == environment.COURSE


@pytest.mark.parametrize("found,state", [((3, 10), MISSING), ((3, 11), GOOD), ((3, 14), GOOD)])
def test_an_old_python_is_named(found, state):
    finding = environment.python(found)
    assert finding.state == state
    assert (finding.command == "make lab") is (state == MISSING)


@pytest.mark.parametrize(
    "requirement,state,says",
    [
        ("numpy>=1.0", GOOD, version("numpy")),
        ("numpy>=999", MISSING, f"{version('numpy')} is installed, and the course needs >=999."),
        ("no-such-package-here>=1", MISSING, "not installed here."),
    ],
)
def test_a_package_is_there_too_old_or_missing(requirement, state, says):
    finding = environment.package(requirement)
    assert (finding.state, finding.says) == (state, says)
    assert finding.command == (f'%pip install "{requirement}"' if state == MISSING else "")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An installed course with needs of its own."""
    info = tmp_path / "odd_course-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: odd-course\nVersion: 1.0\n"
        "Requires-Dist: numpy>=1.0\n"
        "Requires-Dist: no-such-package-here>=1\n"
        'Requires-Dist: nothing-for-this-system; sys_platform == "nowhere"\n'
        'Requires-Dist: no-such-net-here>=2,<3; extra == "mnist"\n'
        'Requires-Dist: no-such-test-here; extra == "test"\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    return "odd-course"


def test_what_is_needed_is_what_the_installed_course_says(course):
    numpy, lacking, later = environment.packages(course)
    assert (numpy.what, numpy.state) == ("numpy", GOOD)
    assert (lacking.what, lacking.state) == ("no-such-package-here", MISSING)
    assert later.state == LATER and "no-such-net-here" in later.says
    assert later.command == '%pip install "no-such-net-here<3,>=2"'


def test_a_course_that_is_not_installed_is_named():
    (finding,) = environment.packages("no-such-course-here")
    assert (finding.state, finding.command) == (MISSING, "make lab")


def test_who_has_no_makefile_is_told_of_the_command(tmp_path, monkeypatch):
    """As after a `pip install`: `make lab` would find nothing."""
    assert environment.set_up(tmp_path).command == "course lab"
    (tmp_path / "Makefile").touch()
    assert environment.set_up(tmp_path).command == "make lab"

    installed = environment.SetUp("course lab", "in a terminal, with that Python, type")
    monkeypatch.setattr(environment, "set_up", lambda: installed)
    missing = [
        environment.python((3, 10)),
        *environment.packages("no-such-course-here"),
        environment.folder(tmp_path / "not there"),
    ]
    for finding in missing:
        assert (finding.state, finding.command) == (MISSING, "course lab")
        assert "with that Python" in finding.where and "make" not in finding.where


def test_a_unit_without_its_checks_is_named(tmp_path):
    for unit in ("one", "two"):
        (tmp_path / unit).mkdir()
        (tmp_path / unit / "__init__.py").touch()
        (tmp_path / unit / "exercises.json").write_text("[]")
    assert environment.checks(tmp_path).says == "those of 2 units are here"
    (tmp_path / "two" / "exercises.json").unlink()
    finding = environment.checks(tmp_path)
    assert finding.state == MISSING and "missing in two" in finding.says
    assert environment.checks(tmp_path / "empty").state == MISSING


def test_a_folder_that_cannot_be_written_in_is_named(tmp_path):
    assert environment.folder(tmp_path).state == GOOD
    finding = environment.folder(tmp_path / "not there")
    assert (finding.state, finding.command) == (MISSING, "make lab")


def test_text_and_page_say_the_same(course):
    found = environment.Environment(tuple(environment.packages(course)))
    assert found.headline == "Before you begin, see to this: no-such-package-here."
    bundle = found._repr_mimebundle_()
    page = bundle["text/html"]
    ET.fromstring(page.replace("<br>", "<br/>"))
    for one in found.findings:
        for words in filter(None, (one.what, one.says, one.where, one.command)):
            assert words in unescape(page) and words in bundle["text/plain"]


# ------------------------------------------------------------------------------------ the box

boxes = st.builds(
    box_picture.box,
    st.integers(1, box_picture.WIDEST), st.integers(1, box_picture.TALLEST),
    st.integers(1, box_picture.DEEPEST), st.integers(1, 2), st.integers(1, 2),
    st.integers(-2, 80),
)  # fmt: skip


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(1, 2))
def test_memory_is_numpys(shape, order):
    kind = {1: "C", 2: "F"}[order]
    places = np.arange(np.prod(shape)).reshape(shape, order=kind)
    memory = box_picture.in_memory(tuple(shape), order)
    assert [places[index] for index in memory] == list(range(places.size))


@given(*[st.integers(1, most) for most in (6, 4, 3, 2, 2)], st.integers(0, 80))
def test_the_picture_says_what_numpy_says(W, H, D, layout, order, at):
    axes = {1: "CHW", 2: "HWC"}[layout]
    shape = tuple({"C": D, "H": H, "W": W}[axis] for axis in axes)
    array = np.zeros(shape, dtype=np.int8, order={1: "C", 2: "F"}[order])
    strides = dict(zip(axes, array.strides, strict=True))
    at = min(at, array.size - 1)
    index = np.unravel_index(at, shape, order={1: "C", 2: "F"}[order])
    said = box_picture.box(W, H, D, layout, order, at).alt
    assert f"The array's shape is {shape}" in said
    assert f"Place {at} of 0 to {array.size - 1} " in said
    assert f"array[{', '.join(str(int(one)) for one in index)}]" in said
    for axis, name, size in (("W", "column", W), ("H", "row", H), ("C", "channel", D)):
        further = re.search(rf"the next {name} (\d+) place", said)
        assert (int(further[1]) if further else None) == (strides[axis] if size > 1 else None)


def drawn_words(picture):
    return [
        "".join(element.itertext())
        for element in ET.fromstring(picture.svg).iter()
        if element.tag.endswith("text")
    ]


def test_cells_show_places_and_places_show_indices():
    words = drawn_words(box_picture.box(3, 2, 2, 2, 1, 0))
    for row, column, channel in np.ndindex(2, 3, 2):
        assert f"{row},{column},{channel}" in words
    assert {str(place) for place in range(12)} <= set(words)


@settings(max_examples=150, deadline=None)
@given(boxes)
def test_the_picture_stays_within_its_frame_and_nothing_lies_on_its_last_lines(picture):
    root = ET.fromstring(picture.svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    for shape in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, wide, high = (float(shape.get(key)) for key in ("x", "y", "width", "height"))
        assert 0 <= x <= x + wide <= width and 0 <= y <= y + high <= height - 42
    assert picture.alt.endswith(".") and "  " not in picture.alt


def test_the_panel_follows_its_sliders():
    shown = panels.box()
    assert shown.sliders["at"].max == 3 * 2 * 2 - 1
    shown.sliders["at"].value = 11
    shown.sliders["D"].value = 1
    assert shown.sliders["at"].max == shown.sliders["at"].value == 5
    assert "Place 5 of 0 to 5" in shown.picture.alt
    assert shown.picture.alt.startswith("A box of 1 channel, 2 rows and 3 columns.")


# ------------------------------------------------------------------------------- the glossary

GLOSSARY = TEXT.partition("\n## Glossary\n")[2]
ENTRIES = dict(re.findall(r"^#### (.+)\n\n(.+)", GLOSSARY, re.MULTILINE))
UNITS = {
    "01-convolution", "02-output-size", "03-padding", "04-parameters", "05-one-by-one",
    "06-pooling", "07-equivariance", "08-transposed", "09-scaling", "10-mnist",
}  # fmt: skip
OF_THE_NOTES = """
patch window filter kernel mask weight bias convolution cross-correlation stride padding valid same
channel depth volume layout pixel neuron connection dense flatten pooling batch epoch logits loss
label accuracy dropout overfitting parameter hyperparameter bottleneck equivariance deconvolution
feature standardise saturation sigmoid relu ksize floor placeholder session optimizer class one-hot
feature-map activation-map output-channel depth-slice filter-depth dot-product receptive-field
zero-padding ceil-mode parameter-sharing locally-connected-layer sparsity-of-connections
linear-classifier 1x1-convolution max-pooling average-pooling pool-size translation-invariance
transposed-convolution fractional-stride output-padding feature-scaling activation-function
hidden-layer gradient-descent learning-rate gradient-clipping weight-initialisation training-data
validation-data test-data keep-probability dropout-rate convolutional-layer convolutional-network
spatial-dimensions output-size multiplications
"""


def anchor(heading):
    """What JupyterLab, and other readers of a notebook, make of a heading of plain words."""
    return heading.replace(" ", "-")


def test_every_term_of_the_notes_has_an_anchor():
    assert set(OF_THE_NOTES.split()) <= {anchor(term) for term in ENTRIES}


def test_anchors_are_the_same_for_every_reader_and_stand_once():
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    for term in ENTRIES:
        assert re.fullmatch(r"[a-z0-9]+([ -][a-z0-9]+)*", term), term
        assert headings.count(term) == 1, term


def test_links_within_the_notebook_arrive():
    headings = {anchor(one) for one in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) - {"Glossary"} <= {*map(anchor, ENTRIES)}
    assert "Glossary" in headings


def test_every_entry_names_the_unit_that_teaches_it():
    linked = set()
    for term, says in ENTRIES.items():
        if "No unit of this course needs it." in says:
            continue
        where = re.search(
            r" · (?:this unit|\[unit (\d\d)\]\(\.\./(\1-[a-z-]+)/unit\.ipynb\))$", says
        )
        assert where, term
        linked |= {where[2]} - {None}
    assert linked == UNITS
    there = {path.name for path in FOLDER.parent.glob("[0-9][0-9]-*")} - {FOLDER.name}
    assert there - {"11-review"} <= UNITS  # which teaches nothing new


def test_every_term_is_met_in_the_unit_that_teaches_it():
    """In words that a reader would look up: nobody is sent to a unit that does not say it."""

    def plain(text):
        return re.sub(r"[-\s]+", " ", text.lower().replace(" × ", "x").replace("*", ""))

    for term, says in ENTRIES.items():
        if "No unit of this course needs it." in says:
            continue
        elsewhere = re.search(r"\.\./([\w-]+)/unit\.ipynb\)$", says)
        text = (FOLDER.parent / elsewhere[1] / "unit.md").read_text("utf-8") if elsewhere else TEXT
        assert plain(term) in plain(text.partition("\n## Glossary\n")[0]), term
