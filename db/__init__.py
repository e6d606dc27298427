"""The database: column types, sessions, migrations, and the files a new database is filled with."""
