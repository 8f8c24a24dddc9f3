# Shared by every script in bin/: where things live, how steps are printed, how a failure is said.
# shellcheck shell=bash
set -euo pipefail
shopt -s inherit_errexit

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DEV=$ROOT/.dev
CACHE=${ML_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/membership-loyalty}
VENV=$DEV/venv
ODOO_LINK=$DEV/odoo            # the Odoo 19.0 tree in use: holds odoo/ and addons/
STARTED=${ML_STARTED:-$(date +%s)}
export ML_STARTED=$STARTED
LOGS=$DEV/log
mkdir -p "$LOGS" "$CACHE"

step() { printf '[%4ss] %s\n' "$(($(date +%s) - STARTED))" "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Databases of two checkouts on one server must not meet: each checkout has a prefix of its own.
DB_PREFIX=ml_$(printf '%s' "$ROOT" | sha1sum | cut -c1-6)

# need_pg "$@": run the calling script again with the project's PostgreSQL server up, unless it already is so.
need_pg() { [ -n "${ML_WITH_PG:-}" ] || exec "$ROOT/bin/with-pg" "$0" "$@"; }

# odoo_env: what a process of Odoo needs, command line and pytest alike.
odoo_env() {
  eval "$("$ROOT/bin/pg" env)"
  # The tree is named by its real path: Odoo skips add-ons that it reaches through a link.
  export PYTHONPATH; PYTHONPATH=$(readlink -f "$ODOO_LINK")
  export PYTHONWARNINGS=${PYTHONWARNINGS:-ignore::DeprecationWarning}
  export ODOO_RC=${ODOO_RC:-$DEV/odoo.conf}
  [ "$ODOO_RC" = "$DEV/odoo.conf" ] || return 0
  cat >"$ODOO_RC.$$" <<CONF
[options]
addons_path = $ROOT
data_dir = ${ML_DATA:-$DEV/data}
without_demo = True
list_db = False
limit_time_cpu = 0
limit_time_real = 0
CONF
  mv "$ODOO_RC.$$" "$ODOO_RC"
}

# A port of the loopback interface that nobody listens on.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# install_addons DATABASE MODULES LOG: the log must not hold a warning about us.
install_addons() {
  log_run "$3" "the add-ons could not be installed" \
    "$ROOT/bin/odoo" -d "$1" -i "$2" --stop-after-init --no-http --log-level=info
  "$VENV/bin/python" "$ROOT/bin/check_log.py" "$3"
}

# apt_install PACKAGE...: install missing Debian packages, or say which ones to install.
apt_install() {
  if ! command -v apt-get >/dev/null; then die "please install: $*"; fi
  if [ "$(id -u)" != 0 ]; then die "please install with: sudo apt-get install $*"; fi
  step "installing Debian packages: $*"
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$LOGS/apt.log" 2>&1; then
    apt-get update >"$LOGS/apt.log" 2>&1 || die "apt-get update failed; see .dev/log/apt.log"
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$LOGS/apt.log" 2>&1 ||
      die "apt could not install $*; see .dev/log/apt.log"
  fi
}

# log_run FILE SENTENCE COMMAND...: run quietly, keep the log, show its end when it fails.
log_run() {
  local log=$1 sentence=$2; shift 2
  if ! "$@" >"$log" 2>&1; then tail -n 30 "$log" >&2; die "$sentence; the whole log is in $log"; fi
}
