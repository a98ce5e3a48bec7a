"""Output formats, found by name; a format is a module here, or one that another package announces."""

from mygenerator.sinks.base import ShardReader, ShardWriter, Sink
from mygenerator.sinks.image_files import ImageFileSink
from mygenerator.sinks.png import PngSink
from mygenerator.sinks.truth import sample_from_plain, sample_to_plain

__all__ = [
    "ImageFileSink",
    "PngSink",
    "ShardReader",
    "ShardWriter",
    "Sink",
    "sample_from_plain",
    "sample_to_plain",
    "sink_class",
]


def sink_class(name: str) -> type[Sink]:
    """The format of that name; InputError if there is none, with the nearest name, or if it is not installed.

    >>> sink_class("png").__name__
    'PngSink'
    """
    if name == PngSink.format:
        return PngSink
    # A save in the usual format does not pay for the search.
    from mygenerator.registry import find

    found = find("format", name)
    assert issubclass(found, Sink)
    found.check_installed()
    return found
