#!/bin/sh
# Builds build/runtime/ARCH/libw2e.a for each architecture given (default: those of this folder's arch/), and beside it
# libw2e-embed.a, the position-independent variant for objects that foreign programs link: files of embed/ replace
# those of the same name elsewhere, its headers those of include/executable. libw2e-threads.a is libw2e.a for programs that
# start threads: threads/ in place of include/alone. libw2e-checked.a is libw2e.a with
# checked/ in place of include/unchecked: it asserts and declares what tests observe. Where programs can run in the
# kernel, libw2e-launcher.a is libw2e.a for those, with launcher/, and libw2e-ring0.a what they need there.
# Uses clang 19 or newer; the archive is deterministic. CC, LD and AR override the tools. With NAMED=FOLDER (an absolute path) there
# is only libw2e-threads.a, in that folder and with the names of static variables, for a test.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$(dirname "$here")/build/runtime

pick() {
  for tool in "$@"; do
    if command -v "$tool" >/dev/null 2>&1; then echo "$tool"; return; fi
  done
  echo "runtime-c/build.sh: none of these is installed: $*" >&2
  exit 1
}
CC=${CC:-$(pick clang-22 clang-21 clang-20 clang-19 clang)}
LD=${LD:-$(pick ld.lld-22 ld.lld-21 ld.lld-20 ld.lld-19 ld.lld)}
AR=${AR:-$(pick llvm-ar-22 llvm-ar-21 llvm-ar-20 llvm-ar-19 llvm-ar ar)}

flags="-std=c11 -ffreestanding -fno-builtin -fno-stack-protector
  -fstack-clash-protection
  -ffunction-sections -fdata-sections -fasynchronous-unwind-tables -fno-exceptions -fno-strict-aliasing
  -Wall -Wextra -Werror -Wmissing-prototypes -nostdinc"

# archive NAME FLAGS SOURCE...: compiles and archives, with $dir, $work, $arch and $arch_flags of the loop below.
archive() {
  [ -z "${NAMED-}" ] || [ "$1" = libw2e-threads ] || return 0
  archive=$1 variant=$2 objects=
  shift 2
  mkdir -p "$work/$archive"
  for source; do
    name=$(basename "$(dirname "$source")")-$(basename "$source")
    object=$work/$archive/${name%.*}.o
    # core/ is start-up and trap paths, where size counts, but for the block operations and exceptions.
    # Where imports are answered automatic variables are zeroed, so that nothing of earlier calls is in what goes to modules.
    case ${source#"$here"/} in
      core/bytes.c | core/throw.c | core/exception-memory.c) level=-O2 ;;
      core/* | host/* | embed/* | serving/* | libc/files.c) level=-Oz ;;
      *) level='-O2 -ftrivial-auto-var-init=zero' ;;
    esac
    # Relative paths keep the archive independent of where the project is.
    (cd "$here" && $CC $arch_flags $flags $variant $level -Iinclude -Ihost -I"arch/$arch" -c "${source#"$here"/}" -o "$object.tmp")
    # Without the names of static functions: only module functions have plain names in an executable, which is how
    # backtraces tell them from the runtime's. Tests that observe the runtime's variables need those of theirs.
    case ${NAMED-}$archive in libw2e-checked | /*) discard= ;; *) discard=-x ;; esac
    $LD -r $discard "$object.tmp" -o "$object"
    objects="$objects $object"
  done
  $AR rcsD "$work/$archive.a" $objects
  mv "$work/$archive.a" "$dir/$archive.a"
}

# What is compiled for ring 0 as well. Imports that these answer make their system calls there (kernel/calls.h).
ring0="core/bytes.c core/errno.c core/guest-string.c emscripten/bulk-copies.c emscripten/temporary-result.c wasi/transfer.c wasi/now.c
  posix/now.c posix/waiting.c posix/stat.c posix/copying.c posix/socket-transfer.c posix/identifiers.c posix/open.c"

[ $# -gt 0 ] || set -- $(ls "$here/arch")
for arch in "$@"; do
  dir=${NAMED:-$out/$arch}
  mkdir -p "$dir"
  work=$(mktemp -d "$out/$arch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  arch_flags=$(cat "$here/arch/$arch/flags.txt")
  sources=
  for folder in arch/"$arch" core host serving posix emscripten assemblyscript wasi libc 'libc/*'; do
    for source in "$here"/$folder/*.[cS]; do
      sources="$sources $source"
    done
  done
  archive libw2e "-fno-pic -Iinclude/user -Iinclude/executable -Iinclude/unchecked -Iinclude/alone" $sources
  archive libw2e-threads "-fno-pic -ftls-model=local-exec -Iinclude/user -Iinclude/executable -Iinclude/unchecked -Ithreads" $sources "$here"/threads/*.c
  archive libw2e-checked "-fno-pic -Iinclude/user -Iinclude/executable -Ichecked -Iinclude/alone" $sources "$here"/checked/*.c
  embedded=$(ls "$here"/embed/*.c)
  for source in $sources; do
    [ -e "$here/embed/$(basename "$source")" ] || embedded="$embedded $source"
  done
  archive libw2e-embed "-fPIC -Iinclude/user -Iembed -Iinclude/unchecked -Iinclude/alone" $embedded
  if [ -e "$here/arch/$arch/ring0-flags.txt" ]; then
    archive libw2e-launcher "-fno-pic -Ilauncher -Ikernel -Iinclude/user -Iinclude/executable -Iinclude/unchecked -Iinclude/alone" $sources "$here"/launcher/*.[cS]
    archive libw2e-ring0 "-fpie -fdirect-access-external-data -mllvm -trap-unreachable -DW2E_RING0 -fno-asynchronous-unwind-tables -fno-stack-clash-protection $(cat "$here/arch/$arch/ring0-flags.txt") -Iring0 -Ikernel -Iinclude/executable -Iinclude/unchecked -Iinclude/alone" "$here"/ring0/*.c $(for file in $ring0; do echo "$here/$file"; done)
  fi
  rm -rf "$work"
done
