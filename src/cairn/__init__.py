"""Cairn: the open micro-credential system. ARCHITECTURE.md at the root of the project shows the house."""

__version__ = "0.1.0"
