"""Kafka and PostgreSQL in containers, with the same settings as the local ones.

Testcontainers removes them when the process that started them ends.
"""

import docker
import pytest
from docker.errors import DockerException
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from homeroom.local import kafka, kafka_jars, postgres, process

CONTROLLER_PORT = 9093


def start() -> tuple[str, str]:
    """Start both; without a Docker daemon the run ends with one line that says so."""
    try:
        with docker.from_env() as client:
            client.ping()
    except DockerException:
        pytest.exit(
            "HOMEROOM_TEST_BACKEND=containers needs a Docker daemon, and none answers: "
            "start Docker, or leave the variable out to use the local components.",
            4,
        )
    return _start_kafka(), _start_postgres()


def _start_kafka() -> str:
    port = process.choose_port()
    container = (
        DockerContainer(f"apache/kafka:{kafka_jars.VERSION}")
        .with_bind_ports(port, port)
        .with_envs(**_kafka_variables(port))
        .waiting_for(LogMessageWaitStrategy("Kafka Server started"))
    )
    container.start()
    return f"{container.get_container_host_ip()}:{port}"


def _kafka_variables(port: int) -> dict[str, str]:
    """The local broker's properties in the form that the image reads."""
    text = kafka.PROPERTIES.format(
        port=port, controller_port=CONTROLLER_PORT, data="/tmp/kafka-data"
    )
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    properties = dict(line.split("=", 1) for line in lines)
    properties["listeners"] = f"BROKER://0.0.0.0:{port},CONTROLLER://127.0.0.1:{CONTROLLER_PORT}"
    properties["advertised.listeners"] = f"BROKER://localhost:{port}"
    return {f"KAFKA_{name.replace('.', '_').upper()}": v for name, v in properties.items()}


def _start_postgres() -> str:
    settings = {
        name: value
        for name, value in {**postgres.SETTINGS, **postgres.NOT_DURABLE}.items()
        if name not in {"listen_addresses", "unix_socket_directories"}
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    container = PostgresContainer("postgres:18.6", driver=None).with_command(f"postgres {options}")
    container.start()
    return str(container.get_connection_url())
