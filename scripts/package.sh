#!/bin/sh
# scripts/package.sh [npm|deb]: packages that need nothing but what the compiler itself uses (Node.js, libLLVM, lld), into build/package:
# wasm2elf-VERSION.tgz for `npm install -g`, wasm2elf_VERSION_ARCH.deb for this machine's architecture. Without a word both. W2E_BUILT=yes packs what is built.
set -eu

root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
out=$root/build/package
say() { printf 'wasm2elf: %s\n' "$*"; }

[ "${W2E_BUILT:-}" = yes ] || {
  npm run --silent build
  runtime-c/build.sh
}
version=$(node -p 'require("./package.json").version')

# What is in both: compiled code without tests, the runtime of each target, sources for the kernel, texts.
stage() { # stage FOLDER
  rm -rf "$1"
  mkdir -p "$1/bin" "$1/runtime-c" "$1/docs"
  for folder in cli codegen frontend ir linker llvm-bindings backend-* runtime-c; do
    (cd dist && find "$folder" -name test -prune -o -name '*.js' -print) | while read -r file; do
      mkdir -p "$1/dist/$(dirname "$file")"
      cp "dist/$file" "$1/dist/$file"
    done
  done
  for archive in build/runtime/*/*.a; do
    mkdir -p "$1/$(dirname "$archive")"
    cp "$archive" "$1/$archive"
  done
  cp -R runtime-c/kernel "$1/runtime-c/kernel"
  cp README.md LICENSE CHANGELOG.md SECURITY.md "$1/"
  cp docs/*.md docs/wasm2elf.1 "$1/docs/"
  cp scripts/packaged-command.js "$1/bin/wasm2elf.js"
  chmod 755 "$1/bin/wasm2elf.js"
  node -e '
    const { name, version, description, license, type, engines, dependencies } = require("./package.json");
    const packed = { name, version, description, license, type, engines, os: ["linux"], bin: { wasm2elf: "bin/wasm2elf.js" }, dependencies };
    process.stdout.write(`${JSON.stringify(packed, null, 2)}\n`);
  ' >"$1/package.json"
}

make_npm() {
  stage "$out/npm"
  (cd "$out/npm" && npm pack --silent --pack-destination "$out" >/dev/null)
  say "build/package/wasm2elf-$version.tgz"
}

make_deb() {
  command -v dpkg-deb >/dev/null 2>&1 || { say 'dpkg-deb is not there: no .deb' >&2; exit 2; }
  arch=$(dpkg --print-architecture)
  tree=$out/deb
  rm -rf "$tree"
  library=$tree/usr/lib/wasm2elf
  mkdir -p "$tree/DEBIAN" "$tree/usr/bin" "$tree/usr/lib" "$tree/usr/share/man/man1" "$tree/usr/share/bash-completion/completions" \
    "$tree/usr/share/zsh/vendor-completions" "$tree/usr/share/fish/vendor_completions.d" "$tree/usr/share/doc/wasm2elf"
  stage "$library"
  cp package-lock.json "$library/package-lock.json"
  (cd "$library" && npm install --silent --omit=dev --no-audit --no-fund --ignore-scripts >/dev/null && rm -f package-lock.json)
  ln -s ../lib/wasm2elf/bin/wasm2elf.js "$tree/usr/bin/wasm2elf"
  gzip -9nc docs/wasm2elf.1 >"$tree/usr/share/man/man1/wasm2elf.1.gz"
  node dist/cli/wasm2elf.js completion bash >"$tree/usr/share/bash-completion/completions/wasm2elf"
  node dist/cli/wasm2elf.js completion zsh >"$tree/usr/share/zsh/vendor-completions/_wasm2elf"
  node dist/cli/wasm2elf.js completion fish >"$tree/usr/share/fish/vendor_completions.d/wasm2elf.fish"
  cp LICENSE "$tree/usr/share/doc/wasm2elf/copyright"
  cat >"$tree/DEBIAN/control" <<END
Package: wasm2elf
Version: $version
Architecture: $arch
Maintainer: wasm2elf <wasm2elf@localhost>
Section: devel
Priority: optional
Installed-Size: $(du -sk "$tree/usr" | cut -f 1)
Depends: libllvm19 | libllvm20 | libllvm21 | libllvm22, lld-19 | lld-20 | lld-21 | lld-22
Recommends: nodejs (>= 20.19)
Description: $(node -p 'require("./package.json").description')
 Programs that Emscripten or a WASI compiler has built run as ordinary
 processes, without an engine.
END
  dpkg-deb --root-owner-group -Zxz --build "$tree" "$out/wasm2elf_${version}_$arch.deb" >/dev/null
  say "build/package/wasm2elf_${version}_$arch.deb"
}

case ${1:-all} in
  npm) make_npm ;;
  deb) make_deb ;;
  all) make_npm; make_deb ;;
  *) say "package.sh: npm or deb, not $1" >&2; exit 2 ;;
esac
