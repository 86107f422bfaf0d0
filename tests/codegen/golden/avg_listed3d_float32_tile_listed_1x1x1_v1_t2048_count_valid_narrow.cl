// clpool: avg of float32, windows in lists.
// Skeleton tile_listed, tiles of 2048 columns, portable dialect.
// A work-group reduces the windows of some rows of outputs down each column of the input into local
// memory, then the columns of each window.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
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
    int pad_d; // d: padding before x
    int x_d; // d: stride in x
    int y_d; // d: stride in y
    int list_d; // d: first bound in the lists
    int blocks_d; // d: blocks of outputs
    int factor_d; // d: factor that divides by that number
    int shift_d; // d: shift of that
    int pad_h; // h: padding before x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
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

static float load1(const __global float *from)
{
    return *from;
}

static void store1(__global float *to, const float value)
{
    *to = value;
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    float value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = 0;
    return none;
}

static state1 tap1(float value)
{
    state1 one;
    one.value = value;
    return one;
}

static state1 combine1(state1 a, const state1 b)
{
    a.value = a.value + b.value;
    return a;
}

static float finalize1(const state1 state, const float count)
{
    return state.value / count;
}

// ---- Rows: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void avg_listed3d_float32_tile_listed_1x1x1_v1_t2048_count_valid_narrow(
    const __global float *restrict x,
    const __global int *restrict list,
    __global float *restrict y,
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
        const uint slices = quotient(first + line, g.factor_h, g.shift_h);
        const int oh = ((int)(first + line - slices * (uint)g.blocks_h));
        const uint planes = quotient(slices, g.factor_d, g.shift_d);
        const int od = ((int)(slices - planes * (uint)g.blocks_d));
        // Where its plane lies.
        const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
        const uint outer1 = planes - outer0 * (uint)g.outer1;
        const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
        const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
        const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
        const __global int *bounds_d = list + plane_list + g.list_d + 2 * od;
        const int d0 = bounds_d[0] - (int)g.pad_d;
        const int d1 = bounds_d[1] - (int)g.pad_d;
        const __global int *bounds_h = list + plane_list + g.list_h + 2 * oh;
        const int h0 = bounds_h[0] - (int)g.pad_h;
        const int h1 = bounds_h[1] - (int)g.pad_h;
        const int w = column;
        state1 acc = identity1();
        for (int d = d0; d < d1; ++d) {
            for (int h = h0; h < h1; ++h) {
                const int at = x_plane + d * (int)g.x_d + h * (int)g.x_h + w;
                acc = combine1(acc, tap1(load1(x + at)));
        }}
        columns[number] = acc;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // Along the columns of each window.
    for (uint number = item; number < lines * (uint)g.tile_w; number += 256) {
        const uint line = quotient(number, g.factor_tile_w, g.shift_tile_w);
        const uint ow = number - line * (uint)g.tile_w;
        const uint slices = quotient(first + line, g.factor_h, g.shift_h);
        const int oh = ((int)(first + line - slices * (uint)g.blocks_h));
        const uint planes = quotient(slices, g.factor_d, g.shift_d);
        const int od = ((int)(slices - planes * (uint)g.blocks_d));
        // Where its plane lies.
        const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
        const uint outer1 = planes - outer0 * (uint)g.outer1;
        const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
        const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
        const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
        const __global int *bounds_d = list + plane_list + g.list_d + 2 * od;
        const int d0 = bounds_d[0] - (int)g.pad_d;
        const int d1 = bounds_d[1] - (int)g.pad_d;
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
            acc = combine1(acc, found);
        }
        const int at = y_plane + od * g.y_d + oh * g.y_h + ow;
        const float count = (float)((float)(d1 - d0) * (float)(h1 - h0) * (float)(w1 - w0));
        store1(y + at, finalize1(acc, count));
    }
}
