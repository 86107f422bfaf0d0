// clpool: max of float16, windows in lists, with indices of int64.
// Skeleton tile_listed, tiles of 2048 columns, portable dialect.
// A work-group reduces the windows of some rows of outputs down each column of the input into local
// memory, then the columns of each window.

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
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int lines; // rows of a tile, of all of its planes
    int rows; // rows of outputs, of all planes
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
    int tile_w; // w: outputs of a tile
    int valid_w; // w: elements of a tile that may lie in x
    int factor_tile_w; // w: factor that divides by tile
    int shift_tile_w; // w: shift that divides by tile
    int factor_valid_w; // w: factor that divides by valid
    int shift_valid_w; // w: shift that divides by valid
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

// ---- Rows: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Joining: of the columns of a window.

// Joins what was found among taps that alternate: the earlier in row-major order comes first, and
// what holds no tap (index -1) last.
static state1 merge1(state1 a, const state1 b)
{
    const int earlier = as_uint(b.index) < as_uint(a.index);
    const int replaces = (b.value > a.value) | (b.value != b.value);
    const int stays = (a.value > b.value) | (a.value != a.value);
    const int taken = earlier ? !stays : replaces;
    a.value = taken ? b.value : a.value;
    a.index = taken ? b.index : a.index;
    return a;
}

// ---- The kernel.

__kernel void max_listed2d_float16_tile_listed_1x1_v1_t2048_indices_int64_narrow(
    const __global half *restrict x,
    const __global int *restrict list,
    __global half *restrict y,
    __global long *restrict indices,
    const geometry g)
{
    // The rows of this work-group.
    const uint item = get_local_id(0);
    const uint first = get_global_id(0) / 256 * (uint)g.lines;
    const uint lines = min((uint)g.lines, (uint)g.rows - first);
    __local state1 columns[2048];
    // Down the columns: work-items side by side read neighbouring elements.
    for (uint number = item; number < lines * (uint)g.valid_w; number += 256) {
        const uint line = quotient(number, g.factor_valid_w, g.shift_valid_w);
        const uint column = number - line * (uint)g.valid_w;
        const uint planes = quotient(first + line, g.factor_h, g.shift_h);
        const int oh = ((int)(first + line - planes * (uint)g.blocks_h));
        // Where its plane lies.
        const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
        const uint outer1 = planes - outer0 * (uint)g.outer1;
        const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
        const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
        const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
        const __global int *bounds_h = list + plane_list + g.list_h + 2 * oh;
        const int h0 = bounds_h[0] - (int)g.pad_h;
        const int h1 = bounds_h[1] - (int)g.pad_h;
        const int w = column;
        state1 acc = identity1();
        for (int h = h0; h < h1; ++h) {
            const int at = x_plane + h * (int)g.x_h + w;
            acc = combine1(acc, tap1(load1(x + at), (int)((int)g.origin + h * (int)g.flat_h + w)));
        }
        columns[number] = acc;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // Along the columns of each window.
    for (uint number = item; number < lines * (uint)g.tile_w; number += 256) {
        const uint line = quotient(number, g.factor_tile_w, g.shift_tile_w);
        const uint ow = number - line * (uint)g.tile_w;
        const uint planes = quotient(first + line, g.factor_h, g.shift_h);
        const int oh = ((int)(first + line - planes * (uint)g.blocks_h));
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
        const __local state1 *const from = columns + line * (uint)g.valid_w;
        state1 acc = identity1();
        for (int w = w0; w < w1; ++w) {
            const state1 found = from[w];
            acc = merge1(acc, found);
        }
        const int at = y_plane + oh * g.y_h + ow;
        store1(y + at, acc.value);
        store_index1(indices + (g.index_offset - g.y_offset) + at, acc.index);
    }
}
