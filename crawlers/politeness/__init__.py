"""Every request passes here: robots.txt, delays, addresses, decompression."""
