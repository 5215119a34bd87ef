"""Settings of the site, which scripts/build_site builds from what scripts/site_sources.py has laid out."""

import hashlib
import os
import pathlib
import re

import rgm
from sphinx.util import logging

ROOT = pathlib.Path(os.environ["RGM_ROOT"])

project = "rgm"
copyright = "the rgm authors, MIT licence"
author = "the rgm authors"
release = version = re.search(r"project\(rgm VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
exclude_patterns = ["files/**"]
highlight_language = "text"

# Markdown
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]  # excerpts of recipes and of C++ need not be whole programs

# Notebooks: run by the build, again when they or the package have changed.


def _package_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(pathlib.Path(rgm.__file__).parent.rglob("*")):
        if path.suffix in (".py", ".so") and "tests" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "build/docs/notebooks" / _package_digest())
nb_execution_timeout = 180
nb_execution_raise_on_error = True
nb_merge_streams = True

# Reference
autosummary_generate = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

# Looks
html_theme = "furo"
html_title = "rgm"
html_static_path = ["static"]
html_favicon = "static/favicon.svg"
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "sidebar_hide_name": False,
    "light_css_variables": {"color-brand-primary": "#1d5f8a", "color-brand-content": "#1d5f8a"},
    "dark_css_variables": {"color-brand-primary": "#7fb8dc", "color-brand-content": "#7fb8dc"},
}


def _leave_out_foreign_members(app, what, name, obj, skip, options):
    """Methods that scikit-learn or Gymnasium gives are described there."""
    module = getattr(obj, "__module__", None) or getattr(getattr(obj, "fget", None), "__module__", None)
    return True if module and not module.startswith("rgm") else None


_kept = {}


def _keep_properties(app, what, name, obj, options, lines):
    """Before napoleon, which would take what stands before a colon for a type: docstrings of properties are plain text."""
    if what in ("property", "attribute"):
        _kept[name] = lines[:]
        lines[:] = [""]


def _restore_properties(app, what, name, obj, options, lines):
    """After napoleon; names that end in an underscore are no links."""
    lines[:] = _kept.pop(name, lines)
    lines[:] = [re.sub(r"^(:(?:ivar|vartype) \w*)_:", r"\1\\_:", line) for line in lines]


def _check_reference_is_whole(app, env):
    """Every public name has its place in the reference."""
    described = {name for name, *_ in env.get_domain("py").get_objects()}
    for name in rgm.__all__:
        if name != "__version__" and f"rgm.{name}" not in described:
            logging.getLogger(__name__).warning("rgm.%s is in no page of docs/reference", name)


def setup(app):
    app.connect("autodoc-skip-member", _leave_out_foreign_members)
    app.connect("autodoc-process-docstring", _keep_properties, priority=400)
    app.connect("autodoc-process-docstring", _restore_properties, priority=600)
    app.connect("env-check-consistency", _check_reference_is_whole)
