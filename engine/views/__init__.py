"""What may be seen: each view is a question that reads the database and changes nothing."""
