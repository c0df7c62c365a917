"""What is read of a submission and of a unit beside their notebooks."""

import os
import socket

import pytest

from autograder.nbgrader_plugin.released import PRIVATE
from autograder.submission import files as module
from autograder.submission.files import submitted_files

IGNORE = [".ipynb_checkpoints", "*.pyc", "__pycache__", *PRIVATE]

# ---------------------------------------------------------------- files of a submission


@pytest.fixture
def folder(tmp_path):
    """A submission with a file in it, and a secret of the instructor's beside it."""
    (tmp_path / "secret.txt").write_text("the key")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key.txt").write_text("the key")
    made = tmp_path / "ann" / "02"
    made.mkdir(parents=True)
    (made / "notes.txt").write_text("mine")
    return made


def write(folder, name, text="mine"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_files_are_read_however_deep(folder):
    write(folder, "data/deep/er/x.csv", "1,2")
    write(folder, "data/y.bin", "")
    assert submitted_files(folder, IGNORE) == (
        {"data/deep/er/x.csv": b"1,2", "data/y.bin": b"", "notes.txt": b"mine"},
        [],
    )


def test_notebooks_and_what_is_ignored_are_left_out(folder):
    for name in ("unit.ipynb", "data/other.ipynb", "x.pyc", "__pycache__/y.txt", "exercises.py", "marks.json",
                 ".ipynb_checkpoints/unit.txt", "data/unit.md"):  # fmt: skip
        write(folder, name)
    assert submitted_files(folder, IGNORE) == ({"notes.txt": b"mine"}, [])


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert submitted_files(tmp_path / "nobody", IGNORE) == ({}, [])
    (tmp_path / "file").write_text("x")
    assert submitted_files(tmp_path / "file", IGNORE) == ({}, [])


@pytest.mark.parametrize(
    "target", ["../../secret.txt", "../../secrets", "nowhere", "notes.txt", ".", ".."]
)
@pytest.mark.parametrize("name", ["link", "data/link"])
def test_links_are_never_followed(folder, name, target):
    (folder / "data").mkdir()
    up = "../" if name.startswith("data") and target not in (".", "nowhere") else ""
    (folder / name).symlink_to(up + target)
    files, flags = submitted_files(folder, IGNORE)
    assert files == {"notes.txt": b"mine"}
    ((kind, says),) = {(flag.kind, flag.says) for flag in flags}
    assert kind == "link" and says.startswith(f"{name} is a link")


def test_an_absolute_link_is_not_followed(folder):
    (folder / "link").symlink_to(folder.parents[1] / "secret.txt")
    (folder / "links").symlink_to(folder.parents[1] / "secrets", target_is_directory=True)
    files, flags = submitted_files(folder, IGNORE)
    assert files == {"notes.txt": b"mine"}
    assert {flag.says.split()[0] for flag in flags} == {"link", "links"}


@pytest.mark.timeout(20)
def test_pipes_and_sockets_are_not_waited_for(folder):
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        before = os.getcwd()
        os.chdir(folder)  # a socket's path is short
        try:
            server.bind("socket")
        finally:
            os.chdir(before)
        files, flags = submitted_files(folder, IGNORE)
    assert files == {"notes.txt": b"mine"}
    assert {flag.says.split()[0] for flag in flags} == {"pipe", "socket"}


def test_there_is_an_end_to_what_is_read(folder, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_FILES", 1000)
    write(folder, "a.bin", "x" * 600)
    write(folder, "b.bin", "x" * 396)
    assert set(submitted_files(folder, IGNORE)[0]) == {"a.bin", "b.bin", "notes.txt"}
    write(folder, "b.bin", "x" * 401)
    files, flags = submitted_files(folder, IGNORE)
    assert set(files) == {"a.bin"}
    assert [(flag.kind, flag.says.split()[0]) for flag in flags] == [("size", "b.bin")]


def test_a_file_larger_than_all_is_never_opened(folder):
    with open(folder / "huge.bin", "wb") as file:
        file.truncate(2**40)  # takes no room on the disk
    files, flags = submitted_files(folder, IGNORE)
    assert files == {} and [flag.kind for flag in flags] == ["size"]


def test_names_may_be_strange(folder):
    names = ["ü ñ.txt", "[a]*.txt", "-rf", "a\nb.txt", "..x"]
    for name in names:
        write(folder, name)
    (folder / os.fsdecode(b"\xff.txt")).write_text("mine")
    files, flags = submitted_files(folder, IGNORE)
    assert set(files) == {*names, "notes.txt", os.fsdecode(b"\xff.txt")} and flags == []
