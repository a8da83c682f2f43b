"""Programmes as providers publish them, read as stacking rules: each with its own reader, all with the same report."""

from cairn.stacking.pathways.programmes.freecodecamp import read_freecodecamp
from cairn.stacking.pathways.programmes.microsoft_learn import read_microsoft_learn
from cairn.stacking.pathways.programmes.mit_learn import read_mit_learn
from cairn.stacking.pathways.programmes.reports import Programme, Programmes, Refused

__all__ = ["Programme", "Programmes", "Refused", "read_freecodecamp", "read_microsoft_learn", "read_mit_learn"]
