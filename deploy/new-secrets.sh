#!/bin/sh
# Makes the secrets of a deployment, in the folder `secrets` beside this file. What is there already stays as it is.
set -eu
cd "$(dirname "$0")"

# Only root, or whoever runs this, may enter the folder. The files in it are open to every user, since each is shown
# to the one container that needs it, whose user this machine does not know.
mkdir -p secrets
chmod 0700 secrets
umask 0333

make() { # NAME COMMAND...: keep what the command says as the secret NAME
    name=$1
    shift
    if [ -s "secrets/$name" ]; then
        echo "kept  secrets/$name"
        return
    fi
    rm -f "secrets/$name.new"
    "$@" >"secrets/$name.new"
    mv -f "secrets/$name.new" "secrets/$name"
    echo "made  secrets/$name"
}

address_of() { # ROLE: the address of the database for a role, with a password in letters that need no quoting
    echo "postgresql://$1:$(openssl rand -hex 32)@postgres:5432/dialogue"
}

make postgres-password openssl rand -hex 32
make database-owner-url address_of dialogue
make database-url address_of dialogue_app
make temporal-password openssl rand -hex 32
make master-key openssl rand -base64 32
make signing-key openssl genpkey -algorithm ed25519
make cursor-key openssl rand -base64 32
make payload-keys openssl rand -base64 32
