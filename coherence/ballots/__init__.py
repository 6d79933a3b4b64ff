"""The sealed ballot box: tokens, keys, sealing, receiving, and the ceremony that empties it."""
