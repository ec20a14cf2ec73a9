"""The CSRF token is another text in every answer, and the same token all the same."""

import pytest

from homeroom.api.pages.csrf import is_same_token, masked

TOKEN, ANOTHER = bytes(range(32)), bytes(range(1, 33))


def test_each_answer_has_another_text_of_the_same_token() -> None:
    texts = {masked(TOKEN) for _ in range(100)}
    assert len(texts) == 100
    assert all(is_same_token(one, masked(TOKEN)) for one in texts)
    # No part of a text is that of another, so what repeats between answers is nothing of the token.
    assert len({one[64:] for one in texts}) == 100
    assert TOKEN.hex() not in "".join(texts)


def test_no_other_text_is_taken_for_it() -> None:
    wanted = masked(TOKEN)
    changed = wanted[:-1] + ("0" if wanted[-1] != "0" else "1")
    for given in (masked(ANOTHER), TOKEN.hex(), changed, wanted[2:], wanted[:-2], wanted + "00"):
        assert not is_same_token(given, wanted), given


@pytest.mark.parametrize("given", ["", "x", "é", "0", "00", "0" * 64, "0" * 128, "\x00"])
def test_what_is_no_token_at_all_is_refused(given: str) -> None:
    assert not is_same_token(given, masked(TOKEN))
