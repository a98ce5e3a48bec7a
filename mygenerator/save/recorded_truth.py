"""Whether a folder that is resumed or extended records the truth (boxes, gaps, glyphs) as the new samples would.

A user's own step might have been changed since, and earlier releases believed every step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mygenerator.errors import FolderConflictError
from mygenerator.sinks.image_files.table import TRUTH_COLUMNS, first_row
from mygenerator.transform.transformed import given_up, nodes_of
from mygenerator.util_image.own_folders import META_NAME

if TYPE_CHECKING:
    from mygenerator.save.job import Job


def check_recorded_truth(job: Job, recorded: dict[str, Any]) -> None:
    """Raise FolderConflictError if the folder records boxes and the job would not, or the other way round."""
    before, now = _records_boxes(job, recorded), job.ds.facts.boxes
    if before is None or before == now:
        return
    where, lost = str(job.folder.path), given_up(job.ds).get("boxes")
    if now or lost is None:
        raise FolderConflictError(
            "the folder records no boxes and gaps, which the samples have now", where=where, do="choose another folder"
        )
    classes = {node.name: type(node.transform).__name__ for node in nodes_of(job.ds)}
    raise FolderConflictError(
        f"the folder records boxes and gaps, and step {lost!r} does not say that it keeps them",
        where=where,
        do=f'if it leaves every glyph where it is, add this line to class {classes[lost]}: keeps = ("boxes",); '
        "otherwise choose another folder",
    )


def _records_boxes(job: Job, recorded: dict[str, Any]) -> bool | None:
    """Whether the samples that are there have boxes; None if nothing says so."""
    facts = recorded.get("facts")
    if isinstance(facts, dict):
        return facts.get("boxes") is True
    # Earlier releases recorded no facts, and only their PNG format wrote boxes, as columns of meta.csv.
    folder = job.folder
    tables = (
        [folder.path / META_NAME, *sorted(folder.shards.glob("*.part"))[:1]] if job.sink.joined == META_NAME else []
    )
    columns = next(filter(None, map(first_row, tables)), None)
    return None if columns is None else len(columns) >= len(TRUTH_COLUMNS)
