"""Opens compressed record batches, and no further than to a number of bytes.

The codecs are those of Kafka's record batches: gzip, snappy (raw, or in the framing of xerial's
library for Java), LZ4 frames, and Zstandard.
"""

import threading
import zlib

import cramjam

from homeroom_kit.record_bounds import BEGINNING_BYTES

GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
FRAMED = b"\x82SNAPPY\x00"
FRAMED_HEADER_BYTES, BLOCK_LENGTH_BYTES = 16, 4
# Opened into memory that is there already: to clear so much for each small batch takes longer.
SCRATCH_BYTES = 2 * 1024 * 1024
_SCRATCH = threading.local()


class TooLargeError(Exception):
    """It opens to more than was allowed, or cannot be opened. ``beginning``: what came of it."""

    def __init__(self, beginning: bytes | bytearray) -> None:
        super().__init__()
        self.beginning = beginning


def opened(codec: int, content: memoryview, bytes_max: int) -> bytes | bytearray:
    """What a codec's content opens to, of at most so many bytes; raises TooLargeError."""
    if codec == GZIP:
        return _gunzipped(content, bytes_max)
    if codec == SNAPPY:
        return _snappy(content, bytes_max)
    decompress_into = cramjam.lz4.decompress_into if codec == LZ4 else cramjam.zstd.decompress_into
    scratch = _scratch()
    try:
        return bytes(memoryview(scratch)[: decompress_into(content, scratch)])
    except cramjam.DecompressionError:
        target = bytearray(bytes_max)
    try:
        size = decompress_into(content, target)
    except cramjam.DecompressionError:
        raise TooLargeError(target) from None
    del target[size:]
    return target


def _scratch() -> bytearray:
    if not hasattr(_SCRATCH, "buffer"):
        _SCRATCH.buffer = bytearray(SCRATCH_BYTES)
    buffer: bytearray = _SCRATCH.buffer
    return buffer


def _gunzipped(content: memoryview, bytes_max: int) -> bytes | bytearray:
    found = bytearray()
    rest: bytes | memoryview = content
    while rest:
        # A file of gzip may have several members.
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            found += member.decompress(rest, bytes_max + 1 - len(found))
        except zlib.error:
            raise TooLargeError(found) from None
        if len(found) > bytes_max or not member.eof:
            raise TooLargeError(found)
        rest = member.unused_data
    return found


def _snappy(content: memoryview, bytes_max: int) -> bytes | bytearray:
    found = bytearray()
    if bytes(content[: len(FRAMED)]) != FRAMED:
        _add_block(found, content, bytes_max)
        return found
    at = FRAMED_HEADER_BYTES
    while at < len(content):
        start = at + BLOCK_LENGTH_BYTES
        at = start + int.from_bytes(content[at:start])
        _add_block(found, content[start:at], bytes_max)
    return found


def _add_block(found: bytearray, block: memoryview, bytes_max: int) -> None:
    try:
        # The block says its length before it is opened.
        if len(found) + cramjam.snappy.decompress_raw_len(block) > bytes_max:
            raise TooLargeError(found or _beginning(block))
        found += memoryview(cramjam.snappy.decompress_raw(block))
    except cramjam.DecompressionError:
        raise TooLargeError(found) from None


def _beginning(block: memoryview) -> bytes:
    """What the first elements of a raw block open to; at most BEGINNING_BYTES.

    A copy refers to what stands before it. So they are a block themselves, behind their own length
    (github.com/google/snappy, format_description.txt).
    """
    start = at = next(i for i, byte in enumerate(block) if byte < 0x80) + 1
    size = 0
    while at < len(block):
        length, ends = _element(block, at)
        if size + length > BEGINNING_BYTES:
            break
        size, at = size + length, ends
    own_length = bytes((size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14))
    return bytes(memoryview(cramjam.snappy.decompress_raw(own_length + bytes(block[start:at]))))


def _element(block: memoryview, at: int) -> tuple[int, int]:
    """To how many bytes the element of a raw block opens that begins here, and where it ends."""
    tag = block[at]
    if tag & 3:
        length = 4 + (tag >> 2 & 7) if tag & 3 == 1 else 1 + (tag >> 2)
        return length, at + (2, 3, 5)[(tag & 3) - 1]
    # A literal; long ones say their length in the next one to four bytes.
    more = max(0, (tag >> 2) - 59)
    begins = at + 1 + more
    length = 1 + (int.from_bytes(block[at + 1 : begins], "little") if more else tag >> 2)
    return length, begins + length
