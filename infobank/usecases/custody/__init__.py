"""Looking after the vault: is all that is stored what was deposited, and who looks around?"""
