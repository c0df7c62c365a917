"""``python -m exercises``: the public half is written, printed, or compared with what is there."""

import subprocess
import sys

import pytest

from exercises.public import read
from exercises.unit import load
from tests.support.half import KEY


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "01-half" / "exercises.py"
    path.parent.mkdir()
    path.write_text(KEY, encoding="utf-8")
    return path


def run(*arguments, code=0):
    command = [sys.executable, "-m", "exercises", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout, done.stderr


def test_the_public_half_is_printed(source):
    assert run(source) == (load(KEY).public(), "")


def test_the_public_half_is_written_and_nothing_is_said(source, tmp_path):
    file = tmp_path / "exercises.json"
    assert run(source, file) == ("", "")
    assert file.read_bytes() == load(KEY).public().encode()
    assert read(file.read_text(encoding="utf-8")).keys() == {"half"}


def test_a_stale_file_is_found_and_left_alone(source, tmp_path):
    file = tmp_path / "exercises.json"
    out, _ = run("--check", source, file, code=1)
    assert out == f"{file} is not what {source} makes: run make release\n" and not file.exists()
    file.write_text("[]\n")
    run("--check", source, file, code=1)
    assert file.read_text() == "[]\n"
    run(source, file)
    assert run("--check", source, file) == ("", "")


def test_a_mistake_is_a_sentence(source):
    source.write_text(KEY + "half.slip('x', 'y', 'n +', '?')\n")
    line = KEY.count("\n") + 1
    out, errors = run(source, code=1)
    assert out == ""
    assert errors == (
        f"01-half/exercises.py, line {line}: half, slip x: invalid syntax: return n +\n"
    )


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    out, errors = run(tmp_path / "nowhere.py", code=1)
    assert out == "" and errors.count("\n") == 1 and "nowhere.py" in errors
