"""The signed document: parse, canonicalise, sign, verify, bake. Stands alone: no database, no web framework, no network client."""
