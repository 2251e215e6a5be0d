"""What several kinds of tests need: packages to deploy, rows to look at, journals to verify."""
