"""Whether a file is of the type that it is said to be, by its first bytes."""

import codecs
import mimetypes

# Of types whose extensions systems run or open by another program, those that are meant.
EXTENSIONS = {
    "application/zip": (".zip",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/markdown": (".md", ".markdown"),
    "text/plain": (".txt", ".text", ".log"),
}


def extensions_of(media_type: str) -> tuple[str, ...]:
    """How names of files of a type end, the usual one first; none for a type nobody knows."""
    return EXTENSIONS.get(media_type) or tuple(mimetypes.guess_all_extensions(media_type))


def named_as(name: str, media_type: str) -> str:
    """The name, with the type's extension behind it where it ends otherwise.

    Systems decide by the end of a name what they do with a file.
    """
    known = extensions_of(media_type)
    return name if not known or name.lower().endswith(known) else name + known[0]


def is_of_type(head: bytes, media_type: str) -> bool:
    """Whether a file that begins so may be of this type.

    Text is UTF-8 without NUL: no bytes of its own mark it.
    """
    if media_type.startswith("text/"):
        return _is_text(head)
    # It takes a while to load, and only who scans needs it.
    import puremagic

    # The container of several types, such as ZIP: the name's end says which one is meant.
    named = named_as("file", media_type)
    try:
        found = puremagic.magic_string(head, named)
    except (puremagic.PureError, ValueError):
        return False
    return any(match.mime_type == media_type for match in found)


def _is_text(head: bytes) -> bool:
    try:
        # A character may be cut at the end.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\x00" not in head
