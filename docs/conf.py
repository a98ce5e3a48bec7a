"""Sphinx: how the pages of this folder become HTML; `bash tools/build_docs.sh` does it, with warnings as errors."""

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from mygenerator import __version__
from mygenerator.cli.main import find_command, help_text

project = "mygenerator"
author = "the mygenerator authors"
project_copyright = f"{author}, MIT licence"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
autosummary_generate = False  # its tables link to the reference's own pages
html_theme = "furo"
html_title = f"mygenerator {release}"
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_copy_source = False
highlight_language = "none"
myst_heading_anchors = 3

# Members in the order of the source; their types as the docstrings say them, in words.
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_inherit_docstrings = False  # what a subclass overrides without a word is told at its base
autodoc_default_options = {"members": True, "show-inheritance": True}
numpydoc_show_class_members = False  # autodoc lists them already
numpydoc_validation_checks = {"GL06", "GL07", "GL09", "PR03", "PR10"}  # sections that are known, in their order
default_role = "literal"  # docstrings are read in editors too, where `name` is all that is needed

# Nothing outside these pages is linked, so the build needs no network.
nitpick_ignore_regex = [
    ("py:.*", r"(?!mygenerator).*"),
    ("py:class", r".*\._\w+"),
    ("py:obj", r".*\.T"),
]  # private bases and type variables


class CommandHelp(Directive):
    """What a command answers to --help, so that the page never says anything else."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The text as a block."""
        name = self.arguments[0]
        text = help_text() if name == "mygenerator" else find_command(name).help_text()
        return [nodes.literal_block(text, text, language="none")]


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.add_directive("command-help", CommandHelp)
