"""How browsers are told to save a file, and under which name (RFC 6266)."""

import re
import unicodedata
from urllib.parse import quote

NAME_CHARACTERS_MAX = 200
UNNAMED = "file"
# What file systems and shells take for something else.
_UNSAFE = re.compile(r'[\\/:*?"<>|%]')


def clean_name(text: str) -> str:
    """The name without folders, control characters and what systems take for something else.

    The extension stays where a name is too long. A name of which nothing is left is ``file``.
    """
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", text))[-1]
    # Control characters, and those that turn the direction of what follows: `exe.txt` for txt.exe.
    visible = "".join(c for c in base if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    name = re.sub(r"\s+", " ", _UNSAFE.sub("_", visible)).strip(" .")
    if len(name) > NAME_CHARACTERS_MAX:
        stem, dot, extension = name.rpartition(".")
        kept = f".{extension}" if dot and stem and len(extension) <= 16 else ""
        name = name[: NAME_CHARACTERS_MAX - len(kept)].rstrip(" .") + kept
    return name or UNNAMED


def attachment(name: str) -> str:
    """The header ``Content-Disposition`` of a file that is to be saved, not shown."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
