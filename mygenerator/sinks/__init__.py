"""Output formats, found by their name; a format is a module here, or what another package announces."""

from mygenerator.sinks.base import Sink
from mygenerator.sinks.png import PngSink

__all__ = ["PngSink", "Sink", "sink_class"]


def sink_class(name: str) -> type[Sink]:
    """The format of that name; InputError, with the nearest name, where there is none.

    >>> sink_class("png").__name__
    'PngSink'
    """
    if name == PngSink.format:
        return PngSink
    # Who saves in the usual format does not pay for the search.
    from mygenerator.registry import find

    return find("format", name)
