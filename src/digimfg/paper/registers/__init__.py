"""The registers of the paper, one a file: what each row and column is, and the rules it must hold."""
