// Logarithms and powers that modules of Emscripten's first compiler have from JavaScript's Math. They are computed in pairs of
// doubles (Dekker 1971), whose error is far below a unit of the last place, by series, and rounded once; other engines' Math
// is within one unit of that.
#include "imports.gen.h"

typedef struct { double high, low; } pair;

static const pair ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
static const double not_a_number = __builtin_nan(""), infinity = __builtin_inf();

static pair sum_of(double a, double b) {
    double s = a + b, of_b = s - a;
    return (pair){s, (a - (s - of_b)) + (b - of_b)};
}
static pair product_of(double a, double b) {
    const double splitter = 0x1p27 + 1;
    double p = a * b, ta = splitter * a, tb = splitter * b;
    double a1 = ta - (ta - a), a2 = a - a1, b1 = tb - (tb - b), b2 = b - b1;
    return (pair){p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2};
}
static pair add(pair a, pair b) {
    pair s = sum_of(a.high, b.high);
    return sum_of(s.high, s.low + a.low + b.low);
}
static pair multiply(pair a, pair b) {
    pair p = product_of(a.high, b.high);
    return sum_of(p.high, p.low + a.high * b.low + a.low * b.high);
}
static pair divide(pair a, pair b) {
    double q = a.high / b.high;
    pair back = multiply((pair){q, 0}, b);
    pair rest = add(a, (pair){-back.high, -back.low});
    return sum_of(q, rest.high / b.high);
}

static double scaled(double x, i32 exponent) {
    for (; exponent > 1000; exponent -= 1000) x *= 0x1p1000;
    for (; exponent < -900; exponent += 900) x *= 0x1p-900; // the last step rounds
    u64 bits = (u64)(1023 + exponent) << 52;
    double factor;
    __builtin_memcpy(&factor, &bits, sizeof factor);
    return x * factor;
}

// ln of a positive finite number: x = m * 2^k, and ln m = 2 artanh((m - 1) / (m + 1)) with |(m - 1) / (m + 1)| below 0.172.
static pair ln_pair(double x) {
    i32 k = 0;
    if (x < 0x1p-1022) x *= 0x1p54, k = -54;
    u64 bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    k += (i32)(bits >> 52) - 1023;
    bits = (bits & ((1ul << 52) - 1)) | 1023ul << 52;
    double m;
    __builtin_memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) m /= 2, k++;
    pair s = divide((pair){m - 1, 0}, sum_of(m, 1)), square = multiply(s, s), sum = {0, 0};
    for (i32 i = 22; i >= 0; i--) sum = add(multiply(sum, square), divide((pair){1, 0}, (pair){2 * i + 1, 0}));
    sum = multiply(multiply(s, sum), (pair){2, 0});
    return add(multiply((pair){k, 0}, ln2), sum);
}

// e to a power; the series is that of a remainder below 0.35.
static double exp_of(pair x) {
    if (x.high > 710) return infinity;
    if (x.high < -746) return 0;
    double scale = x.high / ln2.high;
    i32 k = (i32)(scale < 0 ? scale - 0.5 : scale + 0.5);
    pair multiple = multiply((pair){k, 0}, ln2), r = add(x, (pair){-multiple.high, -multiple.low}), sum = {1, 0};
    for (i32 i = 27; i >= 1; i--) sum = add((pair){1, 0}, divide(multiply(sum, r), (pair){i, 0}));
    return scaled(sum.high, k);
}

static double ln(double x) {
    if (x != x || x < 0) return not_a_number;
    return x == 0 ? -infinity : x == infinity ? x : ln_pair(x).high;
}

double w2e_global_Math_log(double x) { return ln(x); }
// As Emscripten's JavaScript has them: quotients.
double w2e_env_llvm_log2_f64(double x) { return ln(x) / 0.6931471805599453; }
double w2e_env_llvm_log10_f64(double x) { return ln(x) / 2.302585092994046; }

double w2e_global_Math_exp(double x) {
    if (x != x) return x;
    return x == infinity ? x : x == -infinity ? 0 : exp_of((pair){x, 0});
}
double w2e_env_llvm_exp2_f64(double x) { return w2e_global_Math_pow(2, x); }

// JavaScript's: unlike C's, 1 to the power of infinity or NaN is NaN.
double w2e_global_Math_pow(double x, double y) {
    if (y == 0) return 1;
    if (x != x || y != y) return not_a_number;
    double size = x < 0 ? -x : x, length = y < 0 ? -y : y;
    if (length == infinity) return size == 1 ? not_a_number : (size > 1) == (y > 0) ? infinity : 0;
    bool whole = length >= 0x1p53 || (double)(i64)length == length, odd = length < 0x1p53 && whole && ((u64)length & 1);
    double one;
    u64 sign;
    __builtin_memcpy(&sign, &x, sizeof sign);
    one = sign >> 63 && odd ? -1 : 1;
    if (size == 0) return y > 0 ? one * 0 : one * infinity;
    if (size == infinity) return y > 0 ? one * infinity : one * 0;
    if (x < 0 && !whole) return not_a_number;
    if (size == 1) return one;
    pair logarithm = ln_pair(size);
    if (length > 0x1p70) return (logarithm.high > 0) == (y > 0) ? one * infinity : one * 0;
    return one * exp_of(multiply(logarithm, (pair){y, 0}));
}
