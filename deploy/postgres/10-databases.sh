#!/bin/sh
# Makes roles and databases, once, on an empty volume. Passwords come from the secret files, and from nowhere else.
set -eu

secrets=${SECRETS:-/run/secrets}

password_in() { # SECRET ROLE: the password in the address that the secret holds
    password=$(sed -n "s|^postgresql://$2:\([A-Za-z0-9._~-]\{16,\}\)@.*|\1|p" "$secrets/$1")
    [ -n "$password" ] || refuse "$1 holds no address like postgresql://$2:password@postgres:5432/dialogue"
    echo "$password"
}

refuse() {
    echo "The secret $1; make it with deploy/new-secrets.sh." >&2
    exit 1
}

OWNER_PASSWORD=$(password_in database-owner-url dialogue)
APP_PASSWORD=$(password_in database-url dialogue_app)
TEMPORAL_PASSWORD=$(cat "$secrets/temporal-password")
[ "${#TEMPORAL_PASSWORD}" -ge 16 ] || refuse "temporal-password is shorter than 16 letters"
export OWNER_PASSWORD APP_PASSWORD TEMPORAL_PASSWORD

# Nobody here is a superuser: the engine's owner makes tables, the engine has what the migrations grant it.
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\getenv temporal_password TEMPORAL_PASSWORD
create role dialogue login password :'owner_password';
create role dialogue_app login password :'app_password';
create role temporal login password :'temporal_password';
create database dialogue owner dialogue;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke all on database dialogue, temporal, temporal_visibility from public;
grant connect on database dialogue to dialogue_app;
SQL
