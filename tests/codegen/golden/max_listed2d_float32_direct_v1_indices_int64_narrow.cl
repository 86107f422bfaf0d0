// clpool: max of float32, windows in lists, with indices of int64.
// Skeleton direct, portable dialect.
// A work-item reduces the window of one output, or of one vector of channels, tap by tap.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int index_offset; // first element of indices
    int origin; // flat index of the first element of x
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int list_offset; // first number of the lists
    int list_outer0; // stride of the outermost batch axis in the lists
    int list_outer1; // stride of the inner batch axis in the lists
    int blocks; // blocks of outputs in all
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
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

static float load1(const __global float *from)
{
    return *from;
}

static void store1(__global float *to, const float value)
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
    float value;
    int index;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = -INFINITY;
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
    const int replaces = (b.value > a.value) | (b.value != b.value);
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

__kernel void max_listed2d_float32_direct_v1_indices_int64_narrow(
    const __global float *restrict x,
    const __global int *restrict list,
    __global float *restrict y,
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
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
    const __global int *bounds_h = list + plane_list + g.list_h + 2 * oh;
    const int h0 = bounds_h[0] - (int)g.pad_h;
    const int h1 = bounds_h[1] - (int)g.pad_h;
    const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow;
    const int w0 = bounds_w[0] - (int)g.pad_w;
    const int w1 = bounds_w[1] - (int)g.pad_w;
    const int at = y_plane + oh * g.y_h + ow;
    // Reduces the window along each row, then across rows.
    state1 acc = identity1();
    for (int h = h0; h < h1; ++h) {
        const int row = x_plane + h * (int)g.x_h;
        state1 part = identity1();
        for (int w = w0; w < w1; ++w) {
            part = combine1(part, tap1(load1(x + row + w), (int)((int)g.origin + h * (int)g.flat_h + w)));
        }
        acc = combine1(acc, part);
    }
    store1(y + at, acc.value);
    store_index1(indices + (g.index_offset - g.y_offset) + at, acc.index);
}
