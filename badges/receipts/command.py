"""What `flask verify --receipt FILE` writes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from badges.receipts.making import as_file, receipt_of
from badges.receipts.paper import as_pdf
from badges.verification.report import Report
from issuer.base.errors import Invalid


def write_receipt(report: Report, data: bytes, path: Path) -> None:
    """Sign the report and write it: a PDF for a name that ends with .pdf, JSON for any other. Never over a file that is
    there. Raises Invalid, NotSigned, KeyUnusable."""
    receipt = receipt_of(report, hashlib.sha256(data).hexdigest())
    body = as_pdf(receipt) if path.suffix.lower() == ".pdf" else as_file(receipt)
    try:
        with path.open("xb") as file:
            file.write(body)
    except OSError as error:
        raise Invalid("unwritable_file", f"The receipt cannot be written to {str(path)[:200]!r}.") from error
