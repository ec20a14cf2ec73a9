"""The languages that people read in, and texts in them (gettext, from ``*.po``)."""

from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DEFAULT = "en"
NAMES = (DEFAULT, "pt", "sv")


def translations_of(package: str, name: str) -> NullTranslations:
    """The texts of a language, from ``locales/<name>.po`` of a package; else as they stand."""
    source = files(package) / "locales" / f"{name}.po"
    if not source.is_file():
        return NullTranslations()
    catalog, compiled = read_po(BytesIO(source.read_bytes()), name), BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
