# Sourced by the scripts of the sdk: which Emscripten there is, without starting it, and how failures are told.
# shellcheck shell=bash
supported_versions=(3.1.6 3.1.69)

fail() { # fail STATUS CODE MESSAGE [HELP]
  echo "w2e-cc: error[$2]: $3" >&2
  [ -z "${4-}" ] || echo "  = help: $4" >&2
  exit "$1"
}

matches() { # matches WORD PATTERN...: whether the word matches one of the patterns
  local word=$1 pattern; shift
  for pattern in "$@"; do
    # shellcheck disable=SC2254
    case $word in $pattern) return 0 ;; esac
  done
  return 1
}

# Sets emscripten, its folder, and emcc_version, without starting Emscripten.
find_emscripten() {
  local command
  command=$(type -P emcc) || fail 2 W2E-S001 'emcc is not installed' \
    "install the Debian packages emscripten (${supported_versions[*]}), node-acorn and nodejs"
  command=$(readlink -f "$command") emscripten=${command%/*} emcc_version=
  [ -e "$emscripten/emscripten-version.txt" ] || emscripten=/usr/share/emscripten
  read -r emcc_version 2>/dev/null < "$emscripten/emscripten-version.txt"
  emcc_version=${emcc_version//\"/}
  matches "$emcc_version" "${supported_versions[@]}" || fail 2 W2E-S002 \
    "Emscripten $(printf %q "${emcc_version:-of unknown version}") is not supported" "supported are ${supported_versions[*]}, of Debian 12 and 13"
}

# Emscripten runs a Node of its own choice, which may be older than ours and refuse our options.
unset NODE_OPTIONS
# Debian's emcc is a script of Debian's Python; another one in front of it may be a slow shim, or lack something.
[ ! -x /usr/bin/python3 ] || export EMSDK_PYTHON=${EMSDK_PYTHON:-/usr/bin/python3}
export NODE_PATH=${NODE_PATH:-/usr/share/nodejs}
