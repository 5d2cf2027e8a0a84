"""Whether Word and Excel would open a package: what they call damaged is found here first."""
