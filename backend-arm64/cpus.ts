// CPUs and extensions of the instruction set that --cpu and --cpu-features accept for arm64. Spellings are LLVM's
// (llc -mcpu=help), those of LLVM 19; tuning flags and CPUs without 64-bit mode are left out.

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const cpus = words(`
a64fx ampere1 ampere1a ampere1b apple-a10 apple-a11 apple-a12 apple-a13 apple-a14 apple-a15 apple-a16
apple-a17 apple-a7 apple-m4 carmel cortex-a34 cortex-a35 cortex-a510 cortex-a520 cortex-a520ae cortex-a53
cortex-a55 cortex-a57 cortex-a65 cortex-a65ae cortex-a710 cortex-a715 cortex-a72 cortex-a720 cortex-a720ae
cortex-a725 cortex-a73 cortex-a75 cortex-a76 cortex-a76ae cortex-a77 cortex-a78 cortex-a78ae cortex-a78c
cortex-r82 cortex-r82ae cortex-x1 cortex-x1c cortex-x2 cortex-x3 cortex-x4 cortex-x925 exynos-m3 exynos-m4
exynos-m5 falkor generic kryo neoverse-512tvb neoverse-e1 neoverse-n1 neoverse-n2 neoverse-n3 neoverse-v1
neoverse-v2 neoverse-v3 neoverse-v3ae oryon-1 saphira thunderx thunderx2t99 thunderx3t110 thunderxt81
thunderxt83 thunderxt88 tsv110`);

export const features = words(`
aes bf16 crc dotprod fp16fml fullfp16 i8mm jsconv lse lse2 rcpc rdm sha2 sha3 sm4 sve sve2`);
