"""What formats of one file for each shard share: names, and images that are PNG files within it."""

from __future__ import annotations

import re

from mygenerator.sinks.base import Sink
from mygenerator.sinks.png import PngSink


# What is in the files is for those to say that extend it.
class ShardFileSink(Sink):  # pylint: disable=abstract-method
    """One file for each shard, `{prefix}_{number}.{ending}`, with six digits or more, so that names sort as numbers."""

    shard_rows = 10_000

    def file_name(self, number: int) -> str:
        return f"{self.prefix}_{number:06d}.{self.ending}"

    def name_pattern(self) -> str:
        return rf"{re.escape(self.prefix)}_([0-9]{{6,}})\.{re.escape(self.ending)}"

    def versions(self, grey: bool, others: bool) -> dict[str, str]:
        return PngSink().versions(grey, others) | super().versions(grey, others)
