"""The result as files: workbook, tables, answers for researchers."""
