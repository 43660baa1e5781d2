"""How people come in: passkeys, codes, the city's sign-in, and the sessions that begin."""
