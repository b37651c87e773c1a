"""Files that come in: their names made safe, put into the index's own folder, and read by a job."""
