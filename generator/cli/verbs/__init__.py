"""The verbs: each reads its options, calls one function of a room, prints what it answers."""
