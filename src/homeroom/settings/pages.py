"""The pages: at whom people sign in, and how long they stay so."""

from pydantic import Field, SecretStr

from homeroom.settings.section import SettingsSection


class PageSettings(SettingsSection):
    """The pages: at whom people sign in, and how long they stay so."""

    oidc_issuer: str = Field(
        "",
        description="The identity provider at which people sign in to the pages (OpenID Connect), "
        "as `https://login.school.example`; empty: there are no pages ([pages](pages.md)).",
    )
    oidc_client_id: str = Field("", description="homeroom's id at the provider.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="Its secret there; empty: a client without one, by PKCE alone."
    )
    oidc_scope: str = Field(
        "openid profile", description="What is asked of the provider, with `openid` among it."
    )
    session_secret: SecretStr = Field(
        SecretStr(""),
        description="The key of sessions, at least 32 characters, the same for all query services.",
    )
    session_seconds: int = Field(
        28_800, ge=60, le=604_800, description="How long somebody stays signed in to the pages."
    )
    demo_people: str = Field(
        "",
        description="Who may sign in without a provider, as JSON: set by the demo alone, and "
        "refused unless everything stays on this machine.",
    )
