"""Every text of the pages stands in every language, with the same placeholders."""

import re

import pytest

from homeroom.api.pages.locales import LOCALES
from tests.support.translations import LANGUAGES, MESSAGES, catalog_of, texts

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_pages_is_translated_and_no_other(language: str) -> None:
    catalog = catalog_of(language)
    known = {(message.context, message.id) for message in catalog if message.id}
    assert len(known) > 400
    assert known == {(message.context, message.id) for message in texts() if message.id}
    for message in catalog:
        said = [message.string] if isinstance(message.string, str) else [*message.string]
        assert all(text.strip() for text in said) or not message.id, message.id
        assert not message.fuzzy or not message.id, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_of_numbers_has_a_form_for_each(language: str) -> None:
    catalog = catalog_of(language)
    counted = [message for message in catalog if message.pluralizable]
    assert counted
    for message in counted:
        assert len(message.string) == catalog.num_plurals == 2, message.id
        one, many = (LOCALES[language].translations.ngettext(*message.id, n) for n in (1, 2))
        assert (one, many) == tuple(message.string), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_the_text(language: str) -> None:
    for message in catalog_of(language):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else [*message.id]
        said = [message.string] if isinstance(message.string, str) else [*message.string]
        wanted = {name for text in ids for name in PLACEHOLDER.findall(text)}
        for text in said:
            # A form for one thing need not say its number.
            assert set(PLACEHOLDER.findall(text)) <= wanted, message.id
            if isinstance(message.id, str):
                assert set(PLACEHOLDER.findall(text)) == wanted, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_messages_is_translated_and_no_other(language: str) -> None:
    catalog = catalog_of(language, MESSAGES)
    said = {message.id: message.string for message in catalog if message.id}
    assert said.keys() == {message.id for message in texts(MESSAGES) if message.id}
    for text, translation in said.items():
        assert translation.strip(), text
        assert PLACEHOLDER.findall(translation) == PLACEHOLDER.findall(text), text
