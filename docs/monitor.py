"""Watches an issuance log from outside: python monitor.py https://badges.example.org state.json [KEY]

Remembers the tree in a file. Each run adds the leaves that came since, and compares the root with the checkpoint that
the log has signed: a newer tree is the remembered one with more behind it, or this is an alarm. KEY is what /log/key
says, best had from elsewhere; without it the first one is kept. Standard library and `cryptography` only.
Exit code 0: all is well. 1: it is not, or could not be found out.
"""

import base64
import hashlib
import json
import pathlib
import sys
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def demand(holds, sentence):
    if not holds:
        raise SystemExit(f"ALARM: {sentence}")


def read(note, key):
    """The size and the root in a signed note (C2SP tlog-checkpoint)."""
    name, key_id, public = key.strip().split("+", 2)
    body, _, signatures = note.partition("\n\n")
    found = [base64.b64decode(line.split(" ")[2]) for line in signatures.splitlines() if line.startswith(f"— {name} ")]
    signed = [each[4:] for each in found if each[:4].hex() == key_id]
    demand(signed, "the checkpoint is not signed by the key that is known")
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)[1:]).verify(signed[0], f"{body}\n".encode())
    except InvalidSignature:
        demand(False, "the signature of the checkpoint does not hold")
    origin, size, root = body.split("\n")[:3]
    demand(origin == name, "the checkpoint is of another log")
    return int(size), root


def add(edge, data):
    """Put a leaf on the right edge of the tree: the hashes of its perfect subtrees, the smallest first, or None."""
    node, level = hashlib.sha256(b"\0" + data).digest(), 0
    while level < len(edge) and edge[level]:
        node, edge[level], level = hashlib.sha256(b"\1" + edge[level] + node).digest(), None, level + 1
    edge[level : level + 1] = [node]


def root_of(edge):
    first, *others = [each for each in edge if each] or [hashlib.sha256().digest()]
    for each in others:
        first = hashlib.sha256(b"\1" + each + first).digest()
    return base64.b64encode(first).decode()


def main(base, state, key=None):
    place = pathlib.Path(state)
    seen = json.loads(place.read_text()) if place.exists() else {"key": key or get(f"{base}/log/key"), "size": 0}
    key, count = key or seen["key"], seen["size"]
    edge = [each and base64.b64decode(each) for each in seen.get("edge", [])]
    note = get(f"{base}/log/checkpoint")
    size, root = read(note, key)
    demand(size >= count, f"the log became smaller: {count} entries were signed before, now {size}")
    while count < size:
        leaves = json.loads(get(f"{base}/log/entries?start={count}"))["items"][: size - count]
        demand(leaves, f"entry {count} is missing")
        for each in leaves:
            add(edge, base64.b64decode(each))
        count += len(leaves)
    demand(root_of(edge) == root, "the log was changed: it does not begin with what was there before")
    kept = [each and base64.b64encode(each).decode() for each in edge]
    fresh = place.with_name(f"{place.name}.new")
    fresh.write_text(json.dumps({"key": key, "size": size, "edge": kept, "note": note}))
    fresh.replace(place)
    print(f"OK: {size} entries")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:
        sys.exit(f"ALARM: {type(error).__name__}: {error}")
