"""The pages of the site: the files of docs/, tables read from the code, and pages that lie above docs/.

`<!-- generated: NAME -->` on a page, and below it the line that tells a reader of the repository so, stand for what
`reference.py` knows by this name. Links between files of the repository become links between pages; a link to a file
that is no page becomes its text.
"""

import posixpath
import re
import shutil
from pathlib import Path

from docs.site import reference

ROOT = Path(__file__).parents[2]
OUT = ROOT / "reports" / "out" / "documentation"
ABOVE = {"ARCHITECTURE.md": "architecture.md", "CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
NOTE = "*This part is filled in when the site is built: `tox -e site`.*"
_GENERATED = re.compile(rf"^<!-- generated: ([\w-]+) -->\n{re.escape(NOTE)}$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")


def pages() -> dict[str, Path]:
    """Return every page of the site by its name, with the file that it is made of."""
    inside = {path.relative_to(ROOT / "docs").as_posix(): path for path in sorted((ROOT / "docs").rglob("*.md"))}
    return inside | {page: ROOT / file for file, page in ABOVE.items()}


def prepare(out: Path) -> None:
    """Write the pages, their pictures and the configuration to a folder, in place of what it held."""
    shutil.rmtree(out, ignore_errors=True)
    for page, source in pages().items():
        file = out / "docs" / page
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text(page, source), encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "images", out / "docs" / "images")
    shutil.copy(Path(__file__).with_name("zensical.toml"), out)


def text(page: str, source: Path) -> str:
    """Return a page's Markdown with its tables filled in and its links leading to pages."""
    filled = _GENERATED.sub(lambda found: reference.TABLES[found[1]](), source.read_text(encoding="utf-8"))
    folder = source.parent.relative_to(ROOT).as_posix()
    return _LINK.sub(lambda found: _link(found, folder, posixpath.dirname(page)), filled)


def _link(found: re.Match[str], folder: str, page_folder: str) -> str:
    words, address, anchor = found[1], found[2], found[3] or ""
    file = posixpath.normpath(posixpath.join(folder, address))
    if file in ABOVE or file.startswith("docs/"):
        page = ABOVE.get(file, file.removeprefix("docs/"))
        return f"[{words}]({posixpath.relpath(page, page_folder or '.')}{anchor})"
    return words if (ROOT / file).exists() else found[0]
