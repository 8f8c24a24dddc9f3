"""Pure arithmetic: no records, no database, no clock."""
