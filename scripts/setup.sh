#!/bin/sh
# Installs and builds what is missing: `setup.sh product` for the compiler, `setup.sh test` for the tests too.
# Says in one line each what it does, and nothing when there is nothing to do. Safe to run several times at once.
set -eu

mode=${1:-product}
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
mkdir -p build

# One at a time; the others wait and then find everything done.
if [ "${W2E_SETUP_LOCKED:-}" != 1 ] && command -v flock >/dev/null 2>&1; then
  W2E_SETUP_LOCKED=1 exec flock build/setup.lock "$root/scripts/setup.sh" "$@"
fi

say() { printf 'wasm2elf: %s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }
fail() {
  say "$*" >&2
  exit 2
}

# --- What is there -------------------------------------------------------------------------------------------

has_libllvm() {
  [ -n "${W2E_LLVM:-}" ] && return 0
  for file in /usr/lib/*/libLLVM.so.19.* /usr/lib/*/libLLVM.so.2[0-9].* /usr/lib/*/libLLVM-19.so* /usr/lib/*/libLLVM-2[0-9].so* \
    /usr/lib/libLLVM.so.19.* /usr/lib/libLLVM.so.2[0-9].* /usr/lib64/libLLVM.so.19.* /usr/lib64/libLLVM.so.2[0-9].*; do
    [ -e "$file" ] && return 0
  done
  return 1
}

has_versioned() { # has_versioned NAME: NAME-19 or newer, or NAME of such a version
  for version in 22 21 20 19; do
    have "$1-$version" && return 0
  done
  have "$1" || return 1
  major=$("$1" --version 2>/dev/null | sed -n 's/.*\(LLD\|version\) \([0-9][0-9]*\)\..*/\2/p' | head -n 1)
  [ "${major:-0}" -ge 19 ]
}

# Debian packages that the mode needs and that are missing.
missing_packages() {
  has_libllvm || echo libllvm19
  has_versioned ld.lld || echo lld-19
  has_versioned clang || echo clang-19
  { have llvm-ar-19 || have llvm-ar-22 || have llvm-ar || have ar; } || echo llvm-19
  [ "$mode" = test ] || return 0
  # package:command, for what only tests and fixtures use
  for pair in emscripten:emcc wabt:wat2wasm binaryen:wasm-opt nginx-light:nginx dash:dash sqlite3:sqlite3 gzip:gzip \
    apache2-utils:ab wrk:wrk curl:curl qemu-user-static:qemu-aarch64-static binutils-aarch64-linux-gnu:aarch64-linux-gnu-addr2line gdb:gdb binutils:addr2line python3:python3 make:make gcc:gcc qemu-system-x86:qemu-system-x86_64 cpio:cpio iproute2:ip procps:ps util-linux:setpriv; do
    command=${pair#*:}
    have "$command" || [ -x "/usr/sbin/$command" ] || echo "${pair%%:*}"
  done
  # package:file, for what has no command
  for pair in wasi-libc:/usr/lib/wasm32-wasi/libc.a libclang-rt-19-dev-wasm32:/usr/lib/llvm-19/lib/clang/19/lib/wasi; do
    [ -e "${pair#*:}" ] || echo "${pair%%:*}"
  done
}

# --- Debian packages -----------------------------------------------------------------------------------------

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

can_be_root() {
  [ "$(id -u)" = 0 ] && return 0
  have sudo || return 1
  sudo -n true 2>/dev/null || [ -t 0 ]
}

# Mirrors fail now and then: three attempts.
apt_get() {
  for attempt in 1 2 3; do
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -qq "$@" >build/apt.log 2>&1 && return 0
    [ "$attempt" = 3 ] || sleep 5
  done
  tail -n 20 build/apt.log >&2
  return 1
}

install_packages() {
  packages=$(missing_packages)
  [ -n "$packages" ] || return 0
  packages=$(printf '%s ' $packages)
  have apt-get || fail "these Debian packages (or what they hold) are needed: $packages"
  can_be_root || fail "these Debian packages are needed, and installing them needs root: apt-get install $packages"
  say "installing Debian packages: $packages"
  apt_get update || say "the package lists could not be updated; trying with the old ones"
  # shellcheck disable=SC2086 # a list
  apt_get install -y --no-install-recommends $packages || fail "installation failed; to be installed by hand: apt-get install $packages"
}

# --- Node packages, TypeScript, runtime ----------------------------------------------------------------------

check_node() {
  have node || fail 'Node.js 20.19 or newer is needed (package nodejs of nodesource.com, or of Debian 13)'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js 20.19 or newer is needed; this is $(node --version)"
  have npm || fail 'npm is needed (package npm)'
}

install_modules() {
  if [ -e node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ]; then return 0; fi
  say 'installing Node packages (npm ci)'
  for attempt in 1 2 3; do
    npm ci --no-audit --no-fund --loglevel=error >build/npm.log 2>&1 && touch node_modules/.package-lock.json && return 0
    [ "$attempt" = 3 ] || sleep 5
  done
  head -n 20 build/npm.log >&2
  fail 'npm ci failed'
}

# newer_sources STAMP FOLDER...: whether a source file is newer than the stamp.
newer_sources() {
  stamp=$1
  shift
  [ ! -e "$stamp" ] || [ -n "$(find "$@" -name node_modules -prune -o -type f -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

build_typescript() {
  newer_sources build/typescript.stamp package-lock.json tsconfig.json frontend ir codegen llvm-bindings backend-* \
    runtime-c/tables linker cli sdk fixtures bench || [ ! -e dist/cli/wasm2elf.js ] || return 0
  say 'building the compiler (tsc)'
  touch build/typescript.new
  if ! node_modules/.bin/tsc -p . >build/tsc.log 2>&1; then
    cat build/tsc.log >&2
    fail 'the compiler does not build'
  fi
  mv build/typescript.new build/typescript.stamp
}

build_runtime() {
  [ -e runtime-c/build.sh ] || return 0
  newer_sources build/runtime.stamp runtime-c || return 0
  say 'building the runtime (runtime-c/build.sh)'
  touch build/runtime.new
  if ! runtime-c/build.sh >build/runtime.log 2>&1; then
    cat build/runtime.log >&2
    fail 'the runtime does not build'
  fi
  mv build/runtime.new build/runtime.stamp
}

case $mode in
  product | test) ;;
  *) fail "usage: setup.sh product|test" ;;
esac
check_node
install_packages
install_modules
build_typescript
build_runtime
touch build/setup.stamp
