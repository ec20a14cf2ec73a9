"""An identity provider on this machine, at which people sign in."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.support.pages import ROOT

CLIENT_ID, CLIENT_SECRET = "homeroom", "a secret of the tests' own"


@contextmanager
def provider(*users: Mapping[str, str], names_itself: bool = False) -> Iterator[str]:
    """The address of a provider of these users, until the block ends: the issuer's name, too.

    ``names_itself``: whether it says that each of its answers tells whose it is (RFC 9207).
    Its packages are imported by its process alone, since they warn of their own age.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.browser.provider_process", json.dumps(users),
         json.dumps(names_itself)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address, "the identity provider ended while it started"
            yield address
        finally:
            process.terminate()
