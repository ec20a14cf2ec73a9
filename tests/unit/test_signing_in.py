"""What a provider says of itself, and what of that outlives an answer."""

from homeroom.api.pages.signing_in.discovery import Discovery
from homeroom.api.pages.signing_in.exchange import Exchange

SAID = {
    "authorization_endpoint": "https://id.example/authorize",
    "token_endpoint": "https://id.example/token",
    "jwks_uri": "https://id.example/keys",
}


def test_keys_in_hand_count_until_their_address_is_another(monkeypatch) -> None:
    discovery = Discovery("https://id.example", Exchange(), 60.0)
    first = discovery._read(SAID)
    monkeypatch.setattr(discovery, "_document", first)
    assert discovery._read(SAID).keys is first.keys
    assert discovery._read(SAID | {"jwks_uri": "https://id.example/others"}).keys is not first.keys
