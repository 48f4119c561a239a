#!/bin/sh
# Brings the schemas of Temporal's two databases to those of its release; run before every start of the server.
set -eu

SQL_PASSWORD=$(cat /run/secrets/temporal-password)
export SQL_PASSWORD

bring() { # DATABASE SCHEMA
    temporal-sql-tool --db "$1" setup-schema -v 0.0 # does nothing to a schema that is there
    temporal-sql-tool --db "$1" update-schema -d "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

bring temporal temporal
bring temporal_visibility visibility
