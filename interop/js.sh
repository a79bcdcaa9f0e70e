# What the JavaScript parts share, beside lib.sh.
# shellcheck shell=bash
js=$interop/js
js_cache=$cache/js

# js_packages: installs the packages of package.json, in exactly these versions, into the cache.
js_packages() {
  need node nodejs
  need npm npm
  need_version node "$(node --version | tr -d v)" 20.0.0
  mkdir -p "$js_cache" || return 1
  if ! cmp -s "$js/package.json" "$js_cache/installed.json"; then
    cp "$js/package.json" "$js_cache/package.json" || return 1
    npm install --prefix "$js_cache" --no-package-lock --no-audit --no-fund --ignore-scripts \
      --loglevel error || return 1
    cp "$js/package.json" "$js_cache/installed.json"
  fi
  export CLASP_JS_PACKAGES=$js_cache
}

# node_tests FILE…: runs tests of Node; fails if one fails, or if none ran.
node_tests() {
  local log=$cache/node-tests.log
  node --test --test-reporter=tap "$@" >"$log" 2>&1
  local status=$?
  grep -E '^# (tests|pass|fail|skipped) ' "$log" | tr '\n' ' '
  printf '\n'
  if [ $status != 0 ] || grep -q '^# tests 0$' "$log"; then
    cat "$log"
    return 1
  fi
}

# java_against_node CLASS MINIMUM: runs a test of clasp-integration-tests with programs in Node;
# fails if fewer tests than that have run.
java_against_node() {
  local class=$1 minimum=$2
  local report=$root/clasp-integration-tests/target/surefire-reports/TEST-to.clasp.it.node.$class.xml
  rm -f "$report"
  (cd "$root" && mvn --batch-mode --no-transfer-progress test \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -pl clasp-integration-tests -am \
    -Dtest="$class" -Dsurefire.failIfNoSpecifiedTests=false -Dspotless.check.skip=true \
    -Dclasp.interop.js="$js_cache" 2>"$cache/node-stderr.log") || return 1
  [ -f "$report" ] || { printf '%s did not run\n' "$class" >&2; return 1; }
  local tests skipped
  tests=$(sed -n 's/.*<testsuite .*[^a-z]tests="\([0-9]*\)".*/\1/p' "$report")
  skipped=$(sed -n 's/.*<testsuite .*[^a-z]skipped="\([0-9]*\)".*/\1/p' "$report")
  printf '%s: %s tests passed\n' "$class" "$((tests - skipped))"
  [ $((tests - skipped)) -ge "$minimum" ]
}
