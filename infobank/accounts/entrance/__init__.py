"""The ways into an account: passkeys, codes that begin one, and the city's own sign-in."""
