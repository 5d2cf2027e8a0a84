"""What sentences and tables claim about their numbers, and whether it holds.

One engine for texts of gen and of anybody else: ``engine.examine`` takes texts and tables and
answers with claims. A claim holds if any plausible reading explains it; it is wrong only where a
reading that the syntax favours exists and none fits; otherwise it is unchecked, and says so.
"""
