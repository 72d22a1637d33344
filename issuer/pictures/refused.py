"""Why a picture is not taken. Light: the reader in the child process imports it, and it imports nothing."""

from __future__ import annotations


class PictureRefused(Exception):
    """``code``: stable, a key of `sentences.SENTENCES`. ``name``: the element or attribute of a drawing, or ""."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(f"{code}: {name}")
        self.code = code
        self.name = name[:40]
