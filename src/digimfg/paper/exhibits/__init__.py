"""Tables and figures of the paper's own data: its registers, waves, policies, institutes and errata."""
