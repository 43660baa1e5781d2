"""What replacing root keys and looking after the vault ask of the keys' database."""
