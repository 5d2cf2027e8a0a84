"""What writers wrote: content files become frozen data with positions."""
