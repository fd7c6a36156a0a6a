"""What is handed on beside the report: letters to operators, dossiers, wall maps, a calendar.

Each is a ``Document`` or a drawing; writing those is left to ``document`` and ``drawing``.
"""
