"""The connectors' options by homeroom's settings: where Kafka and PostgreSQL are."""

from collections.abc import Callable
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

from homeroom.errors import NotForFlink
from homeroom.settings import Settings

# As Flink's connector for SQL has Kafka's classes.
_SHADED = "org.apache.flink.kafka.shaded.org.apache.kafka.common.security"
_MODULES = {
    "PLAIN": f"{_SHADED}.plain.PlainLoginModule",
    "SCRAM-SHA-256": f"{_SHADED}.scram.ScramLoginModule",
    "SCRAM-SHA-512": f"{_SHADED}.scram.ScramLoginModule",
    "OAUTHBEARER": f"{_SHADED}.oauthbearer.OAuthBearerLoginModule",
}
# Given the name of a setting and its value, what is written of it.
Secret = Callable[[str, str], str]


def shown(name: str, value: str) -> str:  # noqa: ARG001
    """A secret as it is."""
    return value


def withheld(name: str, value: str) -> str:
    """What stands for a secret in a file: whoever submits it puts the value there."""
    return f"${{HOMEROOM_{name.upper()}}}" if value else ""


def kafka_options(settings: Settings, *, secret: Secret, bounded: bool = False) -> dict[str, str]:
    """Options of the Kafka connector. Files are named as they are: the cluster must have them.

    ``bounded``: it reads to what is the log's end now, and the job ends there. Raises
    ConfigurationError without brokers, and NotForFlink for what Java's client cannot do so.
    """
    options = {"properties.bootstrap.servers": settings.require_kafka()}
    if bounded:
        options["scan.bounded.mode"] = "latest-offset"
    protocol = settings.kafka_security_protocol
    if protocol != "PLAINTEXT":
        options["properties.security.protocol"] = protocol
    if protocol.endswith("SSL"):
        options |= _tls(settings, secret)
    if protocol.startswith("SASL"):
        options |= _sasl(settings, secret)
    return options


def jdbc_options(database_url: str, *, secret: Secret) -> dict[str, str]:
    """Options of the JDBC connector, of a URL or key=value string of libpq."""
    parts = {name: str(value) for name, value in conninfo_to_dict(database_url).items() if value}
    host, port = parts.get("host", "localhost"), parts.get("port", "5432")
    if "," in host or host.startswith("/"):
        raise NotForFlink(
            f"The database at {host}", "Java connects to one host, by TCP",
            "Name it with --database.",
        )  # fmt: skip
    # What has no type of its own is sent without one: PostgreSQL takes the column's.
    query = {"stringtype": "unspecified", "reWriteBatchedInserts": "true"}
    query |= {n: parts[n] for n in ("sslmode", "sslrootcert", "sslcert", "sslkey") if n in parts}
    name = quote(parts.get("dbname", parts.get("user", "")), safe="")
    return {
        "url": f"jdbc:postgresql://{host}:{port}/{name}?{urlencode(query)}",
        "driver": "org.postgresql.Driver",
        **({"username": parts["user"]} if "user" in parts else {}),
        **(
            {"password": secret("database_password", parts["password"])}
            if "password" in parts else {}
        ),
        # Rows of one key within it are one row.
        "sink.buffer-flush.max-rows": "1000", "sink.buffer-flush.interval": "1 s",
        # One writer for each table: rows of one key come in their order.
        "sink.parallelism": "1",
    }  # fmt: skip


def _tls(settings: Settings, secret: Secret) -> dict[str, str]:
    options = {}
    if settings.kafka_ca_file:
        options["properties.ssl.truststore.type"] = "PEM"
        options["properties.ssl.truststore.location"] = settings.kafka_ca_file
    if settings.kafka_key_file:
        raise NotForFlink(
            "HOMEROOM_KAFKA_KEY_FILE", "Java reads a certificate and its key from one file",
            "Put both into HOMEROOM_KAFKA_CERTIFICATE_FILE.",
        )  # fmt: skip
    if settings.kafka_certificate_file:
        options["properties.ssl.keystore.type"] = "PEM"
        options["properties.ssl.keystore.location"] = settings.kafka_certificate_file
    if password := settings.kafka_key_password.get_secret_value():
        options["properties.ssl.key.password"] = secret("kafka_key_password", password)
    return options


def _sasl(settings: Settings, secret: Secret) -> dict[str, str]:
    mechanism = settings.kafka_sasl_mechanism
    if mechanism not in _MODULES:
        raise NotForFlink(
            f"The login {mechanism}", "it needs a class that Flink's connector does not have",
            "Log in with SCRAM or a certificate, or write the script's options yourself.",
        )  # fmt: skip
    options: dict[str, str] = {"properties.sasl.mechanism": mechanism}
    if mechanism == "OAUTHBEARER":
        said = {
            "clientId": settings.kafka_oauth_client_id,
            "clientSecret": secret(
                "kafka_oauth_client_secret", settings.kafka_oauth_client_secret.get_secret_value()
            ),
            "scope": settings.kafka_oauth_scope,
        }
        options["properties.sasl.oauthbearer.token.endpoint.url"] = settings.kafka_oauth_token_url
        options["properties.sasl.login.callback.handler.class"] = (
            f"{_SHADED}.oauthbearer.OAuthBearerLoginCallbackHandler"
        )
    else:
        password = settings.kafka_sasl_password.get_secret_value()
        said = {
            "username": settings.kafka_sasl_username,
            "password": secret("kafka_sasl_password", password),
        }
    words = " ".join(f'{name}="{_quoted(value)}"' for name, value in said.items() if value)
    options["properties.sasl.jaas.config"] = f"{_MODULES[mechanism]} required {words};"
    return options


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
