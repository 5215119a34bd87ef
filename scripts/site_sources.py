"""Lays out what the site is built from: docs/ and the documents of the project's root as pages of one folder, their links with them,
and the pages of the C++ reference.

    site_sources.py ROOT TARGET

Links work on a code host as they are written. In the site a link to a document leads to its page, and a link to any other file of the
project to a copy of that file. Files that have not changed are not written again, so that a second build is quick.
"""

import os.path
import pathlib
import re
import shutil
import sys

from cpp_reference import write_reference

# Documents of the root that become pages, and their names as pages.
OF_ROOT = {
    "README.md": "readme.md",
    "HACKING.md": "hacking.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
}
LINK = re.compile(r"(\]\()([^)#\s]+)(#[^)]*)?\)")


class Sources:
    """The folder of sources, as it is being written."""

    def __init__(self, root: pathlib.Path, target: pathlib.Path):
        self.root, self.target = root, target
        self.written: set[pathlib.Path] = set()
        self.pages = {root / name: target / page for name, page in OF_ROOT.items()}
        self.pages |= {path: target / path.relative_to(root / "docs") for path in (root / "docs").rglob("*.md")}

    def write(self, path: pathlib.Path, content: str | bytes) -> None:
        """Writes a file unless it is there already just so."""
        data = content.encode() if isinstance(content, str) else content
        self.written.add(path)
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def page(self, source: pathlib.Path) -> None:
        """A document as a page."""
        page = self.pages[source]

        def moved(match: re.Match) -> str:
            link, anchor = match[2], match[3] or ""
            if "://" in link or link.startswith("mailto:"):
                return match[0]
            aim = (source.parent / link).resolve()
            if not aim.exists():
                raise SystemExit(f"{source.relative_to(self.root)}: the link {link} leads nowhere")
            if aim in self.pages:
                aim = self.pages[aim]
            elif aim.is_relative_to(self.root / "docs"):
                aim = self.target / aim.relative_to(self.root / "docs")
            else:
                copy = self.target / "files" / aim.relative_to(self.root)
                self.write(copy, aim.read_bytes())
                aim = copy
            return f"{match[1]}{os.path.relpath(aim, page.parent)}{anchor})"

        self.write(page, LINK.sub(moved, source.read_text()))

    def clear(self) -> None:
        """Removes what no source gives any more."""
        for path in list(self.target.rglob("*")):
            if path.is_file() and path not in self.written and "generated" not in path.parts:
                path.unlink()


def main(root: pathlib.Path, target: pathlib.Path) -> None:
    if not target.is_relative_to(root / "build"):
        raise SystemExit("expected TARGET in ROOT/build, since what lies there is replaced")
    sources = Sources(root, target)
    for source in sources.pages:
        sources.page(source)
    for path in (root / "docs").rglob("*"):
        if path.is_file() and path.suffix != ".md" and "__pycache__" not in path.parts:
            sources.write(target / path.relative_to(root / "docs"), path.read_bytes())
    write_reference(root, target / "reference/cpp", sources.write)
    sources.clear()
    for folder in sorted((p for p in target.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            shutil.rmtree(folder)


if __name__ == "__main__":
    main(*(pathlib.Path(argument).resolve() for argument in sys.argv[1:]))
