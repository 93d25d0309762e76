"""Where an instrument gets its variation from, before its tests are believed."""
