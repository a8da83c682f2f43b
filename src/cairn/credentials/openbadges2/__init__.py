"""Open Badges 2.0, and 1.x before it: read in the words of Open Badges 3.0, verified by their own rules, and written.

What an older badge rests on is not a signature in the document but where things lie: an assertion, its badge and its issuer each
have an address, and the issuer's own site is what vouches (hosted), or a key that the issuer's own profile lists (signed).

    documents   which document is what; its id, its type, how it says it can be verified
    dates       moments as fifteen years of badges have written them
    rules       what must be there
    reading     the same facts in the words of Open Badges 3.0; the records OB_2 and OB_1
    places      addresses: which site, which scope
    fetching    the documents as their owners publish them
    hosted, signed, revoking, verifying    the trust decisions
    writing     an award of ours as Open Badges 2.0

Sources: Open Badges 2.0 (IMS Final Release), Open Badges 1.1, 1.0 and the 0.5 assertion.
"""
