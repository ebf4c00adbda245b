"""Development environment of the add-on: everything it makes lives in ``.dev/``.

Only the standard library is used, because these modules run before anything is
installed. The exceptions say in their first lines that they run inside the virtual
environment: ``chrome``, ``po_files``, ``pytest_setup`` and ``strict_skips``.
"""
