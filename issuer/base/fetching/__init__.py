"""The parts of asking another host for a document: where it may be, how it is asked, what is kept, who is let be."""
