# What the parts share. A part begins with
#
#   source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
#   checks "one thing" "another thing"
#
# and runs each with `check "one thing" command…`. When it ends, it prints what was checked, and
# fails if a check failed or did not run. A function that is checked has to return its result: within
# it, a command that fails does not end the script.
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
  printf '%s\n' "${checks_named[@]}" | grep -qxF -- "$name" || die "a check that is not on the list: $name"
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

# rust_programs: builds the programs of interop/rust into the cache; $rust_bin holds them then.
rust_programs() {
  need cargo cargo
  need cc gcc
  need_version cargo "$(cargo --version | cut -d ' ' -f 2)" 1.85.0
  need_version rustc "$(rustc --version | cut -d ' ' -f 2)" 1.85.0
  CARGO_TARGET_DIR=$cache/rust cargo build --release --quiet --manifest-path "$interop/rust/Cargo.toml" || return 1
  # shellcheck disable=SC2034 # for the parts
  rust_bin=$cache/rust/release
}

# java_tests REPORT CLASSES [maven argument]…: runs tests of clasp-integration-tests, named with
# commas. REPORT then holds a line for each: passed, failed or left-out, class, test, and why.
java_tests() {
  local report=$1 classes=$2
  shift 2
  : >"$report"
  (cd "$root" && mvn --batch-mode --no-transfer-progress test \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -pl clasp-integration-tests -am -Dtest="$classes" -Dsurefire.failIfNoSpecifiedTests=false \
    -Dspotless.check.skip=true -Dclasp.report="$report" "$@")
  local status=$?
  [ -s "$report" ] || { printf 'no test ran\n' >&2; return 1; }
  grep '^left-out' "$report" | cut -f 2- | sed 's/^/left out: /; s/\t/ /g'
  return $status
}

# ran REPORT CLASS [MINIMUM]: whether tests of a class ran, at least so many, and all passed.
ran() {
  local report=$1 class=$2 minimum=${3:-1} passed failed
  passed=$(grep -c "^passed	$class	" "$report")
  failed=$(grep -c "^failed	$class	" "$report")
  printf '%s: %s passed, %s failed\n' "$class" "$passed" "$failed"
  grep "^failed	$class	" "$report" | cut -f 3-
  [ "$passed" -ge "$minimum" ] && [ "$failed" = 0 ]
}
