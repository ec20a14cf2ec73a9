"""Adds to each image that deploy/ names the digest that its registry has for the tag.

    pin_images.py FILE …        (as `make pin-images` does)

A tag can be moved to another image, a digest cannot. Nothing is written unless every image was
found. Images without a tag are homeroom's own, and are left alone.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

# `FROM image:tag`, `image: image:tag` and `imageName: image:tag`, with a digest or without.
IMAGE = re.compile(
    r"(?P<before>^(?:FROM[ ]+|[ ]*(?:-[ ])?image(?:Name)?:[ ]+))"
    r"(?P<image>[^\s@:#]+(?::\d+/[^\s@:#]+)?:[^\s@:#/]+)(?:@sha256:[0-9a-f]{64})?(?=\s|$)",
    re.MULTILINE,
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# An image of several platforms first: what is pinned must run on all of them.
MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
TIMEOUT_SECONDS = 30


class NotPinnedError(Exception):
    """An image whose digest could not be had, and why."""


@dataclass(frozen=True)
class Reference:
    """An image at its registry, as container engines understand its name."""

    registry: str
    name: str
    tag: str

    @classmethod
    def of(cls, image: str) -> "Reference":
        """`postgres:18.6` is Docker Hub's `library/postgres`; a host has a dot or a port."""
        path, tag = image.rsplit(":", 1)
        host, _, rest = path.partition("/")
        if rest and ("." in host or ":" in host or host == "localhost"):
            return cls("registry-1.docker.io" if host == "docker.io" else host, rest, tag)
        return cls("registry-1.docker.io", path if rest else f"library/{path}", tag)

    @property
    def url(self) -> str:
        """Its manifest; registries of this machine speak HTTP, as engines take it."""
        local = self.registry.split(":")[0] in ("localhost", "127.0.0.1")
        return f"http{'' if local else 's'}://{self.registry}/v2/{self.name}/manifests/{self.tag}"


def digest_of(image: str, client: httpx.Client) -> str:
    """The digest of an image's tag (distribution specification 1.1). Raises NotPinnedError."""
    reference = Reference.of(image)
    try:
        answer = _asked(reference, client)
    except httpx.HTTPError as error:
        raise NotPinnedError(f"{reference.registry} does not answer for {image}: {error}") from None
    if answer.status_code != httpx.codes.OK:
        raise NotPinnedError(f"{reference.registry} says {answer.status_code} to {image}")
    digest = answer.headers.get("docker-content-digest", "")
    if not DIGEST.fullmatch(digest):
        raise NotPinnedError(f"{reference.registry} gives no digest for {image}: {digest!r}")
    return str(digest)


def _asked(reference: Reference, client: httpx.Client) -> httpx.Response:
    headers = {"Accept": ", ".join(MANIFESTS)}
    answer = client.head(reference.url, headers=headers)
    if answer.status_code != httpx.codes.UNAUTHORIZED:
        return answer
    # Public images, too, are given to who has fetched a token that anybody gets.
    challenge = dict(re.findall(r'(\w+)="([^"]*)"', answer.headers.get("www-authenticate", "")))
    realm = challenge.pop("realm", "")
    if not realm.startswith(f"{httpx.URL(reference.url).scheme}://"):
        raise NotPinnedError(f"{reference.registry} asks for a login at {realm!r}")
    token = client.get(realm, params=challenge).raise_for_status().json()
    headers["Authorization"] = f"Bearer {token.get('token') or token.get('access_token')}"
    return client.head(reference.url, headers=headers)


def images_in(text: str) -> list[str]:
    """The images with a tag that a Containerfile, compose file or manifest names."""
    return [match["image"] for match in IMAGE.finditer(text)]


def pinned(text: str, digests: dict[str, str]) -> str:
    """The text with these digests behind its images."""
    return IMAGE.sub(lambda m: f"{m['before']}{m['image']}@{digests[m['image']]}", text)


def main(files: list[Path]) -> int:
    """Pins the images of the files; 1, and nothing written, where one was not found."""
    texts = {file: file.read_text() for file in files}
    digests: dict[str, str] = {}
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=True) as client:
            for image in sorted({i for text in texts.values() for i in images_in(text)}):
                digests[image] = digest_of(image, client)
                print(f"{image}@{digests[image]}")
    except NotPinnedError as error:
        print(f"pin-images: {error}. Nothing was changed.", file=sys.stderr)
        return 1
    for file, text in texts.items():
        file.write_text(pinned(text, digests))
    return 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
