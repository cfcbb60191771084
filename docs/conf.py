"""Sphinx configuration: `python -m sphinx -W -b html docs docs/_build/html`."""

from __future__ import annotations

import os
import warnings
from importlib.metadata import version as installed

import pandas as pd

os.environ.setdefault("MPLBACKEND", "agg")
warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")

pd.set_option("display.max_colwidth", 120)

project = "frameumap"
author = "the frameumap developers"
version = release = installed("frameumap")
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
exclude_patterns = ["_build", "**/README.rst", "**/GALLERY_HEADER.rst"]
# Markdown pages link to files of the repository, which are not pages.
suppress_warnings = ["myst.xref_missing", "myst.header", "config.cache"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "pydata_sphinx_theme"
html_title = "frameumap"
html_theme_options = {
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "header_links_before_dropdown": 4,
}
html_show_sourcelink = False
html_last_updated_fmt = None

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

sphinx_gallery_conf = {
    "examples_dirs": ["tables", "parameters", "failures"],
    "gallery_dirs": ["gallery", "pictures", "limits"],
    "filename_pattern": r"/plot_",
    "within_subsection_order": "FileNameSortKey",
    "download_all_examples": False,
    "show_memory": False,
    "min_reported_time": 1e9,
    "remove_config_comments": True,
    "capture_repr": ("_repr_html_", "__repr__"),
    "ignore_repr_types": r"matplotlib",
    "image_scrapers": ("matplotlib",),
    "reset_modules": ("matplotlib",),
    "abort_on_example_error": False,
    "only_warn_on_example_error": False,
    "show_signature": False,
}
