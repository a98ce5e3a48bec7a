"""Makes the pictures of the README with the package itself: `python tools/make_pictures.py`."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mygenerator import PhoneNlpDataset, TextToImage
from mygenerator.layout import SIZINGS
from mygenerator.sheet import contact_sheet, sheet_of_folder
from mygenerator.sinks.png import encode_png

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
NUMBERS = PhoneNlpDataset(size=12, region="JP", seed=7)


def phone_numbers() -> bytes:
    """A contact sheet of a saved data set, as the commands make it."""
    with TemporaryDirectory() as folder:
        TextToImage(spacing_range=(3, 8), image_width=300).transform(NUMBERS).save(folder)
        return sheet_of_folder(Path(folder))


def sizings() -> bytes:
    """The same numbers under every sizing, one below the other."""
    images: list[np.ndarray] = []
    captions: list[str] = []
    for sizing in SIZINGS:
        ds = TextToImage(spacing_range=(3, 8), image_width=300, sizing=sizing).transform(NUMBERS)
        images += list(ds.batch(range(3)).images)
        captions += [f"{sizing}  {label}" for label in ds.labels(range(3))]
    return encode_png(contact_sheet(images, captions), "sizings")


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    for picture in (phone_numbers, sizings):
        (PICTURES / f"{picture.__name__}.png").write_bytes(picture())
        print(PICTURES / f"{picture.__name__}.png")
