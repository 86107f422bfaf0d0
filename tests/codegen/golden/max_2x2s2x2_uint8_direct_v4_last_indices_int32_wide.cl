// clpool: max of uint8, window 2x2, stride 2x2, with indices of int32.
// Skeleton direct, vectors of 4, portable dialect.
// A work-item reduces the window of one output, or of one vector of channels, tap by tap.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long index_offset; // first element of indices
    long origin; // flat index of the first element of x
    long outer0; // length of the outermost batch axis
    long x_outer0; // stride of that in x
    long y_outer0; // stride of that in y
    long outer1; // length of the inner batch axis
    long x_outer1; // stride of that in x
    long y_outer1; // stride of that in y
    long inner; // channels, the innermost axis; 1 if there is none
    long in_h; // h: length in x
    long out_h; // h: length in y
    long pad_h; // h: padding before x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long flat_h; // h: stride in a flat index
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
    long x_w; // w: stride in x
    long y_w; // w: stride in y
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

// ---- The kernel.

__kernel void max_2x2s2x2_uint8_direct_v4_last_indices_int32_wide(
    const __global uchar *restrict x,
    __global uchar *restrict y,
    __global int *restrict indices,
    const geometry g)
{
    const uint vectors = (uint)g.inner / 4;
    // The output of this item.
    const long ow = get_global_id(0) / vectors;
    const long line = get_global_id(1);
    const uint outer = get_global_id(2);
    // The range is rounded up to whole groups.
    if (ow >= g.out_w || line >= g.out_h || outer >= g.outer0 * g.outer1) return;
    const long channel = (get_global_id(0) % vectors) * 4;
    // Where the plane lies.
    const uint outer0 = outer / (uint)g.outer1;
    const uint outer1 = outer % (uint)g.outer1;
    const __global uchar *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
    const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
    plane += channel;
    const long oh = line;
    const long h0 = oh * 2 - (long)g.pad_h;
    const long y_row = y_plane + oh * g.y_h;
    const long w0 = ow * 2 - (long)g.pad_w;
    // Reduces the window along each row, then across rows.
    state4 acc = identity4();
    for (int kh = 0; kh < 2; ++kh) {
        const long h = h0 + kh;
        if (h < 0 || h >= (long)g.in_h) continue;
        const __global uchar *row = plane + h * (long)g.x_h;
        state4 part = identity4();
        for (int kw = 0; kw < 2; ++kw) {
            const long w = w0 + kw;
            if (w < 0 || w >= (long)g.in_w) continue;
            part = combine4(part, tap4(load4(row + w * (long)g.x_w), (long4)((long)g.origin + h * (long)g.flat_h + w)));
        }
        acc = combine4(acc, part);
    }
    store4(y + g.y_offset + y_row + ow * g.y_w + channel, acc.value);
    store_index4(indices + g.index_offset + y_row + ow * g.y_w + channel, acc.index);
}
