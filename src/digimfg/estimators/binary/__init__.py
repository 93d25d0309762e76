"""Binary outcomes: logit and probit by maximum likelihood."""
