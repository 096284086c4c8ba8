"""A promotion's result for people: Markdown for a pull request or a job summary, one HTML page, plain text."""
