"""The working copy: nothing that a student wrote is ever lost, and everything else is current."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat

import pytest
from typer.testing import CliRunner

from course import cli, workspace
from course.cli import app
from course.websocket import OPTION
from course.workspace import HANDED_OUT, hand_out

UNIT = "02-output-size/unit.ipynb"


@pytest.fixture
def release(tmp_path):
    """A release with one unit of two files."""
    folder = tmp_path / "release"
    write(folder / UNIT, "version 1")
    write(folder / "02-output-size/data/table.csv", "1,2")
    return folder


@pytest.fixture
def work(tmp_path):
    return tmp_path / "work"


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def contents(folder):
    """Path -> text of every file but the list of what was handed out."""
    return {
        f.relative_to(folder).as_posix(): f.read_text()
        for f in sorted(folder.rglob("*"))
        if f.is_file() and f.name != HANDED_OUT
    }


def test_the_first_time_everything_is_copied(release, work):
    report = hand_out(release, work)
    assert contents(work) == contents(release)
    assert report.new == ["02-output-size/data/table.csv", UNIT]


def test_the_second_time_nothing_happens(release, work):
    hand_out(release, work)
    written = {f: f.stat().st_mtime_ns for f in work.rglob("*.ipynb")}
    report = hand_out(release, work)
    assert (report.new, report.updated, report.kept) == ([], [], [])
    assert {f: f.stat().st_mtime_ns for f in work.rglob("*.ipynb")} == written
    assert report.lines(work) == [f"{work}/ has the newest version of every unit."]


def test_an_untouched_file_is_brought_up_to_date(release, work):
    hand_out(release, work)
    write(release / UNIT, "version 2")
    report = hand_out(release, work)
    assert report.updated == [UNIT]
    assert (work / UNIT).read_text() == "version 2"


def test_a_file_untouched_for_several_versions_is_brought_up_to_date(release, work, tmp_path):
    hand_out(release, work)
    shutil.copy(work / UNIT, tmp_path / "old")
    write(release / UNIT, "version 2")
    hand_out(release, work)
    shutil.copy(tmp_path / "old", work / UNIT)  # the student goes back to version 1
    write(release / UNIT, "version 3")
    assert hand_out(release, work).updated == [UNIT]


def test_a_touched_file_stays_and_its_new_version_lies_elsewhere(release, work):
    hand_out(release, work)
    write(work / UNIT, "my answers")
    assert hand_out(release, work).kept == [], "no new version, no news"

    write(release / UNIT, "version 2")
    report = hand_out(release, work)
    assert report.kept == [(UNIT, f"new-versions/{UNIT}")]
    assert (work / UNIT).read_text() == "my answers"
    assert (work / "new-versions" / UNIT).read_text() == "version 2"
    (line,) = report.lines(work)
    assert "Yours stays as it is" in line and f"new-versions/{UNIT}" in line

    assert hand_out(release, work).kept == [], "said once, not every time"


def notebook(*sources, **more):
    """A notebook's text; ``more`` is metadata of the notebook and of each cell."""
    cells = [
        {
            "cell_type": "code", "id": str(number), "source": source, "outputs": more.get("outputs", []),
            "execution_count": more.get("count"), "metadata": {**more.get("metadata", {})},
        }
        for number, source in enumerate(sources)
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": more.get("metadata", {}), "nbformat": 4})


SEEN = {"count": 3, "outputs": [{"output_type": "stream"}], "metadata": {"trusted": True}}


def test_opening_and_running_a_notebook_is_not_writing_in_it(release, work):
    write(release / UNIT, notebook("1 + 1", "raise NotImplementedError()"))
    hand_out(release, work)
    write(work / UNIT, notebook("1 + 1", "raise NotImplementedError()", **SEEN))
    assert hand_out(release, work).updated == [], "no news: the outputs stay"
    assert '"trusted"' in (work / UNIT).read_text()

    write(release / UNIT, notebook("1 + 1", "raise NotImplementedError", "a correction"))
    assert hand_out(release, work).updated == [UNIT]
    assert "a correction" in (work / UNIT).read_text()

    write(work / UNIT, notebook("1 + 1", "return 5", "a correction", **SEEN))
    write(release / UNIT, notebook("1 + 1", "raise", "another correction"))
    assert hand_out(release, work).kept == [(UNIT, f"new-versions/{UNIT}")]
    assert "return 5" in (work / UNIT).read_text()


def test_what_a_teacher_changes_about_a_cell_is_news(release, work):
    """A tag, or nbgrader's data, though the text is the same."""
    write(release / UNIT, notebook("check(f)"))
    hand_out(release, work)
    write(work / UNIT, notebook("check(f)", **SEEN))
    write(release / UNIT, notebook("check(f)", metadata={"tags": ["raises-exception"]}))
    assert hand_out(release, work).updated == [UNIT]


def test_a_new_version_that_was_written_in_is_not_overwritten_either(release, work):
    hand_out(release, work)
    write(work / UNIT, "my answers")
    for version in (2, 3):
        write(release / UNIT, f"version {version}")
        hand_out(release, work)
    assert (work / "new-versions" / UNIT).read_text() == "version 3", "untouched: replaced"

    write(work / "new-versions" / UNIT, "my other answers")
    write(release / UNIT, "version 4")
    assert hand_out(release, work).kept == [(UNIT, f"new-versions-2/{UNIT}")]
    assert contents(work) == {
        UNIT: "my answers",
        f"new-versions/{UNIT}": "my other answers",
        f"new-versions-2/{UNIT}": "version 4",
        "02-output-size/data/table.csv": "1,2",
    }


def test_a_new_unit_arrives_beside_the_student_s_work(release, work):
    hand_out(release, work)
    write(work / UNIT, "my answers")
    write(release / "03-padding/unit.ipynb", "padding")
    report = hand_out(release, work)
    assert report.new == ["03-padding/unit.ipynb"]
    assert (work / UNIT).read_text() == "my answers"


def test_a_deleted_file_comes_back_fresh(release, work):
    hand_out(release, work)
    (work / UNIT).unlink()
    assert hand_out(release, work).new == [UNIT]
    assert (work / UNIT).read_text() == "version 1"


def test_a_file_that_left_the_release_stays(release, work):
    hand_out(release, work)
    (release / UNIT).unlink()
    hand_out(release, work)
    assert (work / UNIT).read_text() == "version 1"


def test_the_student_s_own_files_are_left_alone(release, work):
    write(work / "02-output-size/notes.txt", "mine")
    write(work / UNIT, "something of mine that was here before")
    report = hand_out(release, work)
    assert report.kept == [(UNIT, f"new-versions/{UNIT}")]
    assert contents(work)["02-output-size/notes.txt"] == "mine"
    assert contents(work)[UNIT] == "something of mine that was here before"


def test_a_read_only_file_is_left_alone(release, work):
    hand_out(release, work)
    (work / UNIT).chmod(stat.S_IRUSR)
    write(release / UNIT, "version 2")
    assert hand_out(release, work).kept == [(UNIT, f"new-versions/{UNIT}")]
    assert (work / UNIT).read_text() == "version 1"


def test_a_read_only_release_gives_a_working_copy_that_can_be_written(release, work):
    (release / UNIT).chmod(stat.S_IRUSR)
    hand_out(release, work)
    assert (work / UNIT).stat().st_mode & stat.S_IWUSR


def test_a_link_is_left_alone(release, work, tmp_path):
    write(tmp_path / "elsewhere.ipynb", "mine, kept elsewhere")
    (work / "02-output-size").mkdir(parents=True)
    (work / UNIT).symlink_to(tmp_path / "elsewhere.ipynb")
    hand_out(release, work)
    assert (work / UNIT).is_symlink()
    assert (tmp_path / "elsewhere.ipynb").read_text() == "mine, kept elsewhere"


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"a": 1}', "null"])
def test_a_lost_list_costs_nothing_but_updates(release, work, broken):
    hand_out(release, work)
    write(work / HANDED_OUT, broken)
    write(release / UNIT, "version 2")
    hand_out(release, work)
    assert (work / UNIT).read_text() == "version 1"
    assert (work / "new-versions" / UNIT).read_text() == "version 2"


def test_a_write_that_fails_leaves_the_old_file_whole(release, work, monkeypatch):
    hand_out(release, work)
    write(release / UNIT, "version 2")
    write_bytes = workspace.Path.write_bytes

    def disk_full(file, content):
        write_bytes(file, content[:3])
        raise OSError("No space left on device")

    monkeypatch.setattr(workspace.Path, "write_bytes", disk_full)
    with pytest.raises(OSError, match="No space left"):
        hand_out(release, work)
    monkeypatch.undo()
    assert contents(work)[UNIT] == "version 1"
    assert not list(work.rglob("*.part"))


def test_checkpoints_are_not_handed_out(release, work):
    write(release / "02-output-size/.ipynb_checkpoints/unit-checkpoint.ipynb", "old")
    hand_out(release, work)
    assert not list(work.rglob(".ipynb_checkpoints"))


@pytest.mark.parametrize("place", ["release", "release/02-output-size", "."])
def test_a_working_copy_in_the_release_or_around_it_is_refused(release, tmp_path, place):
    with pytest.raises(ValueError, match="must not lie in one another"):
        hand_out(release, tmp_path / place)


# --- the command ----------------------------------------------------------------------------------


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def started(monkeypatch):
    """What `course lab` would have started, and where, in place of starting it."""
    seen = {}
    home = os.getcwd()
    monkeypatch.setattr(
        cli.os,
        "execve",
        lambda file, command, surroundings: seen.update(command=command, folder=os.getcwd()),
    )
    yield seen
    os.chdir(home)


def test_lab_starts_jupyterlab_in_the_working_copy_and_passes_options_on(release, work, started):
    result = run("lab", "--into", work, "--release", release, "--no-open", "--port", "8899")
    assert result.exit_code == 0, result.output
    start = "--LabApp.default_url=/lab/tree/START.md"
    options = [OPTION, start, "--no-browser", "--port", "8899"]
    assert started["command"][1:] == ["-m", "jupyterlab", *options]
    assert started["folder"] == str(work)
    assert f"New in {work}/: {UNIT}" in result.output


def test_lab_without_units_says_what_to_do(tmp_path, work, started):
    result = run("lab", "--into", work, "--release", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "There are no units in" in result.output and "make release" in result.output
    assert not started and not work.exists()


def test_lab_says_so_when_the_working_copy_cannot_be_made(release, tmp_path, started):
    write(tmp_path / "work", "a file, not a folder")
    result = run("lab", "--into", tmp_path / "work", "--release", release)
    assert result.exit_code == 1
    assert "could not be brought up to date" in result.output
    assert not started


def test_units_lists_titles_and_minutes(release):
    text = ["# Output size and stride\n", "\n", "45 minutes, after unit 1"]
    cells = [{"cell_type": "markdown", "source": text}]
    write(release / UNIT, json.dumps({"cells": cells}))
    write(release / "03-padding/unit.ipynb", "not a notebook")
    result = run("units", "--release", release)
    assert result.exit_code == 0
    assert re.search(r"02-output-size +45 min +Output size and stride\n03-padding\n", result.output)


@pytest.mark.parametrize("arguments", [["--help"], ["lab", "--help"], ["units", "--help"]])
def test_help_explains(arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


@pytest.mark.parametrize("there", [False, True])
def test_the_exchange_is_offered_where_there_is_one(work, tmp_path, monkeypatch, there):
    """nbgrader's own default is the same, and its settings are found where it finds them."""
    from nbgrader.exchange.default import Exchange

    assert Exchange.root.default_value in ("", cli.EXCHANGE)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setattr(cli, "EXCHANGE", str(tmp_path / "nowhere"))
    work.mkdir()
    if there:
        (tmp_path / "exchange").mkdir()
        root = f"c = get_config()\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n"
        write(work / "nbgrader_config.py", root)
    assert cli._exchange_is_there(work) is there
    without = "config-without-exchange" in cli._surroundings(work)["JUPYTER_CONFIG_PATH"]
    assert without is not there
