"""Open Badges 2.0, and 1.x before it: read in the words of Open Badges 3.0, verified by their own rules, and written.

What an older badge rests on is not a signature in the document but where things lie: an assertion, its badge and its issuer each
have an address, and the issuer's own site is what vouches (hosted), or a key that the issuer's own profile lists (signed).

    documents, dates    which document is what, and when it says so
    rules, reading      what must be there; the same facts in the words of Open Badges 3.0; the records OB_2 and OB_1
    places, fetching    addresses and the sites that vouch for them; the documents as their owners publish them
    chain               from an award to its badge and its issuer
    comparing           the file in hand beside the issuer's own copy
    signed, pem         signatures, and the keys that count
    revoking            lists of revoked awards
    verifying           the trust decisions, step by step: read this one first
    writing, left_out   an award of ours as Open Badges 2.0, and what that cannot say

Sources: Open Badges 2.0 (IMS Final Release), Open Badges 1.1, 1.0 and the 0.5 assertion.
"""
