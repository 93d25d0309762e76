"""Sphinx's configuration: one language of the site, named by the environment."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

ROOT = Path(os.environ["DIGIMFG_SITE_ROOT"])
sys.path.insert(0, str(ROOT))

import digimfg
from docs.site import sphinx_parts

_LANGUAGE = os.environ["DIGIMFG_SITE_LANGUAGE"]
project = "digimfg"
author = copyright = "The digimfg developers"  # noqa: A001 - Sphinx's name
release = version = digimfg.__version__
language = {"en": "en", "zh": "zh_CN"}[_LANGUAGE]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "docs.site.sphinx_parts"]
exclude_patterns = ["gallery/pictures/*"]
nitpicky = False
keep_warnings = False
default_role = "literal"
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
add_module_names = False
maximum_signature_line_length = 70
pygments_style = "tango"
html_theme = "digimfg"
html_theme_path = [str(Path(sphinx_parts.__file__).parent)]
html_title = "digimfg"
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
html_context = json.loads(Path(os.environ["DIGIMFG_SITE_CONTEXT"]).read_text(encoding="utf-8"))
