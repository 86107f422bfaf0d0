"""The documentation site: ``make docs`` writes it to out/docs."""

import logging
import os
import re
from pathlib import Path

from sphinx.application import Sphinx

import clpool

# The gallery's figures and numbers are those of the default kernels.
os.environ["CLPOOL_TUNING"] = "off"
logging.getLogger("matplotlib").setLevel(logging.ERROR)

project, author = "clpool", "the clpool authors"
version = release = clpool.__version__
ROOT = Path(__file__).parents[1]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["gallery/*", "benchmarks/20*"]

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autodoc_typehints = "none"  # shapes, units and kinds are in the texts
autodoc_member_order = "groupwise"
napoleon_use_rtype = napoleon_use_ivar = False
napoleon_use_param = False
nitpick_ignore = [("py:func", "clpool.problem.listed.packed")]  # no part of the interface
nitpick_ignore_regex = [("py:.*", r"(?!clpool\.).*")]

html_theme = "furo"
html_title = f"clpool {release}"
html_static_path, html_css_files = ["static"], ["site.css"]
html_show_copyright = html_show_sourcelink = html_copy_source = False

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "auto_gallery",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "capture_repr": (),
    "download_all_examples": True,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 1e9,
    "write_computation_times": False,
    "remove_config_comments": True,
    "reset_modules": ("matplotlib",),
}

#: Pages with a part of the README, by its headings; other files of the checkout are pages, too.
PARTS = {
    "devices": "devices",
    "how-fast": "performance",
    "tuning": "tuning",
    "on-the-command-line": "command_line",
    "adding-a-mode": "adding_a_mode",
}
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:\.\./)*)([\w./-]*)(#[\w-]+)?\)")


def led_to_pages(text: str, folder: str, above: int) -> str:
    """A document's text, its links to files beside docs led to pages, or ended.

    Args:
        folder: from the page to the folder of pages, such as "../".
        above: folders from the document up to the checkout's.
    """

    def led(link: re.Match[str]) -> str:
        words, up, path, anchor = link[1], link[2], link[3], link[4] or ""
        if up.count("/") != above or (above and not path):
            return link[0]
        if path == "README.md" or not path:
            return f"[{words}]({folder}{PARTS.get(anchor[1:], 'quickstart')}.md)"
        if path in ("CONTRIBUTING.md", "CHANGELOG.md"):
            return f"[{words}]({folder}{path.lower()}{anchor})"
        if path.startswith("docs/"):
            return f"[{words}]({folder}{path.removeprefix('docs/')}{anchor})"
        return words

    return LINK.sub(led, text)


def read_page(app: Sphinx, name: str, text: list[str]) -> None:
    """Lead the links of a page."""
    folders = name.count("/")
    text[0] = led_to_pages(text[0], "../" * folders, folders + 1)


def read_included(app: Sphinx, path: Path, page: str, text: list[str]) -> None:
    """Lead the links of a document beside docs that a page includes."""
    text[0] = led_to_pages(text[0], "", 0)


def setup(app: Sphinx) -> None:
    """Register what documents are read through."""
    app.connect("source-read", read_page)
    app.connect("include-read", read_included)
