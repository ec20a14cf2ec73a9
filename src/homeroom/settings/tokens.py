"""Whose tokens and keys the query service believes."""

from pydantic import Field, SecretStr

from homeroom.settings.section import SettingsSection


class TokenSettings(SettingsSection):
    """Whose tokens and keys the query service believes."""

    jwt_secret: SecretStr = Field(SecretStr(""), description="The key of HS256 tokens.")
    jwt_public_key: str = Field("", description="A PEM public key, for RS256 or ES256 tokens.")
    jwt_jwks_url: str = Field(
        "", repr=False, description="Where the keys of RS256 and ES256 tokens are."
    )
    jwt_jwks_outage_seconds_max: float = Field(
        3_600.0,
        ge=60,
        le=86_400,
        description="Keys that could not be fetched again for so long verify nothing any more.",
    )
    jwt_issuer: str = Field("", description="The `iss` a token must have; empty: not checked.")
    jwt_audience: str = Field("", description="The `aud` a token must have; empty: not checked.")
    jwt_jti_required: bool = Field(
        False, description="Whether tokens without a `jti`, which cannot be revoked, are refused."
    )
    jwt_leeway_seconds: float = Field(
        5.0, ge=0, le=300, description="How far clocks may differ: for `exp`, `nbf` and `iat`."
    )
    jwt_teacher_id_claim: str = Field(
        "", description="The claim that holds a teacher's id, dotted; empty: `sub`."
    )
    jwt_student_id_claim: str = Field(
        "", description="The claim that holds a student's id, dotted; empty: `sub`."
    )
    jwt_role_claim: str = Field(
        "role", min_length=1, description="The claim that holds the role, dotted."
    )
    jwt_organization_claim: str = Field(
        "organization_id", min_length=1, description="The claim that holds the school, dotted."
    )
    internal_api_keys: SecretStr = Field(
        SecretStr(""),
        description="`service-id=key` pairs of services, by comma; several of one service count, "
        "and `sha256:<hex>` may stand for the key.",
    )
