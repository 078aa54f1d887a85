"""The pages on which the district's people sign in, see their stations and answer dispatch orders."""

from sync.server.web.site import add_pages as add_pages
