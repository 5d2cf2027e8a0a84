"""What a build was made from and what it printed: plain data, compared and explained."""
