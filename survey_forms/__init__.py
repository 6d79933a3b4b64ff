"""The questionnaire as data, its pages and its forms."""
