#!/bin/sh
# Install Debian packages when root, else name the command to type. Usage: install-debian.sh PACKAGE…
set -eu
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Il manque : $*. À installer par : sudo apt-get install -y --no-install-recommends $*" >&2
  exit 1
fi
# Debian's postgresql starts a server of its own unless told not to: the tests start theirs.
if [ -d /etc ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
fi
export DEBIAN_FRONTEND=noninteractive
apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 ||
  { apt-get update -qq >/dev/null && apt-get install -qq -y --no-install-recommends "$@" >/dev/null; }
