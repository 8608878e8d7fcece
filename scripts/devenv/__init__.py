"""The developer set-up: from a bare checkout to a running and tested Odoo.

Standard library only, so that it runs before anything is installed. Everything it
makes lies in git-ignored folders of the checkout and in the user's cache.
"""
