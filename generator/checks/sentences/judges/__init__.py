"""What sentences say of numbers, judged: one module a kind of statement."""
