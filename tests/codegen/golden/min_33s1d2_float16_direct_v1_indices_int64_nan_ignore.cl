// clpool: min of float16, window 33, stride 1, dilation 2, with indices of int64, NaN ignored.
// Skeleton direct, portable dialect.
// A work-item reduces the window of one output, or of one vector of channels, tap by tap.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long index_offset; // first element of indices
    long origin; // flat index of the first element of x
    long x_outer0; // stride of that in x
    long y_outer0; // stride of that in y
    long outer1; // length of the inner batch axis
    long x_outer1; // stride of that in x
    long y_outer1; // stride of that in y
    long blocks; // blocks of outputs in all
    long factor_outer; // factor that divides by outer1
    long shift_outer; // shift of that
    long in_w; // w: length in x
    long pad_w; // w: padding before x
    long blocks_w; // w: blocks of outputs
    long factor_w; // w: factor that divides by that number
    long shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static float load1(const __global half *from)
{
    return (float)vload_half(0, from);
}

static void store1(__global half *to, const float value)
{
    vstore_half(value, 0, to);
}

static void store_index1(__global long *to, const int index)
{
    __global int2 *words = (__global int2 *)to;
    const int sign = index >> 31;
    words[0] = (int2)(index, sign);
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    float value;
    int index;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = NAN;
    none.index = -1;
    return none;
}

static state1 tap1(float value, int index)
{
    state1 one;
    one.value = value;
    one.index = index;
    return one;
}

// a lies before b in row-major order, and has a tap, unless neither has one (index -1).
static state1 combine_ordered1(state1 a, const state1 b)
{
    const int replaces = (b.value < a.value) | ((a.value != a.value) & (b.value == b.value));
    a.index = replaces ? b.index : a.index;
    a.value = replaces ? b.value : a.value;
    return a;
}

// The same, of an a that may have none, and then yields to its equal.
static state1 combine1(state1 a, const state1 b)
{
    const int none = a.index < 0;
    a = combine_ordered1(a, b);
    a.index = none ? b.index : a.index;
    return a;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Windows.

// How many taps of one axis lie before a position at this distance behind the first tap.
static int taps_before(const int distance, const int taps, const int dilation)
{
    const int count = (distance + dilation - 1) / dilation;
    return (distance <= 0) ? 0 : (count < taps) ? count : taps;
}

// ---- The kernel.

__kernel void min_33s1d2_float16_direct_v1_indices_int64_nan_ignore(
    const __global half *restrict x,
    __global half *restrict y,
    __global long *restrict indices,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint planes = quotient(item, g.factor_w, g.shift_w);
    const int ow = ((int)(item - planes * (uint)g.blocks_w));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const long x_plane = g.x_offset + (long)outer0 * g.x_outer0 + (long)outer1 * g.x_outer1;
    const long y_plane = g.y_offset + (long)outer0 * g.y_outer0 + (long)outer1 * g.y_outer1;
    const int w0 = ow - (int)g.pad_w;
    const long at = y_plane + ow;
    // Reduces the window along each row, then across rows.
    state1 acc = identity1();
    const long row = x_plane;
    state1 part = identity1();
    const int end_kw = taps_before((int)g.in_w - w0, 33, 2);
    for (int kw = taps_before(-w0, 33, 2); kw < end_kw; ++kw) {
        const int w = w0 + kw * 2;
        part = combine1(part, tap1(load1(x + row + w), (int)((int)g.origin + w)));
    }
    acc = combine1(acc, part);
    store1(y + at, acc.value);
    store_index1(indices + (g.index_offset - g.y_offset) + at, acc.index);
}
