"""What a holder has: awards and imported credentials, files to take away, and share links."""
