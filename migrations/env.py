"""Runs the migrations over the connection that `homeroom migrate` hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="migration",
    version_table_schema="homeroom",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
