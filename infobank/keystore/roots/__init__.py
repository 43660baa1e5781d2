"""Where the root key lives, and the one interface to it: `contract.RootKeys`."""
