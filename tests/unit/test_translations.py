"""Every text of the pages stands in every language, with the same placeholders."""

import re

import pytest

from tests.support.translations import LANGUAGES, catalog_of, texts

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_pages_is_translated_and_no_other(language: str) -> None:
    catalog = catalog_of(language)
    known = {message.id for message in catalog if message.id}
    assert len(known) > 20
    assert known == {message.id for message in texts() if message.id}
    for message in catalog:
        said = [message.string] if isinstance(message.string, str) else [*message.string]
        assert all(text.strip() for text in said) or not message.id, message.id
        assert not message.fuzzy or not message.id, message.id


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
