"""Addresses of a chapter in Colab and as a file; pyproject.toml alone knows the repository."""

import re

from package import project

COLAB = "https://colab.research.google.com/github"


def repository(root):
    """`owner/name` of the repository in pyproject.toml; None if it is missing or not on GitHub."""
    address = project(root).get("urls", {}).get("Repository", "")
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(\.git)?/?", address)
    return found and found.group(1)


def colab_address(owner_name, docname, version):
    """Address that opens a chapter in Colab, as the release has it whose package it installs."""
    return f"{COLAB}/{owner_name}/blob/v{version}/{docname}.ipynb"


def add_buttons(app, pagename, templatename, context, doctree):
    """Tell the page's template where its notebook is."""
    if context.get("page_source_suffix") != ".ipynb":
        return
    context["notebook_address"] = context["pathto"](f"_sources/{pagename}.ipynb", 1)
    owner_name = repository(app.srcdir)
    if owner_name:
        version = project(app.srcdir)["version"]
        context["colab_address"] = colab_address(owner_name, pagename, version)
