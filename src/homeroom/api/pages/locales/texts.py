"""Texts that stand in Python: English where they are made, and shown in the viewer's language."""

from typing import Any, Self

from jinja2 import pass_context
from jinja2.runtime import Context

from homeroom.api.pages.locales import formats


class Text(str):
    """A sentence of the pages; the string itself is the English one, for logs and answers.

    Templates show it with the filter ``translated``. ``values`` stand for its placeholders:
    numbers are written as the viewer's, and a value may be a Text.
    """

    _forms: tuple[str, ...]
    _number: int
    _values: dict[str, Any]

    def __new__(cls, forms: tuple[str, ...], number: int, values: dict[str, Any]) -> Self:
        form = forms[0] if number == 1 else forms[-1]
        english = {name: f"{v:,}" if _is_number(v) else v for name, v in values.items()}
        text = super().__new__(cls, form % english if values else form)
        text._forms, text._number, text._values = forms, number, values
        return text

    def shown(self, context: Context) -> str:
        """In the language of a template's viewer."""
        translations = context["locale"].translations
        if len(self._forms) == 1:
            form: str = translations.gettext(self._forms[0])
        else:
            form = translations.ngettext(*self._forms, self._number)
        values = {name: _value(context, value) for name, value in self._values.items()}
        return form % values if values else form


def _(text: str, **values: Any) -> Text:
    """Mark a text for the catalogs; ``values`` stand for its `%(name)s`."""
    return Text((text,), 1, values)


def ngettext(one: str, many: str, number: int, **values: Any) -> Text:
    """The same of a text that depends on a number, which is its ``%(number)s``."""
    return Text((one, many), number, values | {"number": number})


def sentences(*texts: str) -> Text:
    """Several one behind the other, as one."""
    values = {f"text{number}": text for number, text in enumerate(texts)}
    return Text((" ".join(f"%({name})s" for name in values),), 1, values)


def text_of(error: Exception) -> str:
    """What an error says: a text of ours as such, else what it prints."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Text) else str(error)


@pass_context
def translated(context: Context, text: str) -> str:
    """A text from Python in the viewer's language; what comes from elsewhere stays as it is."""
    return text.shown(context) if isinstance(text, Text) else text


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _value(context: Context, value: Any) -> str:
    return formats.number(context, value) if _is_number(value) else translated(context, value)
