"""The shape all our drawings are made of: a stone, never twice quite the same, always the same for the same seed."""

from __future__ import annotations

from cairn.look.svg import digest


def stone_path(x: float, y: float, width: float, height: float, seed: str) -> str:
    """Return path data of a rounded, slightly uneven stone that stays within the box (its top may bulge out by three units)."""
    wobble = [byte / 255 for byte in digest(seed)[:10]]
    across = [min(width * 0.42, height * 0.85, 30 + 34 * share) for share in wobble[:4]]
    along = [min(height * (0.36 + 0.13 * share), 44) for share in wobble[4:8]]
    bulge = min(1.0, width / 150)
    top, bottom = bulge * (1 + 2 * wobble[8]), bulge * (1 + 1.5 * wobble[9])
    right, low = x + width, y + height
    pull = 0.4  # how squarely a corner turns; a circle's is 0.45

    def at(*numbers: float) -> str:
        return " ".join(f"{number:.1f}" for number in numbers)

    return (
        f"M{at(x, y + along[0])}"
        f"C{at(x, y + along[0] * pull, x + across[0] * pull, y, x + across[0], y)}"
        f"Q{at(x + width / 2, y - top, right - across[1], y)}"
        f"C{at(right - across[1] * pull, y, right, y + along[1] * pull, right, y + along[1])}"
        f"L{at(right, low - along[2])}"
        f"C{at(right, low - along[2] * pull, right - across[2] * pull, low, right - across[2], low)}"
        f"Q{at(x + width / 2, low + bottom, x + across[3], low)}"
        f"C{at(x + across[3] * pull, low, x, low - along[3] * pull, x, low - along[3])}Z"
    )
