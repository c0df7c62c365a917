"""What was handed in: archives that are unpacked with care, notebooks that are read and mended."""
