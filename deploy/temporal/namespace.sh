#!/bin/sh
# Makes the engine's namespace in Temporal, or brings it up to what the engine needs; safe to repeat.
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE say where; a Temporal elsewhere is prepared with the same lines.
set -eu

RETENTION=3650d # closed workflows stay ten years, for whoever replays them
ATTEMPTS=60

until_done() { # COMMAND...: try once a second, since a new server and a new namespace take a while to be known
    attempt=1
    until said=$("$@" 2>&1); do
        if [ "$attempt" -ge "$ATTEMPTS" ]; then
            echo "Temporal at $TEMPORAL_ADDRESS did not take: $*" >&2
            echo "$said" >&2
            exit 1
        fi
        attempt=$((attempt + 1))
        sleep 1
    done
}

until_done temporal operator cluster health
if ! temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
    until_done temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi
until_done temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
for name in DialogueNoun DialogueBody DialogueCycle; do
    until_done temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword
done
echo "The namespace $TEMPORAL_NAMESPACE is ready."
