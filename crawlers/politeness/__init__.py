"""The polite downloader that every request passes: robots.txt, delays, public addresses, decompression."""
