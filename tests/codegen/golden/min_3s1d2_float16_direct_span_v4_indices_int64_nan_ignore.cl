// clpool: min of float16, window 3, stride 1, dilation 2, with indices of int64, NaN ignored.
// Skeleton direct_span, vectors of 4, portable dialect.
// A work-item reduces the windows of neighbouring outputs of a row from one span of every input
// row, which it reads once.

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
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
} geometry;

// ---- Elements: from memory to accumulators, and back.

static float load1(const __global half *from)
{
    return (float)vload_half(0, from);
}

static void store1(__global half *to, const float value)
{
    vstore_half_rte(value, 0, to);
}

static void store_index1(__global long *to, const int index)
{
    *to = (long)index;
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

// ---- The kernel.

__kernel void min_3s1d2_float16_direct_span_v4_indices_int64_nan_ignore(
    const __global half *restrict x,
    __global half *restrict y,
    __global long *restrict indices,
    const geometry g)
{
    // The output of this item.
    const int ow = get_global_id(0) * 4;
    const int line = get_global_id(1);
    const uint outer = get_global_id(2);
    // The range is rounded up to whole groups.
    if (ow >= g.out_w || line >= 1 || outer >= g.outer0 * g.outer1) return;
    // Where the plane lies.
    const uint outer0 = outer / (uint)g.outer1;
    const uint outer1 = outer % (uint)g.outer1;
    const __global half *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
    const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
    const long y_row = y_plane;
    const int w0 = ow - (int)g.pad_w;
    // One state per output.
    state1 acc[4];
    #pragma unroll
    for (int lane = 0; lane < 4; ++lane) acc[lane] = identity1();
    const __global half *row = plane;
    // The span of the row, the identity beside it.
    float span[8];
    #pragma unroll
    for (int tap = 0; tap < 8; ++tap) {
        const int w = w0 + tap;
        span[tap] = NAN;
        if (w >= 0 && w < (int)g.in_w) span[tap] = load1(row + w);
    }
    // Reduces the windows from the span.
    #pragma unroll
    for (int lane = 0; lane < 4; ++lane) {
        state1 part = identity1();
        #pragma unroll
        for (int kw = 0; kw < 3; ++kw) {
            const int tap = lane + kw * 2;
            const int w = w0 + tap;
            const int flat = (w >= 0 && w < (int)g.in_w) ? (int)g.origin + w : -1;
            part = combine1(part, tap1(span[tap], flat));
        }
        acc[lane] = combine1(acc[lane], part);
    }
    // Finalizes and stores the outputs.
    float result[4];
    #pragma unroll
    for (int lane = 0; lane < 4; ++lane) {
        result[lane] = acc[lane].value;
    }
    #pragma unroll
    for (int lane = 0; lane < 4; ++lane) {
        if (ow + lane >= g.out_w) break;
        store1(y + g.y_offset + y_row + ow + lane, result[lane]);
        store_index1(indices + g.index_offset + y_row + ow + lane, acc[lane].index);
    }
}
