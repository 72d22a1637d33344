"""The JSON-LD contexts that documents may name: pinned by SHA-256, read from disk, never fetched.

A context fetched while verifying is an outage and an attack. The bytes come with the installed packages PyLD and
openbadgeslib; those that come with no package are built by `own_contexts`, unless an operator's folder has the files.
"""

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from issuer.crypto.errors import ContextRefused, ContextUnavailable
from issuer.crypto.own_contexts import own_contexts

VC2_CONTEXT = "https://www.w3.org/ns/credentials/v2"
VC1_CONTEXT = "https://www.w3.org/2018/credentials/v1"
OB3_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB3_EXTENSIONS_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR2_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY_V1_CONTEXT = "https://w3id.org/security/data-integrity/v1"
DATA_INTEGRITY_V2_CONTEXT = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"
DID_CONTEXT = "https://www.w3.org/ns/did/v1"
ED25519_2020_CONTEXT = "https://w3id.org/security/suites/ed25519-2020/v1"
OB2_CONTEXT = "https://w3id.org/openbadges/v2"
EXAMPLES_CONTEXT = "https://www.w3.org/ns/credentials/examples/v2"

# At the top of a credential, in one of the two published texts of OB3_CONTEXT.
TOKEN_TERMS = frozenset({"endorsementJwt", "jti"})

# How many may be named in one place.
MAX_CONTEXTS = 16
# These would give meaning to terms that nobody defined, or fetch, or resolve against a place: never pinned.
_REFUSED_KEYWORDS = frozenset({"@vocab", "@base", "@import", "@language", "@direction"})

_PYLD = ("pyld", "documentloader/frozen/bundled")
_OPENBADGESLIB = ("openbadgeslib", "ob3/contexts")
_PURL = "https://purl.imsglobal.org/spec/"


@dataclass(frozen=True, slots=True)
class Pin:
    """Where one context is published, which bytes it has, and which installed package carries them, if any."""

    url: str
    sha256: str
    file_name: str
    package: tuple[str, str] | None = None


PINS = (
    Pin(
        VC2_CONTEXT,
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        "credentials-v2.json",
        _OPENBADGESLIB,
    ),
    Pin(
        VC1_CONTEXT, "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8", "credentials-v1.jsonld", _PYLD
    ),
    Pin(
        _PURL + "ob/v3p0/context-3.0.1.json",
        "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
        "ob-v3p0-context-3.0.1.json",
        _OPENBADGESLIB,
    ),
    Pin(
        _PURL + "ob/v3p0/context-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
        "ob-v3p0-context-3.0.2.json",
        _OPENBADGESLIB,
    ),
    Pin(
        OB3_CONTEXT,
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
        "ob-v3p0-context-3.0.3.json",
        _OPENBADGESLIB,
    ),
    Pin(
        OB3_EXTENSIONS_CONTEXT,
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
        "ob-v3p0-extensions.json",
        _OPENBADGESLIB,
    ),
    Pin(
        CLR2_CONTEXT,
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
        "clr_context_2.0.1.json",
        _OPENBADGESLIB,
    ),
    Pin(
        DATA_INTEGRITY_V2_CONTEXT,
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        "security-data-integrity-v2.json",
        _OPENBADGESLIB,
    ),
    Pin(
        MULTIKEY_CONTEXT,
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
        "security-multikey-v1.json",
        _OPENBADGESLIB,
    ),
    Pin(DID_CONTEXT, "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f", "did-v1.jsonld", _PYLD),
    Pin(
        ED25519_2020_CONTEXT,
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
        "security-ed25519-2020-v1.jsonld",
        _PYLD,
    ),
    Pin(
        "https://w3id.org/security/suites/jws-2020/v1",
        "00ee65bb7307f9a01c3170b823083b0d4de68223520834b2c5eb7a09bae5dea6",
        "security-jws-2020-v1.jsonld",
        _PYLD,
    ),
    Pin(
        "https://w3id.org/security/v1",
        "e2d146cd556f6fa5f14996c6f1749667d5a14073fa30f0643990068e2c0b1bac",
        "security-v1.jsonld",
        _PYLD,
    ),
    Pin(
        "https://w3id.org/security/v2",
        "4cb186bc29c08af6e40c58178c22dd84d542f2871a063afed6e648b47abc3cf6",
        "security-v2.jsonld",
        _PYLD,
    ),
    Pin(
        DATA_INTEGRITY_V1_CONTEXT,
        "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
        "data-integrity-v1.jsonld",
    ),
    Pin(
        _PURL + "ob/v3p0/context.json",
        "b077fa134d909d92c1dcd1c153f2af1b244aeb415967fdc1467d7fc5dd48ac10",
        "ob-v3p0-context.json",
    ),
    Pin(
        _PURL + "clr/v2p0/context.json",
        "e198d7b517d74c5036434ce495086f67b10244709e9a3df9dcb7f8b1579b6167",
        "clr-v2p0-context.json",
    ),
    Pin(
        "https://www.w3.org/ns/credentials/status/v1",
        "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7",
        "vc-status-list-v1.jsonld",
    ),
    Pin(
        "https://w3id.org/vc/status-list/2021/v1",
        "6dd06a52bedb771e059c1083ba8ba7848dce22f6b4a8cfa0b98ba3fc188870e4",
        "vc-status-list-2021-v1.jsonld",
    ),
    Pin(
        "https://w3id.org/security/jwk/v1",
        "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
        "jwk-v1.jsonld",
    ),
    Pin(
        "https://www.w3.org/ns/cid/v1",
        "ea216ecc1cb02cd39b693dba2250141e270ba0bf95890be107dd9a9e8e43de85",
        "cid-v1.jsonld",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class ContextSet:
    """JSON-LD contexts by URL. Two sets are the same only if they are one object, so a set can key a cache.

    ``inline``: documents may also define terms of their own. Whoever reads such a document has to read its contexts
    too: a definition can be exchanged for another without the signature noticing (Data Integrity 1.0, section 2.4.1).
    """

    documents: Mapping[str, Mapping[str, Any]]
    inline: bool = False

    def document(self, url: str) -> Mapping[str, Any]:
        """The context published at `url`. Raises ContextUnavailable for one that is pinned but not in the set, and
        ContextRefused for any other that is not."""
        found = self.documents.get(url)
        if found is None and any(pin.url == url for pin in PINS):
            raise ContextUnavailable(f"The text of the JSON-LD context {url} is not installed.")
        if found is None:
            raise ContextRefused(f"The JSON-LD context {ascii(url)[:200]} is not one of the known contexts.")
        return found


@cache
def pinned_contexts() -> ContextSet:
    """The contexts that come with installed packages, and our own. Raises ContextRefused if a file has other bytes
    than pinned."""
    carried = {
        pin.url: _read(pin, _package_folder(*pin.package) / pin.file_name) for pin in PINS if pin.package is not None
    }
    return ContextSet({**own_contexts(carried), **carried})


@cache
def open_contexts() -> ContextSet:
    """`pinned_contexts()`, the context of the standards' examples, and whatever a document defines itself.

    For test suites and published vectors. The example context gives a meaning to every term, so nothing is undefined.
    """
    examples = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}
    return ContextSet({**pinned_contexts().documents, EXAMPLES_CONTEXT: examples}, inline=True)


def contexts_with(folder: Path) -> ContextSet:
    """`pinned_contexts()` and those of the other pins whose file name is in `folder`, checked alike."""
    more = {
        pin.url: _read(pin, folder / pin.file_name)
        for pin in PINS
        if pin.package is None and (folder / pin.file_name).is_file()
    }
    return ContextSet({**pinned_contexts().documents, **more})


def _package_folder(package: str, folder: str) -> Path:
    # find_spec does not run the package: only its data files are wanted.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ContextRefused(f"The package {package}, which carries JSON-LD contexts, is not installed.")
    return Path(spec.submodule_search_locations[0]) / folder


def _read(pin: Pin, path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ContextRefused(f"The file of the context {pin.url} cannot be read.") from error
    if hashlib.sha256(data).hexdigest() != pin.sha256:
        raise ContextRefused(f"The file of the context {pin.url} does not have the pinned SHA-256.")
    document: dict[str, Any] = json.loads(data)
    refused = _REFUSED_KEYWORDS & set(_keys(document))
    if refused:
        raise ContextRefused(f"The context {pin.url} uses {', '.join(sorted(refused))}.")
    return document


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from _keys(member)
    elif isinstance(value, list):
        for member in value:
            yield from _keys(member)
