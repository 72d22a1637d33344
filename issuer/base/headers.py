"""What every reply tells the browser to refuse."""

from __future__ import annotations

from flask import Response, g

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

FRAME_HEADER = "X-Frame-Options"
"""It knows no "everywhere"; a page that may be framed goes without it."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    FRAME_HEADER: "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def protect(response: Response) -> None:
    """Set the headers above where a view has not set its own."""
    for name, value in HEADERS.items():
        if name != FRAME_HEADER or not g.get("may_be_framed"):
            response.headers.setdefault(name, value)


def may_be_framed(response: Response) -> Response:
    """Let pages of any other site show this one in a frame: only for a page on which nobody can do anything."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    ).replace("form-action 'self'", "form-action 'none'")
    g.may_be_framed = True
    return response
