// Names that --cpu and --cpu-features accept, by target: LLVM ignores unknown ones with a warning or aborts on
// CPUs without 64-bit mode, so they are checked here. Spellings are LLVM's (llc -mcpu=help), those of LLVM 19.

import { UsageError } from './errors.js';

interface CpuNames {
  readonly cpus: readonly string[];
  /** Extensions of the instruction set; tuning flags are left out. */
  readonly features: readonly string[];
}

const words = (text: string): string[] => text.trim().split(/\s+/);

const cpuNames: Readonly<Record<string, CpuNames>> = {
  'x86_64-linux': {
    cpus: words(`
alderlake amdfam10 arrowlake arrowlake-s athlon64 athlon64-sse3 atom barcelona bdver1 bdver2 bdver3 bdver4
bonnell broadwell btver1 btver2 cannonlake cascadelake clearwaterforest cooperlake core-avx-i core-avx2 core2
corei7 corei7-avx emeraldrapids generic goldmont goldmont-plus gracemont grandridge graniterapids
graniterapids-d haswell icelake-client icelake-server ivybridge k8 k8-sse3 lunarlake meteorlake nehalem nocona
opteron opteron-sse3 pantherlake penryn raptorlake rocketlake sandybridge sapphirerapids sierraforest
silvermont skylake skylake-avx512 tigerlake tremont westmere x86-64 x86-64-v2 x86-64-v3 x86-64-v4 znver1
znver2 znver3 znver4 znver5`),
    features: words(`
adx aes avx avx2 avx512bf16 avx512bitalg avx512bw avx512cd avx512dq avx512f avx512fp16 avx512ifma avx512vbmi
avx512vbmi2 avx512vl avx512vnni avx512vpopcntdq avxifma avxvnni bmi bmi2 crc32 cx16 f16c fma fma4 fsgsbase
gfni lzcnt movbe pclmul popcnt prfchw rdpid rdrnd rdseed sahf sha sse3 sse4.1 sse4.2 sse4a ssse3 tbm vaes
vpclmulqdq xop`),
  },
  'aarch64-linux': {
    cpus: words(`
a64fx ampere1 ampere1a ampere1b apple-a10 apple-a11 apple-a12 apple-a13 apple-a14 apple-a15 apple-a16
apple-a17 apple-a7 apple-m4 carmel cortex-a34 cortex-a35 cortex-a510 cortex-a520 cortex-a520ae cortex-a53
cortex-a55 cortex-a57 cortex-a65 cortex-a65ae cortex-a710 cortex-a715 cortex-a72 cortex-a720 cortex-a720ae
cortex-a725 cortex-a73 cortex-a75 cortex-a76 cortex-a76ae cortex-a77 cortex-a78 cortex-a78ae cortex-a78c
cortex-r82 cortex-r82ae cortex-x1 cortex-x1c cortex-x2 cortex-x3 cortex-x4 cortex-x925 exynos-m3 exynos-m4
exynos-m5 falkor generic kryo neoverse-512tvb neoverse-e1 neoverse-n1 neoverse-n2 neoverse-n3 neoverse-v1
neoverse-v2 neoverse-v3 neoverse-v3ae oryon-1 saphira thunderx thunderx2t99 thunderx3t110 thunderxt81
thunderxt83 thunderxt88 tsv110`),
    features: words(`
aes bf16 crc dotprod fp16fml fullfp16 i8mm jsconv lse lse2 rcpc rdm sha2 sha3 sm4 sve sve2`),
  },
};

/** Throws `UsageError` on a CPU or feature that the target does not have, and on `native` for another machine. */
export function checkCpu(target: string, isHost: boolean, cpu: string | undefined, features: string | undefined): void {
  const known = cpuNames[target];
  if (known === undefined) return;
  if (cpu === 'native' && !isHost) throw new UsageError(`--cpu=native is this machine's, which is not ${target}`);
  if (cpu !== undefined && cpu !== 'native' && !known.cpus.includes(cpu)) {
    throw new UsageError(`unknown CPU for ${target}: ${cpu}`, '--cpu=help lists them');
  }
  for (const feature of features?.split(',') ?? []) {
    if (!/^[+-]/.test(feature) || !known.features.includes(feature.slice(1))) {
      throw new UsageError(`unknown CPU feature for ${target}: ${feature}`, '--cpu-features=help lists them; each begins with + or -');
    }
  }
}

/** The text of --cpu=help. */
export function cpuList(target: string): string {
  return `${['native', ...(cpuNames[target]?.cpus ?? [])].join('\n')}\n`;
}

/** The text of --cpu-features=help. */
export function cpuFeatureList(target: string): string {
  return `${(cpuNames[target]?.features ?? []).join('\n')}\n`;
}
