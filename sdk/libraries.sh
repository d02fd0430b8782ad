#!/bin/bash
# libraries.sh NAME...: builds libraries of libraries.txt, and those that they need, into the sysroot of this Emscripten,
# build/sdk/VERSION/sysroot, unless they are there. `--prefix` prints that folder, `--list` the names. JOBS is the number
# of jobs at a time, else 2.
set -euo pipefail
sdk=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
source "$sdk/emscripten.sh"
find_emscripten
root=${sdk%/*}
prefix=$root/build/sdk/$emcc_version/sysroot host=wasm32-linux-musl jobs=${JOBS:-2}
rows() { sed 's/#.*//' "$sdk/libraries.txt" | awk 'NF'; }

case ${1-} in
  --prefix) echo "$prefix"; exit ;;
  --list|'') rows | awk '{ print $1 }'; exit ;;
esac

# absorb ARCHIVE OTHER: the archive gets the members of the other one, which it needs: a shared library would say so itself.
absorb() {
  printf 'create %s\naddlib %s\naddlib %s\nsave\nend\n' "$1.new" "$1" "$2" | emar -M && mv "$1.new" "$1"
}
export -f absorb

build() { # build NAME
  local name package needs result commands tree work need
  read -r name package needs result commands < <(rows | awk -v name="$1" '$1 == name') ||
    fail 1 W2E-S005 "there is no library $(printf %q "$1")" "$(rows | awk '{ printf "%s ", $1 }')"
  [ ! -e "$prefix/$result" ] || return 0
  if [ "$needs" != - ]; then for need in ${needs//,/ }; do build "$need"; done; fi
  tree=$("$sdk/debian-source.sh" "$package")
  work=$root/build/sdk/$emcc_version/work/$name
  rm -rf "$work"
  mkdir -p "${work%/*}" "$prefix"/{include,lib/pkgconfig}
  cp -a "$tree" "$work"
  echo "libraries.sh: $name (log: $work.log)" >&2
  (
    cd "$work"
    export CC=$sdk/w2e-cc CXX=$sdk/w2e-c++ AR=emar RANLIB=emranlib CONFIG_SITE=$sdk/config.site
    export prefix host jobs
    bash -euc "$commands"
  ) > "$work.log" 2>&1 < /dev/null || { tail -n 20 "$work.log" >&2; fail 1 W2E-S006 "the library $name cannot be built"; }
  [ -e "$prefix/$result" ] || fail 1 W2E-S006 "the library $name did not make $result"
  [ -n "${W2E_KEEP-}" ] || rm -rf "$work"
}

mkdir -p "$root/build/sdk/$emcc_version"
exec 9> "$root/build/sdk/$emcc_version/libraries.lock"
flock 9
for name in "$@"; do build "$name"; done
