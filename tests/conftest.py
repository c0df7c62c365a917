"""Settings for all tests."""

from hypothesis import settings

# Machines are shared and noisy: a slow example is no failure, and a failure must come back.
settings.register_profile("course", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("course")
