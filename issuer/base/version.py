"""Which version of the service runs, for what it signs about its own work."""

VERSION = "0.1.0"
