"""A hook of MkDocs: brings the project's pages, its contract and its API together to a site.

Each page keeps its path in the project. So a link between two of them is the same in the project
and on the site.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from tests.support.npm import NpmPackage, fetched
from tests.support.pages import PAGES, ROOT

# What draws the drawings; the theme would load it from another host.
MERMAID = NpmPackage(
    "mermaid",
    "11.17.2",
    "sha512-V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg==",
)
# What other programs import, each as a page; the rest is told by its source.
IMPORTED = {
    "homeroom.client": "The client of services",
    "homeroom_kit.contract": "The kit: event types",
    "homeroom_kit.publishing": "The kit: publishing",
    "homeroom_kit.faststream": "The kit: FastStream",
    "homeroom_kit.kafka": "The kit: Kafka",
    "homeroom_kit.settings": "The kit: settings",
    "homeroom_kit.errors": "The kit: errors",
}
LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<target>[^)#:\s]+)(#[^)\s]*)?\)")
OPENAPI = "schemas/openapi.json"
ASYNCAPI = "schemas/asyncapi.json"
ASKED = """# HTTP

Every path of the query service, as its OpenAPI document describes it:
[openapi.json](../{file}). A running
service shows the same at `/docs`.

<swagger-ui src="../{file}"/>
"""
SAID = """# Topics and messages

Every topic with its messages, as the AsyncAPI document describes them:
[asyncapi.json](../{file}).
[The contract](../docs/contract.md) has the rules behind them.

<asyncapi-viewer src="../{file}"></asyncapi-viewer>
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The files of the site: the theme's, pages, what they link, and what is generated."""
    themes = [file for file in files if file.src_dir != config.docs_dir]
    found = Files([*themes, *_kept(config), *_generated(config)])
    config.nav = [*_expanded(config.nav or [], found), *_more(config.nav or [], found)]
    return found


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """A link to a folder is its text: a site has no list of a folder's files."""
    folder = (ROOT / page.file.src_uri).parent

    def without(match: re.Match[str]) -> str:
        return match["text"] if (folder / match["target"]).is_dir() else match[0]

    return LINK.sub(without, markdown)


def _kept(config: MkDocsConfig) -> Iterator[File]:
    """The project's pages, and the files that they link or show."""
    linked = {
        (page.parent / match["target"]).resolve()
        for page in PAGES
        for match in LINK.finditer(page.read_text())
    }
    pictures = {*(ROOT / "docs" / "pictures").iterdir()}
    for path in sorted({*PAGES, *pictures, *(one for one in linked if one.is_file())}):
        yield File.generated(config, path.relative_to(ROOT).as_posix(), abs_src_path=str(path))


def _generated(config: MkDocsConfig) -> Iterator[File]:
    def page(uri: str, content: str) -> File:
        return File.generated(config, uri, content=content)

    for document, title, text in ((OPENAPI, "openapi", ASKED), (ASYNCAPI, "asyncapi", SAID)):
        yield File.generated(config, document, abs_src_path=str(ROOT / document))
        yield page(f"reference/{title}.md", text.format(file=document))
    for module, title in IMPORTED.items():
        yield page(f"reference/python/{module}.md", f"# {title}\n\n::: {module}\n")
    mermaid = fetched(MERMAID, _unpack) / "mermaid.min.js"
    yield File.generated(config, "assets/mermaid.min.js", abs_src_path=str(mermaid))


def _unpack(package: Path, folder: Path) -> None:
    shutil.copy(package / "dist" / "mermaid.min.js", folder / "mermaid.min.js")
    shutil.copy(package / "LICENSE", folder / "LICENSE")


def _pages_below(folder: str, files: Files) -> list[str]:
    return [file.src_uri for file in files.documentation_pages() if file.src_uri.startswith(folder)]


def _expanded(entries: list[Any], files: Files) -> list[Any]:
    """The navigation with the pages of its folders, and without what is not there."""
    expanded: list[Any] = []
    for entry in entries:
        ((title, value),) = entry.items() if isinstance(entry, dict) else [("", entry)]
        if isinstance(value, list):
            expanded.append({title: _expanded(value, files)})
        elif value.endswith("/"):
            expanded.append({title: _pages_below(value, files)})
        elif files.get_file_from_path(value):
            expanded.append(entry)
    return expanded


def _named(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        ((_, value),) = entry.items() if isinstance(entry, dict) else [("", entry)]
        if isinstance(value, list):
            yield from _named(value)
        else:
            yield value


def _more(entries: list[Any], files: Files) -> list[Any]:
    """What the navigation does not name."""
    named = {*_named(_expanded(entries, files))}
    others = [uri for uri in _pages_below("", files) if uri not in named]
    return [{"More": others}] if others else []
