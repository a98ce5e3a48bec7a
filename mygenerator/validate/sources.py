"""Which records a folder has, and so what is in it: each file, with the record that lists it and its row.

    recipe, manifest, meta.csv    a finished data set; in another package's format (formats.py) with a table of its own
    recipe alone                  an unfinished one: its sealed shards, and images that no shard has sealed yet
    meta.csv alone                single sequences, or a copy
    none                          bare images

records.py and settings.py read what they claim, and folder_validation.py judges it against the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mygenerator.errors import MyGeneratorError
from mygenerator.files import read_file, read_record
from mygenerator.save.as_text import AS_TEXT, is_copied_as_text
from mygenerator.save.output_folder import MANIFEST_NAME, SHARDS_NAME, OutputFolder, Shard, file_hash, read_manifest
from mygenerator.save.recipe_file import RECIPE_NAME, is_recipe_torn, read_recipe
from mygenerator.save.saved import SavedFolder
from mygenerator.util_image.kinds import is_image_name
from mygenerator.util_image.own_folders import META_NAME
from mygenerator.validate import records
from mygenerator.validate.formats import ReadSample, format_of, read_samples
from mygenerator.validate.records import Listed, Row
from mygenerator.validate.report import Findings
from mygenerator.validate.row_rules import RowRules
from mygenerator.validate.settings import SETTING_NAMES, Settings, settings_of_recipe


class Sources:
    """The records of one folder; what is wrong with them is added to the findings.

    Parameters
    ----------
    folder : Path
    files : set of str
        The names of the files in it. It is read while `entries` goes on; the caller takes out those that were met.
    findings : Findings

    Attributes
    ----------
    settings : Settings
        What the recipe records for all images.
    format : FolderFormat
        How the samples are kept.
    row_rules : RowRules
    has_rows : bool
        Whether each file has to have a row in meta.csv.
    knows_files : bool
        Whether anything says which files belong here, so that others are extra.
    """

    def __init__(self, folder: Path, files: set[str], findings: Findings):
        self._folder, self._files, self._findings = OutputFolder(folder), files, findings
        self.knows_files = not files.isdisjoint((RECIPE_NAME, MANIFEST_NAME, META_NAME))
        self._recipe: dict[str, Any] = self._read(RECIPE_NAME, self._read_recipe) or {}
        self._manifest = self._read(MANIFEST_NAME, lambda: read_manifest(folder))
        self.format = format_of(self._recipe, self._manifest[0] if self._manifest is not None else None)
        # Asked once: files that were met in a list are gone from `files` later.
        self._has_table = self.format.table in files
        self.settings = self._read(RECIPE_NAME, lambda: settings_of_recipe(self._recipe)) or Settings()
        text = self._recipe.get("text")
        facts = self._recipe.get("facts")
        rules = self._read(RECIPE_NAME, lambda: RowRules(text, facts)) if isinstance(text, dict) else None
        self.row_rules = rules or RowRules({})
        self.unfinished = RECIPE_NAME in files and MANIFEST_NAME not in files
        self._from_shards = self.unfinished and self._folder.shards.is_dir()
        self.has_rows = self.format.is_ours and (META_NAME in files or self._from_shards)

    @property
    def lists_files(self) -> bool:
        """Whether each file has to be listed with its hash."""
        return self._manifest is not None or self._from_shards

    @property
    def reads_samples(self) -> bool:
        """Whether labels, images and truth are read back by another package's format."""
        return self.format.sink is not None and self.lists_files and not self._lacks_table

    @property
    def _lacks_table(self) -> bool:
        """Whether the joined file of another package's format is missing, without which no sample can be read."""
        return self._manifest is not None and self.format.table is not None and not self._has_table

    def samples(self) -> Iterator[ReadSample]:
        """The samples as another package's format reads them back, shard by shard."""
        with suppress(MyGeneratorError):  # for a broken manifest, which was reported when its files were gone through
            saved = SavedFolder(self._folder.path)
            for shard in saved.shards():
                yield from read_samples(saved, shard)

    @property
    def own_images(self) -> bool:
        """Whether the images were a user's own, of any size and colour, and only files and labels can be judged."""
        facts = self._recipe.get("facts")
        return facts.get("kind") == "object" if isinstance(facts, dict) else "images" in self._recipe

    @property
    def notes(self) -> list[str]:
        """What could not be judged because of the folder's format."""
        called = f"the format {self.format.name!r}" if self.format.name else "the format, which no recipe names,"
        if self.format.is_ours:
            return []
        if self.format.sink is None:
            advice = "install the package that it comes from to have them read"
            return [f"{called} is not known here: labels and images were not judged, only the bytes of files; {advice}"]
        if not self.reads_samples:
            reason = f"{self.format.table} is missing" if self._lacks_table else "nothing lists the files"
            return [f"{reason}: no label and no image was judged"]
        return []

    @property
    def row_settings(self) -> list[str]:
        """The settings that each row of meta.csv has for itself: those of single sequences."""
        columns = [] if self._recipe else records.meta_columns(self._folder.path)
        return [name for name in SETTING_NAMES if name in columns]

    def _read(self, name: str, read: Callable[[], Any]) -> Any:
        """What `read` returns; None if it fails, which is a finding about the file `name`."""
        try:
            return read()
        except MyGeneratorError as error:
            self._findings.add(name, "unreadable", error.what)
            return None

    def _read_recipe(self) -> dict[str, Any] | None:
        if RECIPE_NAME in self._files and is_recipe_torn(self._folder.path):
            self._findings.add(RECIPE_NAME, "unreadable", "it is empty or torn: the command that saved it mends it")
        return read_recipe(self._folder.path)

    def entries(self) -> Iterator[tuple[str, Listed | None, Row | None]]:
        """The name of each file that should be there, what lists it, and its row."""
        if self._manifest is not None:
            self._check_against_manifest()
        elif self.unfinished:
            reason = f"there is no {MANIFEST_NAME}, so the {self._recipe.get('count', '?')} samples are not all saved"
            self._findings.add(RECIPE_NAME, "unfinished", reason)
        for listed, row in records.joined(self._listed(), self._rows(), self._findings):
            yield (listed or row).name, listed, row  # type: ignore[union-attr]
        if self.unfinished or not self.knows_files:
            yield from ((name, None, None) for name in sorted(filter(self._is_unlisted_image, self._files)))

    def _listed(self) -> Iterator[Listed]:
        """The files of the manifest, or of the sealed shards; a finding if the manifest has another count."""
        shards: Iterator[Shard] = iter(()) if self._manifest is None else self._manifest[1]
        if self._from_shards:
            shards = records.sealed_shards(self._folder, self._findings)
        samples = 0
        try:
            for shard in shards:
                yield from (Listed(*file) for file in shard.files)
                samples += shard.rows
        except MyGeneratorError as error:
            self._findings.add(SHARDS_NAME if self._from_shards else MANIFEST_NAME, "unreadable", error.what)
            return
        if self._manifest is not None and samples != self._manifest[0]["count"]:
            reason = f"its shards hold {samples} samples, but it says {self._manifest[0]['count']}"
            self._findings.add(MANIFEST_NAME, "count", reason)

    def _rows(self) -> Iterator[Row]:
        if not self.has_rows:
            return iter(())
        if self._from_shards:
            return records.rows_of_parts(self._folder, self._findings)
        return records.rows_of_meta(self._folder.path, self._findings)

    def _check_against_manifest(self) -> None:
        """Compare recipe and meta.csv with the manifest's header."""
        header = self._manifest[0]
        if RECIPE_NAME not in self._files:
            self._findings.add(RECIPE_NAME, "missing", f"there is a {MANIFEST_NAME}, but no recipe")
        elif self._recipe and self._recipe["count"] != header["count"]:
            reason = f"{header['count']} samples, but {RECIPE_NAME} says {self._recipe['count']}"
            self._findings.add(MANIFEST_NAME, "count", reason)
        elif self._recipe and self._is_recipe_changed(header.get("recipe")):
            self._findings.add(RECIPE_NAME, "hash", self._change_of_recipe(str(header["recipe"])))
        table = self.format.table
        if table is not None and table not in self._files:
            self._findings.add(table, "missing", f"there is a {MANIFEST_NAME}, but no table of labels")
            return
        match header.get("joined", ""):
            case None if table is None:
                pass
            case _ if table is None:
                self._findings.add(MANIFEST_NAME, "unreadable", "it lists a joined file, but the format has none")
            case [str(), int() as size, str() as digest]:
                with suppress(OSError):  # reading its rows says so
                    path = self._folder.path / table
                    if path.stat().st_size != size or file_hash(path) != digest:
                        as_text = f": {AS_TEXT}" if is_copied_as_text(path, size, digest) else ""
                        self._findings.add(table, "hash", f"its bytes are not those that were saved{as_text}")
            case other:
                self._findings.add(MANIFEST_NAME, "unreadable", f"it lists {other!r} as the table of labels")

    def _is_recipe_changed(self, held: Any) -> bool:
        """Whether recipe.json differs from what the manifest holds of it; earlier releases held nothing there."""
        path = self._folder.path / RECIPE_NAME
        if held is None or is_recipe_torn(self._folder.path):
            return False
        try:
            return bool(read_file(path) != str(held).encode("utf-8", "surrogatepass"))
        except OSError:
            # That it cannot be read was found.
            return False

    def _change_of_recipe(self, held: str) -> str:
        """How recipe.json differs from what the manifest holds of it, in words."""
        found = read_record(self._folder.path / RECIPE_NAME)
        is_text = found.replace(b"\r\n", b"\n") == held.encode("utf-8", "surrogatepass")
        return f"it is not the recipe that {MANIFEST_NAME} holds{f': {AS_TEXT}' if is_text else ''}"

    def _is_unlisted_image(self, name: str) -> bool:
        """Whether a file that nothing lists is an image that belongs here: one of an unsealed shard, or a bare one."""
        if not self.unfinished:
            return is_image_name(name)
        match = re.fullmatch(self.format.names, name)
        if match is None:
            return False
        return not match.groups() or int(match[1]) < self._recipe.get("count", 0)
