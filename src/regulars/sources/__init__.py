"""Files and tables of the caller, read into the contract's tables with a receipt."""
