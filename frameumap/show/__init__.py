"""To look at a fitted model: a picture for print, one offline page, a report, cells of a
notebook."""
