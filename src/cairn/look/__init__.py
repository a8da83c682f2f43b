"""The house's look: base templates, stylesheet, small scripts, and drawings that turn plain values into SVG."""
