#!/usr/bin/env bash
# The one list of steps that puts the site on a fresh Debian: README.md explains them, Containerfile runs the
# first ones, tests/deploy reads them. Each may be run again.
#
#   deploy/etapes.sh                    every step, in order
#   deploy/etapes.sh paquets code       these only
#
# DOMAINE is the name of the site, COURRIEL its SMTP_URL. RACINE=/a/folder writes the files of /etc there and starts
# nothing: to read them first.
set -euo pipefail
ICI=$(cd "$(dirname "$0")/.." && pwd)
RACINE=${RACINE:-}
SITE=${SITE:-/srv/communaute}
DONNEES=${DONNEES:-/var/lib/communaute}
REGLAGES=$RACINE/etc/communaute/env
ETAPES=(paquets utilisateur code reglages base contenu services nginx sauvegardes controle)

comme_le_site() { # a command of the site, by its user, with its settings
  runuser -u communaute -- env --chdir="$SITE" bash -c 'set -a; . /etc/communaute/env; set +a; exec "$@"' -- "$@"
}
flask() { comme_le_site "$SITE/.venv/bin/flask" --app communaute "$@"; }
systemd() { [ -d /run/systemd/system ]; } # a container often has none: Debian's own scripts start what is Debian's
demarrer() {
  if systemd; then systemctl enable --now "$@"; else for nom in "$@"; do service "$nom" start; done; fi
}

etape_paquets() { # Debian's packages; npm only where none is installed, for another Node's conflicts with Debian's
  local npm=npm
  if command -v npm >/dev/null; then npm=; fi
  apt-get update -q
  # shellcheck disable=SC2086
  apt-get install -y --no-install-recommends python3 python3-venv $npm make rsync openssl curl \
    libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core postgresql postgresql-client redis-server nginx
}

etape_utilisateur() { # a user without password, its folders
  getent passwd communaute >/dev/null || useradd --system --home-dir "$DONNEES" --shell /usr/sbin/nologin communaute
  install -d -m 755 "$SITE"
  install -d -m 700 -o communaute -g communaute "$DONNEES" "$DONNEES/sauvegardes"
}

etape_code() { # the site, its libraries by their hashes, its styles and scripts
  rsync -a --delete --exclude .git --exclude .venv --exclude node_modules --exclude instance \
    --exclude site/static/vendor --exclude search_index/built "$ICI/" "$SITE/"
  cd "$SITE"
  # Debian's, which every user may run; an administrator may have another first in the PATH.
  test -x .venv/bin/python || /usr/bin/python3 -m venv .venv
  .venv/bin/pip install --quiet --require-hashes -r requirements.txt
  .venv/bin/pip install --quiet hatchling
  .venv/bin/pip install --quiet --no-deps --no-build-isolation -e .
  npm ci --silent --omit=dev
  .venv/bin/python -m communaute.web.vendoring node_modules site/static
  .venv/bin/python -m whitenoise.compress --quiet site/static
}

etape_reglages() { # the settings: written once, then yours
  if [ ! -e "$REGLAGES" ]; then
    install -d -m 750 "$(dirname "$REGLAGES")"
    sed -e "s|@DOMAINE@|${DOMAINE:?say DOMAINE=the.name.of.the.site}|" -e "s|@CLE@|$(openssl rand -hex 32)|" \
      -e "s|@COURRIEL@|${COURRIEL:?say COURRIEL=smtp://… or none}|" -e "s|@DONNEES@|$DONNEES|" \
      "$ICI/deploy/env.exemple" >"$REGLAGES"
    chmod 640 "$REGLAGES"
  fi
  [ -n "$RACINE" ] || chgrp -R communaute /etc/communaute
}

etape_base() { # PostgreSQL knows the user by its name: no password; it makes databases to try its backups in
  demarrer postgresql redis-server
  runuser -u postgres -- psql -tAc "SELECT 1 FROM pg_roles WHERE rolname='communaute'" | grep -q 1 ||
    runuser -u postgres -- createuser --createdb communaute
  runuser -u postgres -- psql -tAc "SELECT 1 FROM pg_database WHERE datname='communaute'" | grep -q 1 ||
    runuser -u postgres -- createdb --owner communaute --encoding UTF8 --template template0 communaute
}

etape_contenu() { # the tables, the tariffs, the index, the booklets, the trusted lists
  flask db upgrade
  flask tariffs load
  flask search build --if-older
  flask content booklets
  flask signatures refresh-lists || echo "Listes de confiance non chargées : elles seront demandées chaque nuit."
}

etape_services() { # the three processes
  install -d "$RACINE/etc/systemd/system"
  for unit in "$ICI"/deploy/systemd/communaute-*; do
    sed -e "s|@SITE@|$SITE|g" -e "s|@DONNEES@|$DONNEES|g" "$unit" >"$RACINE/etc/systemd/system/$(basename "$unit")"
  done
  if [ -n "$RACINE" ]; then
    return
  elif systemd; then
    systemctl daemon-reload
    systemctl enable --now communaute-web communaute-worker communaute-verifier
  else
    echo "Pas de systemd ici : lancez ces trois commandes vous-même, et relancez celle qui s’arrête (puis deploy/etapes.sh nginx controle)."
    install -d -m 755 -o communaute -g communaute /run/communaute
    for unit in verifier worker web; do
      echo "  runuser -u communaute -- bash -c 'set -a; . /etc/communaute/env; cd $SITE; exec $(sed -n 's/^ExecStart=//p' "/etc/systemd/system/communaute-$unit.service")' &"
    done
  fi
}

etape_nginx() { # the reverse proxy, with a certificate of its own until yours is there
  local tls="$RACINE/etc/communaute/tls"
  install -d -m 750 "$tls"
  [ -e "$tls/cert.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=${DOMAINE:?}" \
    -keyout "$tls/cle.pem" -out "$tls/cert.pem" 2>/dev/null
  install -d "$RACINE/etc/nginx/sites-available" "$RACINE/etc/nginx/sites-enabled"
  sed -e "s|@DOMAINE@|${DOMAINE:?}|g" -e "s|@SITE@|$SITE|g" "$ICI/deploy/nginx.conf" \
    >"$RACINE/etc/nginx/sites-available/communaute"
  install -d "$RACINE/var/cache/nginx" # nginx makes the last folder of its cache alone
  ln -sf ../sites-available/communaute "$RACINE/etc/nginx/sites-enabled/communaute"
  [ -n "$RACINE" ] || { rm -f /etc/nginx/sites-enabled/default; nginx -t; if systemd; then systemctl reload-or-restart nginx; else service nginx restart; fi; }
}

etape_sauvegardes() { # one a night, opened before it is called good
  if [ -n "$RACINE" ]; then
    return
  elif systemd; then
    systemctl enable --now communaute-backup.timer
    systemctl start communaute-backup
  else
    flask data backup
    echo "Pas de systemd ici : faites lancer deploy/etapes.sh sauvegardes chaque nuit (cron)."
  fi
}

etape_controle() { # the site says itself what is missing
  for _ in $(seq 30); do
    curl -fsS --unix-socket /run/communaute/web.sock http://localhost/sante/pret && return
    sleep 1
  done
  curl -sS --unix-socket /run/communaute/web.sock http://localhost/sante/pret
  exit 1
}

for etape in "${@:-${ETAPES[@]}}"; do
  declare -F "etape_$etape" >/dev/null || { echo "Étape inconnue : $etape. Les étapes : ${ETAPES[*]}"; exit 2; }
  echo "== $etape"
  "etape_$etape"
done
