"""Credentials sealed as tokens (JOSE): VC-JWT in its three forms, and SD-JWT.

This package's front door only reads, so that the model may use it: :func:`read` decodes without believing. What follows from it
lies one door further: :mod:`~cairn.credentials.jose.proving` checks a token, :mod:`~cairn.credentials.jose.issuing` makes one,
:mod:`~cairn.credentials.jose.holding` is the holder's part.
"""

from cairn.credentials.jose.compact import looks_like_token, plain_token
from cairn.credentials.jose.reading import enveloped, in_envelope, read
from cairn.credentials.jose.sd_jwt_vc import SD_JWT_VC

__all__ = ["SD_JWT_VC", "enveloped", "in_envelope", "looks_like_token", "plain_token", "read"]
