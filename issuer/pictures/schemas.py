"""What the API says of a picture, and the form in which one is sent to it."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields


class PictureSchema(Schema):
    """A picture as it is kept."""

    class Meta:
        unknown = RAISE

    sha256 = fields.String(required=True)
    url = fields.String(required=True)
    media_type = fields.String(required=True)
    width = fields.Integer(required=True, metadata={"description": "Pixels; 0 for a drawing."})
    height = fields.Integer(required=True, metadata={"description": "Pixels; 0 for a drawing."})


def picture_form(**more: dict[str, str]) -> dict[str, Any]:
    """The request body of OpenAPI for a form with the file ``picture``, and ``more`` properties."""
    properties = {"picture": {"type": "string", "format": "binary"}, **more}
    content = {"schema": {"type": "object", "properties": properties, "required": ["picture"]}}
    return {"required": True, "content": {"multipart/form-data": content}}
