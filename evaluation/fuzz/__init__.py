"""Does hostile input break the emulator? The command is `python -m evaluation.fuzz`."""
