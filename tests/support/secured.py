"""One broker with a listener for each way to log in, and an issuer of tokens."""

from dataclasses import dataclass

from pydantic import SecretStr

from homeroom.settings import Settings
from tests.support.authority import Authority, Identity
from tests.support.issuer import AUDIENCE, CLIENT, SCOPE, Issuer

LISTENERS = {"PASSWORD": "SASL_SSL", "CERTIFICATE": "SSL", "TOKEN": "SASL_SSL"}
SECURITY = "org.apache.kafka.common.security"
LOGINS = f"""
ssl.keystore.type=PEM
ssl.keystore.location=KEYSTORE
ssl.truststore.type=PEM
ssl.truststore.location=AUTHORITY
listener.name.password.sasl.enabled.mechanisms=PLAIN
listener.name.password.plain.sasl.jaas.config={SECURITY}.plain.PlainLoginModule required \
user_homeroom="right";
listener.name.certificate.ssl.client.auth=required
listener.name.token.sasl.enabled.mechanisms=OAUTHBEARER
listener.name.token.oauthbearer.sasl.jaas.config={SECURITY}.oauthbearer.OAuthBearerLoginModule \
required;
listener.name.token.oauthbearer.sasl.server.callback.handler.class=\
{SECURITY}.oauthbearer.OAuthBearerValidatorCallbackHandler
listener.name.token.sasl.oauthbearer.jwks.endpoint.url=KEY_SET
listener.name.token.sasl.oauthbearer.expected.audience={AUDIENCE}
# With it, a connection ends when its token does.
listener.name.token.oauthbearer.connections.max.reauth.ms=3600000
"""


def properties(ports: dict[str, int], server: Identity, ca: Authority, issuer: Issuer) -> str:
    """What such a broker's properties have beside those of any local one."""
    ours = "".join(f",{name}://127.0.0.1:{port}" for name, port in ports.items())
    protocols = "".join(f",{name}:{protocol}" for name, protocol in LISTENERS.items())
    logins = LOGINS.replace("KEYSTORE", str(server.both))
    logins = logins.replace("AUTHORITY", str(ca.certificate))
    logins = logins.replace("KEY_SET", issuer.key_set.as_uri())
    return (
        "\nlisteners=BROKER://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}"
        f"{ours}\nadvertised.listeners=BROKER://127.0.0.1:{{port}}{ours}\n"
        f"listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT{protocols}{logins}"
    )


@dataclass(frozen=True)
class Secured:
    """The broker's listeners by name, the authority that it trusts, and a client of that."""

    addresses: dict[str, str]
    authority: Authority
    client: Identity
    issuer: Issuer

    def settings(self, settings: Settings, way: str, **changed: object) -> Settings:
        """Settings to log in by `password`, `certificate` or `token`."""
        common = {
            "kafka_bootstrap_servers": self.addresses[way.upper()],
            "kafka_security_protocol": LISTENERS[way.upper()],
            "kafka_ca_file": str(self.authority.certificate),
        }
        login = {"password": PASSWORD, "certificate": self._certificate, "token": self._token}[way]
        return settings.model_copy(update=common | login | changed)

    @property
    def _certificate(self) -> dict[str, object]:
        return {
            "kafka_certificate_file": str(self.client.certificate),
            "kafka_key_file": str(self.client.key),
        }

    @property
    def _token(self) -> dict[str, object]:
        name, secret = CLIENT
        return {
            "kafka_sasl_mechanism": "OAUTHBEARER",
            "kafka_oauth_token_url": self.issuer.url,
            "kafka_oauth_client_id": name,
            "kafka_oauth_client_secret": SecretStr(secret),
            "kafka_oauth_scope": SCOPE,
            "kafka_oauth_ca_file": str(self.authority.certificate),
        }


PASSWORD: dict[str, object] = {
    "kafka_sasl_mechanism": "PLAIN",
    "kafka_sasl_username": "homeroom",
    "kafka_sasl_password": SecretStr("right"),
}
