"""Status of what was issued: places in status lists, changing them, publishing the lists."""
