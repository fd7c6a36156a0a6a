"""Documents that people hand on: one content, written as DOCX and as PDF.

``model`` says what a document is made of; templates, pictures and the two writers stand beside it.
"""
