"""Pictures that organisations hand in: read in a child process, kept under the digest of what they are."""
