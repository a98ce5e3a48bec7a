"""The public sets of handwritten digits that are known by name: where to get them, and how to verify them.

Each is downloaded into a folder under `<home>/downloads`, where its files can also be put by hand. Uses download.py,
archive.py and idx.py.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from mygenerator.glyphs.archive import unpack
from mygenerator.glyphs.download import RemoteFile, check_content, downloads_folder, fetch, locked
from mygenerator.glyphs.idx import IdxSource
from mygenerator.glyphs.ingest import RawGlyphs
from mygenerator.glyphs.pair import MNIST_LICENCE

_MNIST_MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
_QMNIST_MIRRORS = ("https://raw.githubusercontent.com/facebookresearch/qmnist/master/",)
_EMNIST_MIRRORS = (
    "https://biometrics.nist.gov/cs_links/EMNIST/",
    "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
)
_QMNIST_LICENCE = "BSD-style: QMNIST (C. Yadav, L. Bottou, 2019), arXiv:1905.10498, made from NIST Special Database 19"
_EMNIST_LICENCE = (
    "EMNIST (G. Cohen, S. Afshar, J. Tapson, A. van Schaik, 2017), arXiv:1702.05373, made from NIST Special Database "
    "19; its authors state no terms"
)
_NOT_TRIED = "addresses and hashes as others publish them; not yet tried over the network"


@dataclass(frozen=True)
class PublicSet:
    """A set of digits that the package knows where to find.

    Parameters
    ----------
    name : str
    files : tuple of RemoteFile
        An idx image file and its label file, or one archive that holds them.
    licence : str
    folder : str
        Its folder within the folder of downloads.
    members : (str, str), optional
        Image and label file in the archive.
    transposed : bool
        Whether the images have rows and columns exchanged.
    note : str
        What a user should know about it.
    """

    name: str
    files: tuple[RemoteFile, ...]
    licence: str
    folder: str
    members: tuple[str, str] | None = None
    transposed: bool = False
    note: str = ""

    @property
    def place(self) -> Path:
        """The folder for the pair or the archive, whether it is there or not."""
        return downloads_folder() / self.folder

    @property
    def pair(self) -> tuple[Path, Path]:
        """Where the image file and the label file are or will be."""
        if self.members is None:
            return self.place / self.files[0].name, self.place / self.files[1].name
        return self._unpacked / self.members[0], self._unpacked / self.members[1]

    @property
    def is_here(self) -> bool:
        """Whether both files are there."""
        return all(path.exists() for path in self.pair)

    @property
    def size(self) -> int:
        """How much there is to download, in bytes."""
        return sum(file.size or 0 for file in self.files)

    def source(self) -> IdxSource:
        """The glyph source, downloaded if it is not here yet.

        Raises
        ------
        InputError
            If it cannot be downloaded (see `fetch`), or a file in its place is not the right one.
        """
        if not self.is_here:
            with locked(self.place, self.name):
                self._get()
        images, labels = self.pair
        # What came out of an archive need not be verified: the archive was.
        proofs = self.files if self.members is None else ()
        return _ProvedPair(self.name, images, labels, (1, 1), self.licence, self.transposed, proofs)

    @property
    def _unpacked(self) -> Path:
        return self.place / self.name.replace(":", "-")

    def _get(self) -> None:
        got = fetch(self.name, self.files, self.place)
        if self.members is not None and not self.is_here:
            (archive,) = self.files
            if not got:
                check_content([(self.place / archive.name, archive)])
            shutil.rmtree(self._unpacked, ignore_errors=True)
            unpack(self.place / archive.name, self._unpacked, self.members)


@dataclass(frozen=True)
class _ProvedPair(IdxSource):
    """An idx pair whose hashes are known: files that were put there by hand are verified before they are read."""

    proofs: tuple[RemoteFile, ...] = ()

    def read(self) -> RawGlyphs:
        check_content(zip(self.files, self.proofs, strict=False))
        return super().read()


def _files(mirrors: tuple[str, ...], *facts: tuple[str, int, str]) -> tuple[RemoteFile, ...]:
    return tuple(
        RemoteFile(name, tuple(f"{mirror}{name}" for mirror in mirrors), sha256, size) for name, size, sha256 in facts
    )


_MNIST = PublicSet(
    name="mnist",
    files=_files(
        _MNIST_MIRRORS,
        (
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        ("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    ),
    licence=MNIST_LICENCE,
    folder="mnist",
)
_MNIST_TEST = PublicSet(
    name="mnist:test",
    files=_files(
        _MNIST_MIRRORS,
        ("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        ("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ),
    licence=MNIST_LICENCE,
    folder="mnist-test",
)
# sha256 and sizes: tensorflow/datasets, url_checksums/qmnist.txt; the same sha256 in pytorch/vision,
# torchvision/prototype/datasets/_builtin/mnist.py.
_QMNIST = PublicSet(
    name="qmnist",
    files=_files(
        _QMNIST_MIRRORS,
        (
            "qmnist-train-images-idx3-ubyte.gz",
            9_704_059,
            "9e26a7bf1683614e065d7b76460ccd52807165b3f22561fb782bd9f38c52b51d",
        ),
        (
            "qmnist-train-labels-idx2-int.gz",
            463_024,
            "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f",
        ),
    ),
    licence=_QMNIST_LICENCE,
    folder="qmnist",
    note=f"MNIST's 60,000 training digits, rebuilt; {_NOT_TRIED}",
)
_QMNIST_TEST = PublicSet(
    name="qmnist:test",
    files=_files(
        _QMNIST_MIRRORS,
        (
            "qmnist-test-images-idx3-ubyte.gz",
            9_742_279,
            "43fc22bf7498b8fc98de98369d72f752d0deabc280a43a7bcc364ab19e57b375",
        ),
        (
            "qmnist-test-labels-idx2-int.gz",
            526_800,
            "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06",
        ),
    ),
    licence=_QMNIST_LICENCE,
    folder="qmnist-test",
    note=f"MNIST's 10,000 test digits, rebuilt, and 50,000 that were lost; {_NOT_TRIED}",
)
# sha256 and size: tensorflow/datasets, url_checksums/emnist.txt; the same sha256 in JuliaML/MLDatasets.jl,
# src/EMNIST/EMNIST.jl, which names the members too.
_EMNIST_DIGITS = PublicSet(
    name="emnist-digits",
    files=_files(
        _EMNIST_MIRRORS, ("gzip.zip", 561_753_746, "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e")
    ),
    licence=_EMNIST_LICENCE,
    folder="emnist",
    members=(
        "gzip/emnist-digits-train-images-idx3-ubyte.gz",
        "gzip/emnist-digits-train-labels-idx1-ubyte.gz",
    ),
    transposed=True,
    note=f"240,000 digits; {_NOT_TRIED}",
)
_EMNIST_DIGITS_TEST = replace(
    _EMNIST_DIGITS,
    name="emnist-digits:test",
    members=("gzip/emnist-digits-test-images-idx3-ubyte.gz", "gzip/emnist-digits-test-labels-idx1-ubyte.gz"),
    note=f"40,000 digits, in the same archive; {_NOT_TRIED}",
)

PUBLIC_SETS = {
    one.name: one for one in (_MNIST, _MNIST_TEST, _QMNIST, _QMNIST_TEST, _EMNIST_DIGITS, _EMNIST_DIGITS_TEST)
}
"""The public sets by name; `config.PUBLIC_SOURCES` lists the same names."""
