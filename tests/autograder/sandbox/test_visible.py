"""What packages keep from a notebook that is graded."""

import pytest

from autograder.sandbox import visible
from autograder.sandbox.visible import hidden_paths


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package called ``lessons`` with a few files; gives what hides them."""
    folder = tmp_path / "lessons"
    for name in ("answers.py", "units/one/data.json", "units/two/data.json", "live/a.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "answers.cpython-311.pyc").write_text("")
    monkeypatch.setattr(visible, "package_folders", lambda names: [folder])

    def hidden(*lines):
        (folder / "hidden-while-graded.txt").write_text("\n".join(lines) + "\n")
        return {str(path.relative_to(folder)) for path in hidden_paths(["lessons"])}

    return hidden


def test_patterns_hide_files_folders_and_what_was_compiled(package):
    compiled = "__pycache__/answers.cpython-311.pyc"
    assert package("answers.py", "live") == {"answers.py", compiled, "live"}


def test_comments_and_blank_lines_hide_nothing(package):
    assert package("# answers.py", "", "  ") == set()


def test_a_pattern_may_leave_something_out(package):
    both = {"units/one/data.json", "units/two/data.json"}
    assert package("units/*/data.json") == both
    assert package("units/*/data.json", "!units/two/data.json") == {"units/one/data.json"}
    assert package("!units/two/data.json", "units/*/data.json") == both, "in the order of the lines"


def test_a_package_that_hides_nothing_has_no_such_file(tmp_path, monkeypatch):
    monkeypatch.setattr(visible, "package_folders", lambda names: [tmp_path])
    assert hidden_paths(["lessons"]) == []
