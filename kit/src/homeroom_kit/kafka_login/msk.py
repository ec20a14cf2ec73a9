"""Tokens for Amazon's managed Kafka (MSK): signed here with the credentials of AWS's tools."""

import asyncio
import re
import time

from homeroom_kit.errors import ConfigurationError
from homeroom_kit.kafka_login.tokens import Token
from homeroom_kit.kafka_refusals import NoToken
from homeroom_kit.settings import KafkaSettings

try:
    from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session
except ImportError:
    raise ConfigurationError(
        "HOMEROOM_KAFKA_SASL_MECHANISM=AWS_MSK_IAM needs the package "
        "`aws-msk-iam-sasl-signer-python`: install homeroom-kit[msk]."
    ) from None

REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")


class MskSigner:
    """Signs tokens, each good for a quarter of an hour."""

    def __init__(self, settings: KafkaSettings) -> None:
        """Raises ConfigurationError where settings are missing or wrong."""
        if settings.kafka_security_protocol != "SASL_SSL":
            raise ConfigurationError(
                "HOMEROOM_KAFKA_SASL_MECHANISM=AWS_MSK_IAM needs "
                "HOMEROOM_KAFKA_SECURITY_PROTOCOL=SASL_SSL."
            )
        self._region = settings.kafka_aws_region or Session().get_config_variable("region") or ""
        if not REGION.fullmatch(self._region):
            raise ConfigurationError(
                "HOMEROOM_KAFKA_SASL_MECHANISM=AWS_MSK_IAM needs the brokers' region: set "
                f"HOMEROOM_KAFKA_AWS_REGION, such as eu-central-1. {self._region!r} is none."
            )

    async def fetch(self) -> Token:
        """A new token; raises NoToken. AWS's own services may be asked for credentials."""
        return await asyncio.to_thread(self._sign)

    def _sign(self) -> Token:
        try:
            # Without credentials the library raises an AttributeError.
            if Session().get_credentials() is None:
                raise NoToken("AWS's tools find no credentials (AWS_ACCESS_KEY_ID, a profile, …)")
            text, ends_at_ms = MSKAuthTokenProvider.generate_auth_token(self._region)
        except (BotoCoreError, ValueError) as error:
            raise NoToken(f"no token for MSK can be signed: {error}") from None
        return Token(text, ends_at_ms / 1000 - time.time())
