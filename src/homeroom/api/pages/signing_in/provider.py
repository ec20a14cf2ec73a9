"""The identity provider at which people sign in: OpenID Connect's code flow, with PKCE."""

from typing import Any
from urllib.parse import quote_plus, urlsplit

import jwt
from authlib.common.security import is_secure_transport
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError

from homeroom.api.auth import NOT_A_TOKEN
from homeroom.api.errors import ApiError
from homeroom.api.pages.signing_in.attempts import Attempt
from homeroom.api.pages.signing_in.discovery import Discovery, ProviderDocument
from homeroom.api.pages.signing_in.exchange import Exchange, NoAnswer
from homeroom.api.pages.signing_in.failures import Failure, SignInFailed
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REQUIRED = ("iss", "sub", "aud", "exp", "iat", "nonce")


class IdentityProvider:
    """Leads people to the provider, and takes its word for who they are.

    What it says is fetched when somebody signs in. While it is away, nobody can, and whoever has a
    session notices nothing.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._exchange = Exchange()
        self._discovery = Discovery(
            settings.oidc_issuer, self._exchange, settings.jwt_jwks_outage_seconds_max
        )

    async def sign_in_address(self, attempt: Attempt, redirect_uri: str) -> str:
        """Where the browser goes to sign in; raises SignInFailed."""
        document = await self._document()
        address: str = prepare_grant_uri(
            document.authorization,
            self._settings.oidc_client_id,
            "code",
            redirect_uri,
            self._settings.oidc_scope,
            attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return address

    async def sign_out_address(self, back: str) -> str:
        """Where one signs out at the provider too, and comes back from; empty without such."""
        try:
            document = await self._document()
        except SignInFailed:
            return ""
        if not document.sign_out:
            return ""
        told = {
            "client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": back,
        }  # fmt: skip
        address: str = add_params_to_uri(document.sign_out, list(told.items()))
        return address

    async def require_own(self, issuer: str | None) -> None:
        """Raise SignInFailed where an answer is another provider's, or does not say whose it is
        while this one's always do (RFC 9207, section 2.4)."""
        if issuer is None:
            if (await self._document()).names_itself:
                raise SignInFailed(Failure.DENIED, "without its issuer")
        elif issuer != self._settings.oidc_issuer:
            raise SignInFailed(Failure.DENIED, "another issuer")

    async def claims(self, attempt: Attempt, code: str, redirect_uri: str) -> dict[str, Any]:
        """What the provider's id token says of whoever signed in; raises SignInFailed."""
        document = await self._document()
        token = await self._redeem(document, attempt, code, redirect_uri)
        try:
            return await self._verified(document, attempt, token)
        except (*NOT_A_TOKEN, JoseError) as error:
            raise SignInFailed(Failure.WRONG_ID_TOKEN, _kind(error)) from error

    async def _document(self) -> ProviderDocument:
        try:
            return await self._discovery.document()
        except NoAnswer as error:
            raise SignInFailed(Failure.AWAY, str(error)) from error

    async def _redeem(
        self, document: ProviderDocument, attempt: Attempt, code: str, redirect_uri: str
    ) -> dict[str, Any]:
        """The provider's tokens for a code, which it takes once."""
        body: str = prepare_token_request(
            "authorization_code", "", redirect_uri, code=code, code_verifier=attempt.verifier
        )
        url, headers, body = self._client(document).prepare(
            "POST", document.token, dict(FORM), body
        )
        try:
            status, token = await self._exchange.ask("POST", url, body, headers)
        except NoAnswer as error:
            raise SignInFailed(Failure.AWAY, str(error)) from error
        if status != 200:
            raise SignInFailed(Failure.WRONG_CODE, str(token.get("error"))[:100])
        return token

    def _client(self, document: ProviderDocument) -> ClientAuth:
        client_id = self._settings.oidc_client_id
        secret = self._settings.oidc_client_secret.get_secret_value()
        if not secret:
            return ClientAuth(client_id, "", "none")
        if document.takes_post:
            return ClientAuth(client_id, secret, "client_secret_post")
        # Encoded as RFC 6749, section 2.3.1, has it, which providers read differently.
        return ClientAuth(quote_plus(client_id), quote_plus(secret), "client_secret_basic")

    async def _verified(
        self, document: ProviderDocument, attempt: Attempt, token: dict[str, Any]
    ) -> dict[str, Any]:
        """The claims of the id token, which must be of this provider, for us, and for this attempt.

        Raises what PyJWT and Authlib do.
        """
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise jwt.InvalidTokenError("there is none")
        claims = await self._decoded(document, id_token)
        known = {
            "nonce": attempt.nonce,
            "client_id": self._settings.oidc_client_id,
            "access_token": token.get("access_token"),
        }
        header = jwt.get_unverified_header(id_token)
        CodeIDToken(claims, header, params=known).validate(
            leeway=int(self._settings.jwt_leeway_seconds)
        )
        return claims

    async def _decoded(self, document: ProviderDocument, id_token: str) -> dict[str, Any]:
        try:
            keys = await document.keys.find(id_token)
        except ApiError as error:
            raise SignInFailed(Failure.AWAY, error.message) from error
        for key in keys:
            try:
                claims: dict[str, Any] = jwt.decode(
                    id_token,
                    key.material,
                    algorithms=[key.algorithm],
                    issuer=self._settings.oidc_issuer,
                    audience=self._settings.oidc_client_id,
                    leeway=self._settings.jwt_leeway_seconds,
                    options={"require": [*REQUIRED]},
                )
            except jwt.InvalidSignatureError:
                continue
            return claims
        raise jwt.InvalidSignatureError("none of the provider's keys has signed it")


def provider_of(settings: Settings) -> IdentityProvider | None:
    """That of the settings, None without one; ConfigurationError where it cannot be used."""
    issuer = settings.oidc_issuer
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if not is_secure_transport(issuer) or parts.query or parts.fragment:
        raise ConfigurationError(
            f"HOMEROOM_OIDC_ISSUER cannot be used: {issuer} is no https:// address (http:// does "
            "on this machine alone), or has more than a path."
        )
    if not settings.oidc_client_id:
        raise ConfigurationError(
            "HOMEROOM_OIDC_ISSUER is set and HOMEROOM_OIDC_CLIENT_ID is not: give the id that the "
            "provider has for homeroom."
        )
    if "openid" not in settings.oidc_scope.split():
        raise ConfigurationError(
            "HOMEROOM_OIDC_SCOPE has no `openid`, without which nobody is told who signs in."
        )
    return IdentityProvider(settings)


def _kind(error: BaseException) -> str:
    """What was wrong with an id token, without what stands in it."""
    claim = getattr(error, "claim", None) or getattr(error, "claim_name", None)
    return f"{type(error).__name__} {claim}" if claim else type(error).__name__
