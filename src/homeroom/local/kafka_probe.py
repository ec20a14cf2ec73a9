"""Asks a broker of ours whether it is there, in a few bytes of Kafka's protocol.

A client would take a second to be imported, and would wait where there is nobody yet.
"""

import socket
import struct

TIMEOUT_SECONDS = 2
# Requests begin with: length, API key, version, correlation id, no client id.
HEAD = struct.Struct(">ihhih")
SASL_HANDSHAKE, SASL_AUTHENTICATE, METADATA = (17, 1), (36, 0), (3, 5)
# No topics, no creation of topics.
NO_TOPICS = struct.pack(">i?", 0, False)


def number_of_brokers(address: str, login: tuple[str, str] | None) -> int:
    """How many brokers are registered; 0 where nobody answers, or lets us in.

    ``login``: user and password for SASL PLAIN, where the broker asks for them.
    """
    host, port = address.split(":")
    try:
        with socket.create_connection((host, int(port)), TIMEOUT_SECONDS) as connection:
            if login is not None and not _logged_in(connection, *login):
                return 0
            # Throttle time, number of brokers.
            brokers: int = struct.unpack_from(">ii", _ask(connection, METADATA, NO_TOPICS))[1]
            return brokers
    except (OSError, struct.error):
        return 0


def _logged_in(connection: socket.socket, user: str, password: str) -> bool:
    mechanism = b"PLAIN"
    asked = struct.pack(">h", len(mechanism)) + mechanism
    # RFC 4616: no identity to act as, the user, the password.
    token = f"\0{user}\0{password}".encode()
    given = struct.pack(">i", len(token)) + token
    # Each answer begins with an error code.
    return all(
        struct.unpack_from(">h", _ask(connection, request, body))[0] == 0
        for request, body in ((SASL_HANDSHAKE, asked), (SASL_AUTHENTICATE, given))
    )


def _ask(connection: socket.socket, request: tuple[int, int], body: bytes) -> bytes:
    """The answer to a request, without its length and correlation id; too short where it ends."""
    connection.sendall(HEAD.pack(HEAD.size - 4 + len(body), *request, 1, -1) + body)
    length, _ = struct.unpack(">ii", connection.recv(8, socket.MSG_WAITALL))
    return connection.recv(length - 4, socket.MSG_WAITALL)
