"""What one submission may use.  A limit that is hit is named in the feedback and flagged."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits of one submission: times in seconds of wall clock, sizes in bytes.

    ``answer_seconds`` and ``answers`` bound all answers to one exercise's hidden cases together,
    ``marking_seconds`` what comparing all answers of a notebook may take.  ``memory`` and
    ``processes`` hold for the sandbox as a whole; ``disk`` for its scratch folder, which lies in
    memory.  ``stream_output`` (printed text of a cell), ``cell_output`` and ``notebook_output``
    bound what is kept of the outputs, in characters; ``printed`` how much may be printed before the
    cell is stopped.  ``notebook`` and ``cells`` bound the file that was handed in.
    """

    cell_seconds: float = 30
    notebook_seconds: float = 300
    answer_seconds: float = 10
    marking_seconds: float = 60
    start_seconds: float = 60
    memory: int = 2048 * MIB
    processes: int = 128
    open_files: int = 512
    disk: int = 256 * MIB
    file: int = 64 * MIB
    stream_output: int = 50_000
    cell_output: int = 1_000_000
    notebook_output: int = 8_000_000
    printed: int = 32 * MIB
    answers: int = 16 * MIB
    notebook: int = 16 * MIB
    cells: int = 2_000
