"""What was handed in, for the rooms that check it; how it is read stands in ``badges.verification.inputs``."""

from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.reading import MAX_BYTES, MAX_FILE_BYTES, read

__all__ = ["MAX_BYTES", "MAX_FILE_BYTES", "Given", "Link", "read"]
