"""Archives of a learning platform, through the real ``nbgrader zip_collect``: bombs among them."""

from __future__ import annotations

import gzip
import io
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from autograder.nbgrader_plugin.course_folder import find_own_programs
from autograder.submission.archives import Allowance, Refused, unpack
from tests.support.nbgrader_course import nbgrader_here

pytestmark = pytest.mark.slow

MIB = 2**20
CONFIG = r"""
from autograder.nbgrader_plugin.plugin import configure

c = get_config()
configure(c)
c.FileNameCollectorPlugin.named_regexp = r".*/(?P<student_id>\w+)/(?P<file_id>p1)\.ipynb"
"""


def zeros(size: int) -> bytes:
    """``size`` MiB of zeros, deflated; made from one MiB, however many it is."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = deflate.compress(bytes(MIB)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return one * size + deflate.flush()


def raw_zip(packed: bytes, size: int, names: list[str], crc: int = 0) -> bytes:
    """A zip file with one entry, which its table of contents names any number of times."""
    name = names[0].encode()
    sizes = struct.pack("<III", crc, len(packed), min(size, 2**32 - 2))
    local = struct.pack("<IHHHHH", 0x04034B50, 20, 0, 8, 0, 33) + sizes
    local += struct.pack("<HH", len(name), 0) + name + packed
    table = b""
    for one in names:
        table += struct.pack("<IHHHHHH", 0x02014B50, 20, 20, 0, 8, 0, 33) + sizes
        table += struct.pack("<HHHHHII", len(one), 0, 0, 0, 0, 0, 0) + one.encode()
    end = (0x06054B50, 0, 0, len(names), len(names), len(table), len(local), 0)
    return local + table + struct.pack("<IHHHHIIH", *end)


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for info, content in entries:
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def entry(name: str, content: bytes = b"x", **fields) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def zip_link(name: str, target: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o120777 << 16
        archive.writestr(info, target)
    return data.getvalue()


def many_files_of_zeros() -> bytes:
    """10 GB of zeros in a few MB: a gzip member again and again."""
    one = tarred(entry("zeros", bytes(32 * MIB)))[: 32 * MIB + 512]
    return gzip.compress(one, 9) * 320


def huge_tar_header() -> bytes:
    """A name of 10 GB, which tar keeps in memory."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 10 * 2**30
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT)) + gzip.compress(b"a" * 32 * MIB) * 320


def nested(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = zipped({"inner.zip": data, "p1.ipynb": b"nested"})
    return data


GOOD = zipped({"p1.ipynb": b"good", "data/x.csv": b"1,2"})
BAD = {
    "bombs.zip": raw_zip(zeros(60), 60 * MIB, ["p1.ipynb"] * 200, zlib.crc32(bytes(60 * MIB))),
    "other.zip": raw_zip(zeros(1), MIB, ["p1.ipynb", "other.ipynb"], zlib.crc32(bytes(MIB))),
    "liar.zip": raw_zip(zeros(3000), 10, ["p1.ipynb"]),
    "zeros.tar.gz": many_files_of_zeros(),
    "header.tar.gz": huge_tar_header(),
    "both.zip": zipped({"a": b"", "a/p1.ipynb": b"bad"}),
    "empty.zip": b"",
    "text.zip": b"no archive",
    "text.gz": gzip.compress(b"no archive"),
    "cut.zip": GOOD[: len(GOOD) // 2],
    "half.tar.gz": gzip.compress(tarred(entry("p1.ipynb", os.urandom(20_000))))[:5000],
}  # fmt: skip
# what is left out of them, and nothing else is in them
ALONE = {
    "bomb.zip": raw_zip(zeros(3500), 3500 * MIB, ["p1.ipynb"]),
    "up.zip": zipped({"../../escaped/p1.ipynb": b"bad"}),
    "root.zip": zipped({"/escaped/p1.ipynb": b"bad"}),
    "backslash.zip": zipped({"..\\..\\escaped\\p1.ipynb": b"bad"}),
    "link.zip": zip_link("p1.ipynb", "/etc/passwd"),
    "link.tar.gz": gzip.compress(tarred(entry("p1.ipynb", b"", type=tarfile.SYMTYPE, linkname="/etc"))),
    "hard.tar.gz": gzip.compress(tarred(entry("p1.ipynb", b"", type=tarfile.LNKTYPE, linkname="x"))),
    "device.tar.gz": gzip.compress(tarred(entry("p1.ipynb", b"", type=tarfile.CHRTYPE))),
    "up.tar.gz": gzip.compress(tarred(entry("../escaped", b"bad"))),
}  # fmt: skip
ODD = {
    "Screenshot 3.04\u202fPM.png": "Screenshot 3.04 PM.png",
    "my\u3000file.txt": "my file.txt",
    "soft\u00adhyphen.txt": "soft_hyphen.txt",
    "12:30.txt": "12_30.txt",
    "\x1b[31m.txt": "_[31m.txt",
}


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> tuple[Path, str]:
    """A course after ``nbgrader zip_collect`` of good archives and bad ones; and what it said."""
    root = tmp_path_factory.mktemp("archives") / "course"
    archive = root / "downloaded" / "ps1" / "archive"
    archive.mkdir(parents=True)
    (root / "source").mkdir()
    (root / "nbgrader_config.py").write_text(CONFIG)
    for name, data in {**BAD, **ALONE}.items():
        (archive / name).write_bytes(data)
    (archive / "ann.zip").write_bytes(GOOD)
    (archive / "bob.tar.gz").write_bytes(
        gzip.compress(tarred(entry("p1.ipynb", b"good"), entry("x.csv")))
    )
    # a class in one archive, with bombs of students between those of others
    inside = {"carl.zip": GOOD, "deep.zip": nested(GOOD, 5), "mallory.zip": ALONE["bomb.zip"]}
    inside |= {"trudy.zip": BAD["bombs.zip"], "zoe.zip": GOOD}
    (archive / "class.zip").write_bytes(zipped(inside))
    # and one whose students had bad luck, with one another in the same archive
    luck = {f"edna/{name}": b"x" for name in ODD} | {"edna/p1.ipynb": b"good"}
    luck |= {"fred/huge.bin": bytes(65 * MIB), "fred/p1.ipynb": b"good"}
    luck |= {f"gus/{number}": b"" for number in range(20_001)}
    luck |= {"hal/p1.ipynb": b"good", "hal/../../escaped": b"bad"}
    (archive / "luck.zip").write_bytes(zipped(luck))
    (archive / "dora").mkdir()
    (archive / "dora" / "p1.ipynb").write_bytes(b"good")
    # two files of one name, and no time by which to choose
    (archive / "class" / "twice").mkdir(parents=True)
    (archive / "class" / "twice" / "p1.ipynb").write_bytes(b"bad")
    (archive / "again" / "twice").mkdir(parents=True)
    (archive / "again" / "twice" / "p1.ipynb").write_bytes(b"bad")
    find_own_programs()
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "zip_collect", "ps1"],
        cwd=root, capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr[-3000:]
    return root, done.stderr


def submitted(root: Path) -> dict[str, bytes]:
    return {p.parts[-3]: p.read_bytes() for p in (root / "submitted").glob("*/ps1/p1.ipynb")}


def test_good_archives_are_collected_and_bad_ones_stop_nobody(collected):
    root, _ = collected
    found = submitted(root)
    assert {name for name, data in found.items() if data == b"good"} == {
        "ann", "bob", "carl", "dora", "zoe", "edna", "fred", "hal",
    }  # fmt: skip
    assert set(found) - {"ann", "bob", "carl", "dora", "zoe", "edna", "fred", "hal"} <= {
        "deep", "inner",
    }  # fmt: skip
    assert b"bad" not in found.values()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_archive_is_refused_in_a_sentence_and_leaves_nothing(collected, name):
    root, said = collected
    (line,) = [line for line in said.splitlines() if f"archive/{name} was not unpacked" in line]
    assert line.rstrip().endswith(".") and len(line) < 600
    left = root / "downloaded" / "ps1" / "extracted" / name.split(".")[0]
    assert not left.exists()


@pytest.mark.parametrize("name", ALONE)
def test_a_file_that_may_not_be_is_left_out_alone(collected, name):
    _, said = collected
    lines = [
        line for line in said.splitlines() if "Left out of" in line and f"archive/{name}:" in line
    ]
    assert lines and all(line.rstrip().endswith(".") and len(line) < 600 for line in lines)


def test_one_students_bad_luck_is_nobody_elses(collected):
    root, said = collected
    luck = root / "downloaded" / "ps1" / "extracted" / "luck"
    assert {path.name for path in (luck / "edna").iterdir()} == {*ODD.values(), "p1.ipynb"}
    assert {path.name for path in (luck / "fred").iterdir()} == {"p1.ipynb"}
    assert not (luck / "gus").exists() and (luck / "hal" / "p1.ipynb").exists()
    assert "'fred/huge.bin' has 68,157,440 bytes." in said
    assert "'gus/' holds more than 20,000 files." in said
    assert "'hal/../../escaped' leads out of its folder." in said


def test_the_last_line_says_who_is_missing(collected):
    _, said = collected
    last = " ".join(said.split("Everybody else was collected, but not: ")[1].split())
    for name in ("bombs.zip", "luck.zip: 'gus/'", "luck.zip: 'hal/../../escaped'", "twice"):
        assert (name in last) == (name != "luck.zip: 'hal/../../escaped'")


def test_where_nobody_is_missing_the_program_ends_well(tmp_path):
    archive = tmp_path / "downloaded" / "ps1" / "archive"
    archive.mkdir(parents=True)
    (tmp_path / "source").mkdir()
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    odd = {"ann/p1.ipynb": b"good", "ann/12:30.txt": b"x", "ann/../../x.txt": b"bad"}
    (archive / "luck.zip").write_bytes(zipped(odd))
    said = nbgrader_here(tmp_path, "zip_collect", "ps1")
    assert submitted(tmp_path) == {"ann": b"good"}
    assert "'ann/../../x.txt' leads out of its folder." in said


def test_nothing_landed_elsewhere_and_the_disk_is_not_full(collected):
    root, _ = collected
    assert not [path for path in root.parent.rglob("*") if "escaped" in path.name]
    extracted = root / "downloaded" / "ps1" / "extracted"
    paths = list(extracted.rglob("*"))
    assert sum(path.lstat().st_size for path in paths) < 40 * MIB
    assert not [path for path in paths if path.is_symlink()]


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path):
    written = tmp_path / "out"
    bomb = tmp_path / "bomb.tar.gz"
    bomb.write_bytes(BAD["zeros.tar.gz"])
    assert bomb.stat().st_size < 12 * MIB
    with pytest.raises(Refused, match="far too much"):
        list(unpack(bomb, written, Allowance(size=64 * MIB, files=1000, largest=64 * MIB)))
    assert sum(path.stat().st_size for path in written.rglob("*")) <= 64 * MIB


def test_files_that_are_no_archive_are_copied_and_links_are_not(tmp_path):
    from autograder.submission.archives import CarefulExtractor

    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "in" / "ann_p1.ipynb").write_text("good")
    (tmp_path / "in" / "link.ipynb").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "in" / "pipe.zip")
    CarefulExtractor().extract(str(tmp_path / "in"), str(tmp_path / "out"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["ann_p1.ipynb"]
