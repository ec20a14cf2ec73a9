"""Tokens of an issuer, for a client's own id and secret (RFC 6749, section 4.4)."""

from typing import Any
from urllib.parse import quote_plus, urlsplit

import orjson

from homeroom_kit.errors import ConfigurationError
from homeroom_kit.kafka_login import tokens
from homeroom_kit.kafka_login.tls import trusting
from homeroom_kit.kafka_login.tokens import Token
from homeroom_kit.kafka_refusals import NoToken
from homeroom_kit.settings import KafkaSettings

try:
    import httpx
except ImportError:
    raise ConfigurationError(
        "HOMEROOM_KAFKA_SASL_MECHANISM=OAUTHBEARER needs the package `httpx`: install "
        "homeroom-kit[oauth]."
    ) from None

ANSWER_BYTES_MAX = 1024 * 1024
DETAIL_CHARACTERS_MAX = 300
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class ClientCredentials:
    """Asks an issuer; no error that it raises holds the secret."""

    def __init__(self, settings: KafkaSettings) -> None:
        """Raises ConfigurationError where settings are missing or wrong."""
        self._url = settings.kafka_oauth_token_url
        self._id = settings.kafka_oauth_client_id
        self._secret = settings.kafka_oauth_client_secret.get_secret_value()
        needed = {"TOKEN_URL": self._url, "CLIENT_ID": self._id, "CLIENT_SECRET": self._secret}
        missing = [f"HOMEROOM_KAFKA_OAUTH_{name}" for name, value in needed.items() if not value]
        if missing:
            raise ConfigurationError(
                f"HOMEROOM_KAFKA_SASL_MECHANISM=OAUTHBEARER needs {' and '.join(missing)} as well."
            )
        self._where = _checked(self._url)
        self._form = {"grant_type": "client_credentials"}
        if settings.kafka_oauth_scope:
            self._form["scope"] = settings.kafka_oauth_scope
        if settings.kafka_oauth_audience:
            self._form["audience"] = settings.kafka_oauth_audience
        self._tls = trusting(settings.kafka_oauth_ca_file, "HOMEROOM_KAFKA_OAUTH_CA_FILE")

    async def fetch(self) -> Token:
        """A new token; raises NoToken."""
        try:
            status, body = await self._ask()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoToken(
                f"the issuer of tokens at {self._where} does not answer: "
                f"{str(error) or type(error).__name__}. Check HOMEROOM_KAFKA_OAUTH_TOKEN_URL and "
                "HOMEROOM_KAFKA_OAUTH_CA_FILE"
            ) from None
        answer = _object(body)
        if status != 200:
            raise NoToken(
                f"the issuer of tokens at {self._where} refuses (status {status}"
                f"{self._detail(answer)}). Check HOMEROOM_KAFKA_OAUTH_CLIENT_ID, …_CLIENT_SECRET, "
                "…_SCOPE and …_AUDIENCE"
            )
        text, seconds = answer.get("access_token"), answer.get("expires_in", 0)
        try:
            return Token(text if isinstance(text, str) else "", float(seconds))
        except (TypeError, ValueError):
            raise NoToken(f"the issuer at {self._where} says no time in expires_in") from None

    async def _ask(self) -> tuple[int, bytes]:
        body = bytearray()
        # Encoded as section 2.3.1 says; every issuer must take the credentials there.
        login = (quote_plus(self._id), quote_plus(self._secret))
        # Who asks has a deadline. A handshake needs its own: httpx leaves a cancelled one open.
        limits = httpx.Timeout(None, connect=tokens.TOKEN_SECONDS_MAX / 2)
        async with (
            httpx.AsyncClient(verify=self._tls, timeout=limits) as client,
            client.stream("POST", self._url, data=self._form, auth=login) as response,
        ):
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > ANSWER_BYTES_MAX:
                    raise httpx.DecodingError(f"more than {ANSWER_BYTES_MAX:,} bytes")
        return response.status_code, bytes(body)

    def _detail(self, answer: dict[str, Any]) -> str:
        """What the issuer says of a refusal (section 5.2)."""
        said = [answer[key] for key in ("error", "error_description") if key in answer]
        detail = "".join(f", {one}" for one in said if isinstance(one, str))
        for hidden in (self._secret, quote_plus(self._secret)):
            detail = detail.replace(hidden, "…")
        return detail[:DETAIL_CHARACTERS_MAX]


def _checked(url: str) -> str:
    """The address without what may be secret in it."""
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        where = f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"
    except ValueError:
        parts, where = urlsplit(""), "it"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            f"HOMEROOM_KAFKA_OAUTH_TOKEN_URL cannot be used: {where} is no https:// address."
        )
    if parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
        raise ConfigurationError(
            f"HOMEROOM_KAFKA_OAUTH_TOKEN_URL cannot be used: {where} would send the secret "
            "without encryption. Give its https:// address."
        )
    return where


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
