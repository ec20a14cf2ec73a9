"""Writes the demo's files anew: ``python -m tests.student_year``."""

import lzma

from homeroom.local.demo.year import FOLDER
from tests.student_year.generator import GeneratedYear

if __name__ == "__main__":
    for name, text in GeneratedYear.of_data_set().files().items():
        path = FOLDER / name
        path.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
        print(f"{path}: {text.count(chr(10)):,} lines, {path.stat().st_size:,} bytes")
