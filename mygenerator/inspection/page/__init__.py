"""One self-contained HTML page that shows a folder, or what a recipe would make: samples, histograms, records.

`contents.py` gathers what is shown, `histograms.py` counts, `html.py` writes it down; the page itself is page.html,
page.css and page.js, which lie beside them.
"""

from __future__ import annotations

from mygenerator.inspection.page.contents import page_of_folder, page_of_recipe
from mygenerator.inspection.page.html import MAX_PAGE_BYTES, is_page

__all__ = ["MAX_PAGE_BYTES", "is_page", "page_of_folder", "page_of_recipe"]
