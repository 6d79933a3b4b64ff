"""From a finding to what is done about it, and telling the employees."""
