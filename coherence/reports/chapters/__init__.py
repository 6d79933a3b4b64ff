"""The chapters of the report, one file a chapter: ledger in, plain document out."""
