#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
// The command of a package: what stands behind ./wasm2elf in a checkout.
import '../dist/cli/wasm2elf.js';
