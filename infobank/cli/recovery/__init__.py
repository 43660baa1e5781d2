"""The commands that make backups and bring a bank back from one."""
