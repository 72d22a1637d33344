from __future__ import annotations

from typing import Any

import pytest

from issuer.vc.language_values import is_language_value

ENGLISH = {"@value": "Listening", "@language": "en"}


@pytest.mark.parametrize(
    "value",
    [
        "Listening",
        ENGLISH,
        {"@value": "Listening"},
        {"@value": "שלום", "@language": "he", "@direction": "rtl"},
        {"@value": "Listening", "@language": None, "@direction": None},
        [ENGLISH, {"@value": "Zuhören", "@language": "de-CH"}],
    ],
)
def test_a_text_with_or_without_its_language_is_accepted(value: Any) -> None:
    assert is_language_value(value)


@pytest.mark.parametrize(
    "value",
    [
        7,
        None,
        [],
        ["Listening"],
        {"@language": "en"},
        {**ENGLISH, "url": "did:example:x"},
        {**ENGLISH, "@type": "rdf:HTML"},
        {**ENGLISH, "@language": "en us"},
        {**ENGLISH, "@direction": "up"},
        {"@value": 7},
        [ENGLISH, {"@value": ["Zuhören"], "@language": "de"}],
    ],
)
def test_anything_else_is_refused(value: Any) -> None:
    assert not is_language_value(value)
