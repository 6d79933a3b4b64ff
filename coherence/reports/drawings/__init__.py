"""Pictures as SVG, one drawing for page, print and PDF."""
