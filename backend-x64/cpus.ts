// CPUs and extensions of the instruction set that --cpu and --cpu-features accept for x86-64. Spellings are LLVM's
// (llc -mcpu=help), those of LLVM 19; tuning flags and CPUs without 64-bit mode are left out.

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const cpus = words(`
alderlake amdfam10 arrowlake arrowlake-s athlon64 athlon64-sse3 atom barcelona bdver1 bdver2 bdver3 bdver4
bonnell broadwell btver1 btver2 cannonlake cascadelake clearwaterforest cooperlake core-avx-i core-avx2 core2
corei7 corei7-avx emeraldrapids generic goldmont goldmont-plus gracemont grandridge graniterapids
graniterapids-d haswell icelake-client icelake-server ivybridge k8 k8-sse3 lunarlake meteorlake nehalem nocona
opteron opteron-sse3 pantherlake penryn raptorlake rocketlake sandybridge sapphirerapids sierraforest
silvermont skylake skylake-avx512 tigerlake tremont westmere x86-64 x86-64-v2 x86-64-v3 x86-64-v4 znver1
znver2 znver3 znver4 znver5`);

export const features = words(`
adx aes avx avx2 avx512bf16 avx512bitalg avx512bw avx512cd avx512dq avx512f avx512fp16 avx512ifma avx512vbmi
avx512vbmi2 avx512vl avx512vnni avx512vpopcntdq avxifma avxvnni bmi bmi2 crc32 cx16 f16c fma fma4 fsgsbase
gfni lzcnt movbe pclmul popcnt prfchw rdpid rdrnd rdseed sahf sha sse3 sse4.1 sse4.2 sse4a ssse3 tbm vaes
vpclmulqdq xop`);
