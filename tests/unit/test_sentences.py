"""What pages say where something is refused, and texts with values in each language."""

from typing import Any

import pytest

from homeroom.api.errors import ApiError
from homeroom.api.pages.locales import LOCALES, Text, _, ngettext, sentences
from homeroom.api.pages.rendering import Renderer
from homeroom.api.pages.sentences import OF_CODE, OF_STATUS, UNKNOWN, sentence_of
from homeroom.errors import (
    AlreadyAssigned,
    DatabaseUnavailable,
    InvalidAssignmentFile,
    StoreUnavailable,
    UnknownToAssign,
)


def shown(text: str, language: str) -> str:
    """As a template shows it to a viewer of this language."""
    template = Renderer()._environments[language].from_string("{{ text|translated }}")
    values: dict[str, Any] = {"text": text, "locale": LOCALES[language], "time_zone": None}
    return template.render(values)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ApiError(409, "Not scanned", code="file_pending"), 409, OF_CODE["file_pending"]),
        # What a page says itself stays; what nobody has named goes by its status.
        (ApiError(409, _("Begun.")), 409, "Begun."),
        (ApiError(403, "Access denied"), 403, OF_STATUS[403]),
        (ApiError(418, "I am a teapot"), 418, OF_STATUS[400]),
        (AlreadyAssigned("class"), 400, "The teacher is assigned to this already."),
        (UnknownToAssign("Class not found: 1", "class"), 404, UNKNOWN["class"]),
        (DatabaseUnavailable(), 503, "The database is away. Try again in a moment."),
        (StoreUnavailable("at s3://secret"), 503, "The store of files does not answer; try again"),
        (InvalidAssignmentFile(["a", "b"]), 400, "The first line of the file must name"),
        (ZeroDivisionError(), 500, OF_STATUS[500]),
    ],
)  # fmt: skip
def test_an_error_has_a_sentence_by_its_code_its_type_or_its_status(
    error: Exception, status: int, said: str
) -> None:
    sentence = sentence_of(error, status)
    assert isinstance(sentence, Text)
    assert sentence.startswith(said)
    for language in ("pt", "sv"):
        assert shown(sentence, language) != sentence


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "1 event that waited behind it was applied.",
         "1,200 events that waited behind it were applied."),
        ("pt", "1 evento que esperava atrás foi aplicado.",
         "1.200 eventos que esperavam atrás foram aplicados."),
        ("sv", "1 händelse som väntade bakom tillämpades.",
         "1\xa0200 händelser som väntade bakom tillämpades."),
    ],
)  # fmt: skip
def test_a_number_is_written_and_counted_as_in_the_language(
    language: str, one: str, many: str
) -> None:
    def applied(number: int) -> Text:
        return ngettext(
            "%(number)s event that waited behind it was applied.",
            "%(number)s events that waited behind it were applied.", number,
        )  # fmt: skip

    assert shown(applied(1), language) == one
    assert shown(applied(1200), language) == many
    assert str(applied(1200)) == "1,200 events that waited behind it were applied."


def test_a_value_is_no_text_of_ours_and_several_texts_are_one() -> None:
    refused = _("Still refused: %(why)s", why="100% <b>%(x)s")
    both = sentences(_("Begun."), refused)
    assert both == "Begun. Still refused: 100% <b>%(x)s"
    assert shown(both, "sv") == "Påbörjat. Avvisas fortfarande: 100% &lt;b&gt;%(x)s"
    assert shown("Begun.", "sv") == "Begun."
