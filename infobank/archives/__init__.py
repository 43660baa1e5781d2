"""Archives as files: encrypted to offline recipients, whole or not there, gone when over."""
