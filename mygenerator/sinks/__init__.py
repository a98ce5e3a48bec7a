"""Output formats, found by their name."""

from mygenerator.sinks.base import Sink
from mygenerator.sinks.png import PngSink

SINKS: dict[str, type[Sink]] = {PngSink.format: PngSink}

__all__ = ["SINKS", "PngSink", "Sink"]
