"""Who grades a class: this process, a worker on each core, or the workers of a Dask cluster."""
