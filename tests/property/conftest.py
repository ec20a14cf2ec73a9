"""Failed comparisons say what differs, in the helpers too."""

import pytest

pytest.register_assert_rewrite("tests.property.comparing")
