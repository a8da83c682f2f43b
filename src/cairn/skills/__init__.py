"""Skill frameworks, skills, occupations, what occupations need and pay; importers for O*NET, ESCO and OEWS."""
