"""The whole file of a mediation as one PDF: papers and scans bound in their order under continuous page numbers."""
