// clpool: max of uint8, window 2x2, stride 2x2, with indices of int32.
// Skeleton direct, vectors of 4, portable dialect.
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
    long blocks_c; // blocks of channels
    long factor_c; // factor that divides by blocks_c
    long shift_c; // shift of that
    long factor_outer; // factor that divides by outer1
    long shift_outer; // shift of that
    long in_h; // h: length in x
    long pad_h; // h: padding before x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long flat_h; // h: stride in a flat index
    long blocks_h; // h: blocks of outputs
    long factor_h; // h: factor that divides by that number
    long shift_h; // h: shift of that
    long in_w; // w: length in x
    long pad_w; // w: padding before x
    long x_w; // w: stride in x
    long y_w; // w: stride in y
    long blocks_w; // w: blocks of outputs
    long factor_w; // w: factor that divides by that number
    long shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static uchar4 load4(const __global uchar *from)
{
    return vload4(0, from);
}

static void store4(__global uchar *to, const uchar4 value)
{
    vstore4(value, 0, to);
}

static void store_index4(__global int *to, const long4 index)
{
    vstore4(convert_int4(index), 0, to);
}

// ---- States: what has been combined so far.

// A state in each of 4 lanes.
typedef struct {
    uchar4 value;
    long4 index;
} state4;

static state4 identity4(void)
{
    state4 none;
    none.value = 0;
    none.index = -1;
    return none;
}

static state4 tap4(uchar4 value, long4 index)
{
    state4 one;
    one.value = value;
    one.index = index;
    return one;
}

// a lies before b in row-major order, and has a tap, unless neither has one (index -1).
static state4 combine_ordered4(state4 a, const state4 b)
{
    const char4 replaces = b.value > a.value;
    a.index = convert_long4(replaces) ? b.index : a.index;
    a.value = replaces ? b.value : a.value;
    return a;
}

// The same, of an a that may have none, and then yields to its equal.
static state4 combine4(state4 a, const state4 b)
{
    const long4 none = a.index < 0;
    a = combine_ordered4(a, b);
    a.index = none ? b.index : a.index;
    return a;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void max_2x2s2x2_uint8_direct_v4_last_indices_int32_wide(
    const __global uchar *restrict x,
    __global uchar *restrict y,
    __global int *restrict indices,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint pixels = quotient(item, g.factor_c, g.shift_c);
    const long channel = ((int)(item - pixels * (uint)g.blocks_c)) * 4;
    const uint lines = quotient(pixels, g.factor_w, g.shift_w);
    const long ow = ((int)(pixels - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const long oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const long x_plane = g.x_offset + (long)outer0 * g.x_outer0 + (long)outer1 * g.x_outer1 + channel;
    const long y_plane = g.y_offset + (long)outer0 * g.y_outer0 + (long)outer1 * g.y_outer1 + channel;
    const long h0 = oh * 2 - (long)g.pad_h;
    const long w0 = ow * 2 - (long)g.pad_w;
    const long at = y_plane + oh * g.y_h + ow * g.y_w;
    // Reduces the window along each row, then across rows.
    state4 acc = identity4();
    for (int kh = 0; kh < 2; ++kh) {
        const long h = h0 + kh;
        if (h < 0 || h >= (long)g.in_h) continue;
        const long row = x_plane + h * (long)g.x_h;
        state4 part = identity4();
        for (int kw = 0; kw < 2; ++kw) {
            const long w = w0 + kw;
            if (w < 0 || w >= (long)g.in_w) continue;
            part = combine4(part, tap4(load4(x + row + w * (long)g.x_w), (long4)((long)g.origin + h * (long)g.flat_h + w)));
        }
        acc = combine4(acc, part);
    }
    store4(y + at, acc.value);
    store_index4(indices + (g.index_offset - g.y_offset) + at, acc.index);
}
