"""The embedded digits and their licence; `mygenerator.glyphs` reads them, `tools/build_optdigits.py` makes them."""
