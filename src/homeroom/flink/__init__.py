"""The contract and the definitions as a script for Apache Flink (docs/flink.md).

Nothing of homeroom runs on the cluster: Flink's own SQL folds the log into entities, computes the
projections, and writes them to PostgreSQL. In the order of a record: ``sources`` read topics,
``validity`` says which records count, ``entities`` fold them, ``definitions`` makes the projections
of them (``selects``, ``expressions``), ``sinks`` write, and ``script`` puts all of it together.
``gateway`` submits it.
"""
