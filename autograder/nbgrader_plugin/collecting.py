"""``nbgrader zip_collect``, in which one student's files end nobody else's collecting."""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import Any

from nbgrader.apps import ZipCollectApp

from autograder.submission.archives import CarefulExtractor

SHOWN = 50  # of those who were not collected, in the last line


class CarefulZipCollect(ZipCollectApp):  # type: ignore[misc]
    """nbgrader's program, which ends in exit code 1 where somebody could not be collected.

    That is who has files between which nbgrader cannot choose, and whatever archives, folders and
    notebooks were left out.
    """

    def _collect_files(self, src_files: list[str]) -> dict[str, Any]:
        """As nbgrader's, but what it fails at is one student's."""
        collector = self.collector_plugin_inst
        collector.collect = functools.cache(collector.collect)  # asked here, and by nbgrader
        files: dict[Any, list[str]] = defaultdict(list)
        for file in src_files:
            files[(collector.collect(file) or {}).get("student_id")].append(file)
        data: dict[str, Any] = {}
        for student, theirs in files.items():
            try:
                data |= super()._collect_files(theirs)
            except SystemExit:  # two files for one, and no time to choose by; or no time at all
                self.extractor_plugin_inst.not_collected.append(str(student))
        return data

    def process_extracted_files(self) -> None:
        """As nbgrader's; then say who is missing.  Raises SystemExit if anybody is."""
        super().process_extracted_files()
        missing = self.extractor_plugin_inst.not_collected
        if missing:
            some = ", ".join(missing[:SHOWN])
            more = len(missing) - SHOWN
            some += f" and {more} more" if more > 0 else ""
            self.fail(f"Everybody else was collected, but not: {some}. See above for the reasons.")


class Extractor(CarefulExtractor):
    """The careful extractor of the careful program, whose place this takes while it runs."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """As the careful one's."""
        if isinstance(self.parent, ZipCollectApp):
            # nbgrader starts its programs itself: no setting replaces them
            self.parent.__class__ = CarefulZipCollect
        super().extract(archive_path, extracted_path)
