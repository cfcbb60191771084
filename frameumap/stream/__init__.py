"""Streams of rows: landmarks chosen in one pass, then a transform of batches, files and engines'
partitions. Imports nothing until it is used."""
