"""The demonstration: a made-up company goes through a whole survey, over real HTTP."""
