# What the parts share. A part begins with
#
#   source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
#   checks "one thing" "another thing"
#
# and runs each with `check "one thing" command…`. When it ends, it prints what was checked, and
# fails if a check failed or did not run.
# shellcheck shell=bash
set -euo pipefail

interop=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # for the parts
root=$(dirname "$interop")
cache=${CLASP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/clasp-interop}
mkdir -p "$cache"

die() {
  printf 'interop: %s\n' "$*" >&2
  exit 1
}

# need TOOL PACKAGE: installs a Debian package if a program is not there.
need() {
  local tool=$1 package=$2
  command -v "$tool" >/dev/null && return
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    die "$tool is missing; install it (on Debian: apt-get install $package)"
  fi
  printf 'interop: installing %s\n' "$package"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >"$cache/apt.log" 2>&1 ||
    { cat "$cache/apt.log" >&2; die "$package cannot be installed"; }
  command -v "$tool" >/dev/null || die "$package has no $tool"
}

# need_version TOOL FOUND WANTED: fails if a version is older than what is needed.
need_version() {
  local tool=$1 found=$2 wanted=$3
  [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
    die "$tool is version $found, but $wanted or newer is needed; Debian's may be too old, then install it from its makers"
}

declare -a checks_named=()
declare -A check_results=()

# checks NAME…: what this part is about to check.
checks() {
  checks_named+=("$@")
  trap report_checks EXIT
}

# check NAME COMMAND…: runs one check. Goes on after a failure, so that the rest is known too.
check() {
  local name=$1
  shift
  [[ " ${checks_named[*]/#/|} " == *"|$name"* ]] || die "a check that is not on the list: $name"
  printf -- '--- %s\n' "$name"
  if "$@"; then
    check_results[$name]=passed
  else
    check_results[$name]=FAILED
  fi
}

report_checks() {
  local status=$? name result
  trap - EXIT
  printf '\n'
  for name in "${checks_named[@]}"; do
    result=${check_results[$name]:-DID NOT RUN}
    printf '%-12s %s\n' "$result" "$name"
    [ "$result" = passed ] || status=1
  done
  exit "$status"
}
