"""The world outside: key custody, guarded HTTP, mail, the clock. Everything here can fail for reasons that are not ours."""
