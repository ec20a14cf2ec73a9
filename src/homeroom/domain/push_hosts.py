"""Which addresses may be push services: browsers name them, and the notifier asks them."""

from urllib.parse import urlsplit


def takes_pushes(endpoint: str, hosts: str) -> bool:
    """Whether an address is at one of these hosts (by comma; `*.` stands for names below), by TLS.

    An entry that is an origin, `http://127.0.0.1:8080`, must be that of the address.
    """
    try:
        address = urlsplit(endpoint)
        port, host = address.port, address.hostname or ""
    except ValueError:
        return False
    if address.username is not None or address.password is not None:
        return False
    for entry in filter(None, map(str.strip, hosts.split(","))):
        if "://" in entry:
            if f"{address.scheme}://{address.netloc}" == entry:
                return True
        elif address.scheme == "https" and port in (None, 443) and _names(entry, host):
            return True
    return False


def _names(entry: str, host: str) -> bool:
    return host.endswith(entry[1:]) if entry.startswith("*.") else host == entry
