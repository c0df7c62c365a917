"""nbgrader's own tests of ``nbgrader autograde``, run against this engine through both doors.

They ship with nbgrader and run as they are; only the course's configuration names this engine.
"""

from __future__ import annotations

import ast
import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path

import nbgrader.api
import pytest
from nbgrader.tests import run_nbgrader
from nbgrader.tests.apps import test_nbgrader_autograde as theirs
from nbgrader.tests.apps.conftest import course_dir, db  # noqa: F401
from nbgrader.tests.apps.conftest import temp_cwd as nbgraders_cwd  # noqa: F401
from typer.testing import CliRunner

from autograder.cli import app
from autograder.folder import find_own_programs

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
]

# nbgrader's tests that must fail, and the row of docs/differences.md that says why
DIFFERENT: dict[str, str] = {}
DIFFERENT_BY_COMMAND: dict[str, str] = {}

alembic_version = functools.cache(nbgrader.api.get_alembic_version)


@pytest.fixture
def temp_cwd(nbgraders_cwd: str, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    """nbgrader's folder with its configuration, and this engine in that."""
    with open("nbgrader_config.py", "a") as config:
        config.write("from autograder.doors import configure\nconfigure(c)\n")
    find_own_programs()
    # the same for every gradebook, and a program of its own to be started for each
    monkeypatch.setattr(nbgrader.api, "get_alembic_version", alembic_version)
    return nbgraders_cwd


@pytest.fixture
def different(request: pytest.FixtureRequest) -> None:
    """A test of nbgrader's that is named as a difference has to fail."""
    name = request.node.originalname
    if why := request.cls.different.get(name):
        request.applymarker(pytest.mark.xfail(reason=why, strict=True))


@pytest.mark.usefixtures("different")
class TestNbgraderAutograde(theirs.TestNbGraderAutograde):
    """The first door: every word of nbgrader's tests as it stands."""

    different = DIFFERENT


@pytest.mark.usefixtures("different", "second_door")
class TestAutograderGrade(theirs.TestNbGraderAutograde):
    """The second door: ``nbgrader autograde`` in nbgrader's tests becomes ``autograder grade``."""

    different = DIFFERENT | DIFFERENT_BY_COMMAND

    @pytest.fixture
    def second_door(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(theirs, "run_nbgrader", with_our_command)


def with_our_command(words: list[str], retcode: int = 0, **options) -> str | None:
    """Run one of nbgrader's commands; ``autograde`` as ``autograder grade``."""
    command, *words = words
    if command != "autograde":
        return run_nbgrader([command, *words], retcode=retcode, **options)
    ours, settings = translated(words)
    with configured(settings):
        done = CliRunner().invoke(app, ["grade", "--workers", "1", *ours])
    print(done.output)
    assert done.exit_code == retcode
    return done.output


def translated(words: list[str]) -> tuple[list[str], dict[str, object]]:
    """nbgrader's words for ``autograde`` as words of ``autograder grade`` and as settings."""
    ours, settings = [], {}
    rest = iter(words)
    for word in rest:
        option, _, value = word.partition("=")
        if word == "--db":
            settings["CourseDirectory.db_url"] = next(rest)
        elif word == "--notebook":
            settings["CourseDirectory.notebook_id"] = next(rest)
        elif word == "--no-execute":
            settings["Execute.enabled"] = False
        elif value:  # a setting: AutogradeApp is what Autograde was called before
            name = option.removeprefix("--").replace("AutogradeApp.", "Autograde.")
            settings[name] = literal(value)
        else:
            ours.append({"-f": "--force", "--help-all": "--help"}.get(word, word))
    return ours, settings


def literal(text: str) -> object:
    """The value that a setting's text stands for."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


@contextlib.contextmanager
def configured(settings: dict[str, object]) -> Iterator[None]:
    """The course's configuration with ``settings``: words on a command line hold for it alone."""
    config = Path("nbgrader_config.py")
    before = config.read_text()
    lines = [f"c.{name} = {value!r}\n" for name, value in settings.items()]
    config.write_text(before + "\n" + "".join(lines))
    try:
        yield
    finally:
        config.write_text(before)
