"""What is asked apart from the pages: enrolment, signing in, papers, drafts, and what went wrong."""
