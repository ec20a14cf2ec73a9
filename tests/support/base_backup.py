"""PostgreSQL servers made from a base backup of another."""

import json
import os
import pwd
import subprocess
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from homeroom.local.postgres import LocalPostgres, binaries


def started_from_backup(url: str, server: LocalPostgres, *options: str) -> str:
    """The URL of a server that was started from a base backup of the server of ``url``.

    ``server`` is not made yet. ``options``: more of pg_basebackup's.
    """
    server.folder.mkdir(parents=True)
    # Not at the next checkpoint, which may be minutes away.
    command = [str(binaries() / "pg_basebackup"), "--checkpoint=fast", *options]
    command += [f"--pgdata={server.data}", f"--dbname={url}"]
    subprocess.run(command, check=True, capture_output=True)
    password = conninfo_to_dict(url)["password"]
    (server.folder / "state.json").write_text(json.dumps({"password": password}))
    if os.geteuid() == 0:
        # PostgreSQL refuses root: the data belong to whom other servers' data belong to.
        nobody = pwd.getpwnam("nobody")
        for path in (server.data, *server.data.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    server.start()
    return urlsplit(server.address)._replace(path=urlsplit(url).path).geturl()
