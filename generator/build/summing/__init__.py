"""What a unit makes of the finished sets of others."""
