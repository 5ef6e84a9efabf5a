#!/usr/bin/env bash
# A private, throwaway PostgreSQL (>= 15) with pgvector (>= 0.8) for tests and benchmarks.
#
#   scripts/postgres.sh start [DIR]   print the connection URL, and nothing else, on stdout
#   scripts/postgres.sh stop DIR      stop the server and remove DIR
#
# What is missing is installed first, which needs root and apt. Starting a DIR
# that already runs prints its URL again; stopping one that is gone succeeds. A new one takes
# its shared_buffers from SHARED_BUFFERS (256MB).
set -euo pipefail

readonly MIN_POSTGRES=15 MIN_PGVECTOR=0.8
# The first Debian release whose pgvector is recent enough; older ones build its source.
readonly PGVECTOR_SUITE=trixie
# Left in a DIR by start, so that stop never removes a folder this script did not fill.
readonly MARKER=.throwaway-postgres

say() { echo "postgres.sh: $*" >&2; }
die() { say "$*"; exit 1; }
is_root() { [ "$(id -u)" -eq 0 ]; }
at_least() { printf '%s\n%s\n' "$2" "$1" | sort -CV; }

# initdb and postgres refuse to run as root.
as_server() { if is_root; then runuser -u postgres -- "$@"; else "$@"; fi; }

# The versioned folder is tried before PATH, where pg_ctl and initdb may be wrappers
# and pg_config may belong to another version.
find_bin() {
  local initdb
  initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  if [ -x "$initdb" ]; then
    dirname "$initdb"
  elif command -v pg_config >/dev/null && [ -x "$(pg_config --bindir)/initdb" ]; then
    pg_config --bindir
  fi
}

pgvector_ready() {
  local control version
  control=$("$bin/pg_config" --sharedir)/extension/vector.control
  [ -f "$control" ] || return 1
  version=$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" "$control")
  at_least "$version" "$MIN_PGVECTOR"
}

apt_update() {
  { is_root && command -v apt-get >/dev/null; } ||
    die "$1 is missing; install it, or run this as root on Debian"
  say "installing $1"
  apt-get update -qq
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

install_pgvector() {
  local candidate
  candidate=$(apt-cache policy "postgresql-$major-pgvector" | sed -n 's/^ *Candidate: //p')
  if [ -n "$candidate" ] && [ "$candidate" != "(none)" ] && at_least "$candidate" "$MIN_PGVECTOR"; then
    apt_install "postgresql-$major-pgvector"
  else
    build_pgvector
  fi
}

build_pgvector() (
  # debian-archive-keyring: an early Debian 12 does not yet know the next release's keys.
  apt_install build-essential dpkg-dev debian-archive-keyring "postgresql-server-dev-$major"

  # Asking apt, and not reading its files, copes with both formats of source lists.
  # shellcheck disable=SC2016 # apt expands the format, not the shell
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' | sed -n 1p)
  [ -n "$mirror" ] || die "apt has no Debian mirror to take the source of pgvector from"

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  mkdir -p lists/partial cache/archives/partial
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $PGVECTOR_SUITE main" >sources.list
  # Lists and cache of their own, so that the machine's apt never sees the other release.
  # apt's own user cannot enter this folder, hence Sandbox::User.
  apt=(apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  # apt checks the archive's signature. Unpacking apart from it skips the package's
  # build dependencies, which this build does not use.
  "${apt[@]}" source --download-only pgvector
  dpkg-source --no-check -x pgvector_*.dsc source
  # OPTFLAGS: no -march=native, as the result may be cached for another processor.
  for target in all install; do
    make -s -C source -j2 OPTFLAGS="" PG_CONFIG="$bin/pg_config" "$target"
  done
)

ensure_installed() {
  bin=$(find_bin)
  if [ -z "$bin" ]; then
    apt_update "PostgreSQL >= $MIN_POSTGRES"
    # Debian may create and start its "main" cluster. It does no harm here: the private
    # one has its own port, socket and data.
    apt_install postgresql
    bin=$(find_bin)
  fi
  major=$("$bin/pg_config" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
  at_least "$major" "$MIN_POSTGRES" || die "$bin is PostgreSQL $major, older than $MIN_POSTGRES"

  pgvector_ready && return
  apt_update "pgvector >= $MIN_PGVECTOR for PostgreSQL $major"
  install_pgvector
  pgvector_ready || die "pgvector >= $MIN_PGVECTOR is still missing after its installation"
}

# Below the range the kernel gives to outgoing connections, so a port found free stays free.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

create_cluster() {
  as_server "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  # Losing this data in a crash is fine; waiting for the disk in every test is not.
  cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 200
shared_buffers = ${SHARED_BUFFERS:-256MB}
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
}

start() {
  ensure_installed
  if [ -n "$(ls -A "$dir" 2>/dev/null)" ] && [ ! -f "$dir/$MARKER" ]; then
    die "$dir is not empty and was not made by this script"
  fi
  mkdir -p "$dir"
  touch "$dir/$MARKER"
  if is_root; then
    chown postgres: "$dir"
    as_server test -x "$dir/." || die "the user postgres cannot enter $dir: a folder above it is closed"
  fi
  as_server "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1 && return
  [ -f "$dir/data/PG_VERSION" ] || create_cluster
  if ! as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -o "-p $(free_port)" -w start; then
    tail -n 20 "$dir/log"
    die "the server did not start"
  fi
}

stop() {
  [ -e "$dir" ] || return 0
  [ -f "$dir/$MARKER" ] || die "$dir was not made by this script"
  bin=$(find_bin)
  if [ -n "$bin" ] && as_server "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
    as_server "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop
  fi
  rm -rf -- "$dir"
}

case "${1-} $#" in
  "start 1") dir=$(mktemp -d) && say "folder $dir" ;;
  "start 2" | "stop 2") dir=$(realpath -m -- "$2") ;;
  *) die "usage: postgres.sh start [DIR] | stop DIR" ;;
esac
# The server's user may not be allowed into the caller's folder, and complains about it.
cd /

"$1" >&2
# The fourth line of this file is the port the server really listens on.
[ "$1" = stop ] || echo "postgres://postgres@127.0.0.1:$(sed -n 4p "$dir/data/postmaster.pid")/postgres"
