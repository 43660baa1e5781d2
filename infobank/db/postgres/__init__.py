"""PostgreSQL itself: connections and their errors, roles and grants, migrations."""
