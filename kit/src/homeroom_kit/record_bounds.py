"""How much a record may be: what is beyond is never taken into memory whole (docs/contract.md)."""

# The topics' own `max.message.bytes`: what comes uncompressed is never more.
RECORD_BYTES_MAX = 2 * 1024 * 1024
# A header takes fifty times the memory that it may take in the log.
RECORD_HEADERS_MAX = 1_000
# What a record batch may open to. Producers' own limits for a batch lie far below.
BATCH_BYTES_MAX = 32 * 1024 * 1024
# What the records of one poll may take in memory, before the one that reaches it.
POLL_BYTES_MAX = 32 * 1024 * 1024
# How much is kept of what is beyond.
BEGINNING_BYTES = 64 * 1024


class Beginning(bytes):
    """The beginning of a value that is not there whole. ``detail`` says what is not, and why."""

    detail = ""

    @classmethod
    def of(cls, content: bytes | bytearray | memoryview, detail: str) -> "Beginning":
        """At most BEGINNING_BYTES of it."""
        beginning = cls(content[:BEGINNING_BYTES])
        beginning.detail = detail
        return beginning
