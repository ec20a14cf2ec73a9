"""Where Kafka is, how to log in there, and how its topics are made and read."""

from functools import cached_property

from pydantic import Field

from homeroom_kit.settings import KafkaSettings


class BrokerSettings(KafkaSettings):
    """Where Kafka is, how to log in there, and how its topics are made and read."""

    topic_partitions: int = Field(
        4, ge=1, le=10_000, description="Partitions of the topics that `migrate` creates."
    )
    topic_replication_factor: int = Field(
        -1, ge=-1, le=100, description="Replicas of those topics; -1 is the broker's default."
    )
    sparse_topics: str = Field(
        "",
        description="Topics (without prefix, by comma) whose sequences may have gaps.",
    )

    @cached_property
    def sparse_topic_set(self) -> frozenset[str]:
        """Topics, without their prefix, in which sequences may have gaps."""
        return frozenset(name.strip() for name in self.sparse_topics.split(",") if name.strip())
