from __future__ import annotations

import pytest

from issuer.local_paths import local_path


@pytest.mark.parametrize("path", ["/", "/modules/M01", "/catalog?mode=async&page=2", "/a%20b", "/~x/@y"])
def test_a_path_of_this_service_is_followed(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "modules",
        "/a\tb",
        "/a\nb",
        "\t//evil.example",
        "/a b",
        "/<script>",
        "/é",
        "/" + "a" * 500,
    ],
)
def test_anything_else_leads_to_the_first_page(text: str | None) -> None:
    assert local_path(text) == "/"
