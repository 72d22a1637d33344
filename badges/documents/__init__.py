"""The forms a badge takes outside the service: pictures, baked files, paper."""
