"""The engine knows no school: it is given a catalog of entities and the definitions of tables.

Its rooms follow the way of a record: ``log`` (what the brokers give), ``decoding`` (bytes into
events), ``ordering`` (the order of a subject's events), ``planning`` (from definitions to SQL),
``generations`` (sets of tables), ``applying`` (one transaction per batch), ``consuming`` (the
loop).
"""
