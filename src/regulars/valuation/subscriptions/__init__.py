"""The value of contracts: customers who end or renew, and are seen to do so."""
