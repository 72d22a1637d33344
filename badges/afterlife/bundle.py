"""The holder's bundle: badges in every form, and all that is needed to check them without this service, in one ZIP.

The same badges at the same moment make the same bytes. Nothing in it is a secret but what a private badge says, and it
is given to its holder alone.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import select

from badges.afterlife import bundle_files, viewer
from badges.award_facts import badge_url
from badges.awards import is_held_by
from badges.models import Award
from badges.showcase import showcase_of
from badges.showcase_values import Showcase
from issuer.access import settings
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid
from issuer.crypto.timestamps import format_timestamp
from issuer.keys.statements import content_of
from issuer.models import Organisation
from issuer.policy import Actor
from issuer.profile import issuer_did, issuer_did_document

MOST_BADGES = 500
IN_MEMORY = 8 * 1024 * 1024
"""A larger bundle is written to a temporary file."""
_DAWN = (1980, 1, 1, 0, 0, 0)
"""Of every entry: the time at which a bundle is made is said once, inside it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A badge on the page of the viewer: ``folder`` and the ``names`` of the files in it."""

    shown: Showcase
    holder: str
    folder: str
    names: tuple[str, ...]


def bundle_of(actor: Actor, awards: Sequence[Award]) -> IO[bytes]:
    """A file at its beginning: the bundle of one's own signed badges.

    Raises Conflict where none is signed, Invalid for more than 500.
    """
    signed = [award for award in awards if award.state == "issued" and is_held_by(actor, award)]
    if not signed:
        raise Conflict("nothing_to_save", _("You have no signed badge yet, so there is nothing to save."))
    if len(signed) > MOST_BADGES:
        raise Invalid("too_many_badges", _("A bundle holds at most %(most)s badges.", most=MOST_BADGES))
    content: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (sent after this returns)
    _write(content, signed, now=utc_now())
    content.seek(0)
    return content


def own_badges(actor: Actor) -> list[Award]:
    """Every badge of the person that is signed, the newest first; one more than fit at the most."""
    held = select(Award).filter_by(account_id=actor.account_id, state="issued").order_by(Award.id.desc())
    return list(db.session.scalars(held.limit(MOST_BADGES + 1)))


def _write(content: IO[bytes], awards: Sequence[Award], *, now: datetime) -> None:
    made = format_timestamp(now)
    digests: dict[str, str] = {}
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in _everything(awards, now=now):
            digests[name] = hashlib.sha256(body).hexdigest()
            _put(archive, name, body)
        manifest = {"format": "rosette-bundle/1", "made": made, "service": settings().base_url, "sha256": digests}
        _put(archive, "MANIFEST.json", content_of(manifest))


def _everything(awards: Sequence[Award], *, now: datetime) -> Iterator[tuple[str, bytes]]:
    made = format_timestamp(now)
    yield "README.txt", _read_me(made).encode()
    entries: list[Entry] = []
    to_check: dict[str, Any] = {}
    lists: dict[str, bytes] = {}
    organisations: dict[str, Organisation] = {}
    for award in awards:
        folder, names = f"badges/{award.public_id}", []
        for name, body in bundle_files.files_of_badge(award):
            names.append(name)
            yield f"{folder}/{name}", body
        entries.append(Entry(showcase_of(award), award.account.name, folder, tuple(names)))
        to_check[award.public_id] = bundle_files.what_to_check(award)
        lists |= {f"status/{each.public_id}.json": each.signed or b"" for each in bundle_files.lists_of(award).values()}
        organisation = award.achievement_version.achievement.organisation
        organisations[issuer_did(organisation)] = organisation
    yield from sorted(lists.items())
    for organisation in organisations.values():
        for name, body in bundle_files.files_of_issuer(organisation):
            yield f"issuers/{organisation.slug}/{name}", body
    yield "log/keys.txt", "".join(f"{key}\n" for key in bundle_files.log_verifier_keys()).encode()
    data = {
        "made": made,
        "base": settings().base_url,
        "logKeys": bundle_files.log_verifier_keys(),
        "issuers": {did: issuer_did_document(each) for did, each in organisations.items()},
        "badges": to_check,
    }
    yield from viewer.viewer_files(entries, data, made=now).items()


def _put(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DAWN)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if name.endswith((".png", ".pdf")) else zipfile.ZIP_DEFLATED
    archive.writestr(entry, body)


def _read_me(made: str) -> str:
    return READ_ME.format(service=settings().base_url, made=made)


def file_name(awards: Sequence[Award]) -> str:
    """What the file is called: after its badge, if it has one only."""
    return f"rosette-badge-{badge_url(awards[0]).rpartition('/')[2]}.zip" if len(awards) == 1 else "rosette-badges.zip"


READ_ME = """Your badges, from {service}, as of {made}.

Open index.html in a browser. It checks each badge on your own device: nothing is fetched and nothing is sent.

badges/     A folder for each badge. badge.json and badge.jwt are the badge exactly as it was signed; any verifier of
            Open Badges 3.0 can check them, also when {service} is gone. The picture (badge.png, badge.svg) and the
            certificate (badge.pdf) carry the same badge inside. Files with .ob2 are for programs of Open Badges 2.0.
            criteria.md says what had to be shown, evidence.json how it was earned, achievement.json for which skills.
            endorsements/ holds what others have signed about it, other-forms/ the badge under another name.
issuers/    Who signed, and every public key that was published (did.json; each earlier version with its date).
status/     The signed lists of withdrawn badges of that day. Whether a badge was withdrawn later, they cannot say.
log/        The keys of the issuance log. log-proof.json beside a badge proves that it was issued before a certain day.
MANIFEST.json  The SHA-256 of every file.

Keep the whole folder. Give others a single badge: badge.json, badge.png or badge.pdf.

---

Vos badges, de {service}, au {made}.

Ouvrez index.fr.html dans un navigateur. Il vérifie chaque badge sur votre propre appareil : rien n'est téléchargé
ni envoyé.

badges/     Un dossier par badge. badge.json et badge.jwt sont le badge exactement comme il a été signé ; tout
            vérificateur d'Open Badges 3.0 peut les vérifier, même quand {service} n'existera plus. L'image (badge.png,
            badge.svg) et le certificat (badge.pdf) portent le même badge. Les fichiers .ob2 sont pour Open Badges 2.0.
            criteria.md dit ce qu'il fallait démontrer, evidence.json comment il a été obtenu, achievement.json pour
            quelles compétences. endorsements/ contient ce que d'autres en ont signé, other-forms/ d'autres noms.
issuers/    Qui a signé, et chaque clé publique publiée (did.json ; chaque version antérieure avec sa date).
status/     Les listes signées des badges retirés, de ce jour-là. Elles ne disent rien d'un retrait ultérieur.
log/        Les clés du journal d'émission. log-proof.json prouve qu'un badge a été émis avant un certain jour.
MANIFEST.json  Le SHA-256 de chaque fichier.

Gardez le dossier entier. Donnez à d'autres un seul badge : badge.json, badge.png ou badge.pdf.
"""
