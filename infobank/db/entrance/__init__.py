"""Ways into accounts, and the sessions that begin there: tables and statements."""
