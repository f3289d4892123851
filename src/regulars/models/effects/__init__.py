"""What makes some customers or some days different: covariates fixed in time, and a calendar clock."""
