// clpool: min of uint8, windows in lists, with indices of int64.
// Skeleton outputs_listed, 8 planes per work-item, portable dialect.
// A work-item reduces the windows of some rows of a column, in several planes: it reads bounds once
// for all planes, and taps once for all rows.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int index_offset; // first element of indices
    int origin; // flat index of the first element of x
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int list_offset; // first number of the lists
    int list_outer0; // stride of the outermost batch axis in the lists
    int list_outer1; // stride of the inner batch axis in the lists
    int blocks; // blocks of outputs in all
    int blocks_planes; // blocks of so many planes of the inner batch axis
    int factor_blocks_planes; // factor that divides by blocks_planes
    int shift_blocks_planes; // shift that divides by blocks_planes
    int pad_h; // h: padding before x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int flat_h; // h: stride in a flat index
    int list_h; // h: first bound in the lists
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int pad_w; // w: padding before x
    int list_w; // w: first bound in the lists
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static uchar load1(const __global uchar *from)
{
    return *from;
}

static void store1(__global uchar *to, const uchar value)
{
    *to = value;
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
    uchar value;
    int index;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = UCHAR_MAX;
    none.index = -1;
    return none;
}

static state1 tap1(uchar value, int index)
{
    state1 one;
    one.value = value;
    one.index = index;
    return one;
}

// a lies before b in row-major order, and has a tap, unless neither has one (index -1).
static state1 combine_ordered1(state1 a, const state1 b)
{
    const int replaces = b.value < a.value;
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

// ---- The kernel.

__kernel void min_listed2d_uint8_outputs_listed_1x1_v1_t8_indices_int64_narrow(
    const __global uchar *restrict x,
    const __global int *restrict list,
    __global uchar *restrict y,
    __global long *restrict indices,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint lines = quotient(item, g.factor_w, g.shift_w);
    const int ow = ((int)(item - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its first plane lies.
    const uint outer0 = quotient(planes, g.factor_blocks_planes, g.shift_blocks_planes);
    const uint outer1 = (planes - outer0 * (uint)g.blocks_planes) * 8;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
    // Where the windows begin and end.
    const __global int *bounds_h = list + plane_list + g.list_h + 2 * oh;
    const int h0 = bounds_h[0] - (int)g.pad_h;
    const int h1 = bounds_h[1] - (int)g.pad_h;
    const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow;
    const int w0 = bounds_w[0] - (int)g.pad_w;
    const int w1 = bounds_w[1] - (int)g.pad_w;
    state1 acc0_0 = identity1();
    state1 acc0_1 = identity1();
    state1 acc0_2 = identity1();
    state1 acc0_3 = identity1();
    state1 acc0_4 = identity1();
    state1 acc0_5 = identity1();
    state1 acc0_6 = identity1();
    state1 acc0_7 = identity1();
    // Reduces the windows along each row, then across rows.
    for (int h = h0; h < h1; ++h) {
        const int row = x_plane + h * (int)g.x_h;
        for (int w = w0; w < w1; ++w) {
            const int at = row + w;
            acc0_0 = combine1(acc0_0, tap1(load1(x + at), (int)((int)g.origin + h * (int)g.flat_h + w)));
            acc0_1 = combine1(acc0_1, tap1(load1(x + at + g.x_outer1), (int)((int)g.origin + h * (int)g.flat_h + w)));
            acc0_2 = combine1(acc0_2, tap1(load1(x + at + g.x_outer1 * 2), (int)((int)g.origin + h * (int)g.flat_h + w)));
            acc0_3 = combine1(acc0_3, tap1(load1(x + at + g.x_outer1 * 3), (int)((int)g.origin + h * (int)g.flat_h + w)));
            acc0_4 = combine1(acc0_4, tap1(load1(x + at + g.x_outer1 * 4), (int)((int)g.origin + h * (int)g.flat_h + w)));
            acc0_5 = combine1(acc0_5, tap1(load1(x + at + g.x_outer1 * 5), (int)((int)g.origin + h * (int)g.flat_h + w)));
            acc0_6 = combine1(acc0_6, tap1(load1(x + at + g.x_outer1 * 6), (int)((int)g.origin + h * (int)g.flat_h + w)));
            acc0_7 = combine1(acc0_7, tap1(load1(x + at + g.x_outer1 * 7), (int)((int)g.origin + h * (int)g.flat_h + w)));
        }
    }
    // The outputs.
    {
        const int at = y_plane + oh * g.y_h + ow;
        store1(y + at, acc0_0.value);
        store_index1(indices + (g.index_offset - g.y_offset) + at, acc0_0.index);
        store1(y + at + g.y_outer1, acc0_1.value);
        store_index1(indices + (g.index_offset - g.y_offset) + at + g.y_outer1, acc0_1.index);
        store1(y + at + g.y_outer1 * 2, acc0_2.value);
        store_index1(indices + (g.index_offset - g.y_offset) + at + g.y_outer1 * 2, acc0_2.index);
        store1(y + at + g.y_outer1 * 3, acc0_3.value);
        store_index1(indices + (g.index_offset - g.y_offset) + at + g.y_outer1 * 3, acc0_3.index);
        store1(y + at + g.y_outer1 * 4, acc0_4.value);
        store_index1(indices + (g.index_offset - g.y_offset) + at + g.y_outer1 * 4, acc0_4.index);
        store1(y + at + g.y_outer1 * 5, acc0_5.value);
        store_index1(indices + (g.index_offset - g.y_offset) + at + g.y_outer1 * 5, acc0_5.index);
        store1(y + at + g.y_outer1 * 6, acc0_6.value);
        store_index1(indices + (g.index_offset - g.y_offset) + at + g.y_outer1 * 6, acc0_6.index);
        store1(y + at + g.y_outer1 * 7, acc0_7.value);
        store_index1(indices + (g.index_offset - g.y_offset) + at + g.y_outer1 * 7, acc0_7.index);
    }
}
