// clpool: avg of float32, windows in lists.
// Skeleton outputs_listed, vectors of 4, 2 planes per work-item, portable dialect.
// A work-item reduces the windows of some rows of a column, in several planes: it reads bounds once
// for all planes, and taps once for all rows.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int list_offset; // first number of the lists
    int list_outer0; // stride of the outermost batch axis in the lists
    int list_outer1; // stride of the inner batch axis in the lists
    int blocks; // blocks of outputs in all
    int blocks_c; // blocks of channels
    int factor_c; // factor that divides by blocks_c
    int shift_c; // shift of that
    int blocks_planes; // blocks of so many planes of the inner batch axis
    int factor_blocks_planes; // factor that divides by blocks_planes
    int shift_blocks_planes; // shift that divides by blocks_planes
    int out_h; // h: length in y
    int pad_h; // h: padding before x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int list_h; // h: first bound in the lists
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int pad_w; // w: padding before x
    int x_w; // w: stride in x
    int y_w; // w: stride in y
    int list_w; // w: first bound in the lists
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static float4 load4(const __global float *from)
{
    return vload4(0, from);
}

static void store4(__global float *to, const float4 value)
{
    vstore4(value, 0, to);
}

// ---- States: what has been combined so far.

// A state in each of 4 lanes.
typedef struct {
    float4 value;
} state4;

static state4 identity4(void)
{
    state4 none;
    none.value = 0;
    return none;
}

static state4 tap4(float4 value)
{
    state4 one;
    one.value = value;
    return one;
}

static state4 combine4(state4 a, const state4 b)
{
    a.value = a.value + b.value;
    return a;
}

static float4 finalize4(const state4 state, const float4 count)
{
    return state.value / count;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void avg_listed2d_float32_outputs_listed_4x1_v4_last_t2_count_valid_narrow(
    const __global float *restrict x,
    const __global int *restrict list,
    __global float *restrict y,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint pixels = quotient(item, g.factor_c, g.shift_c);
    const int channel = ((int)(item - pixels * (uint)g.blocks_c)) * 4;
    const uint lines = quotient(pixels, g.factor_w, g.shift_w);
    const int ow = ((int)(pixels - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h)) * 4;
    // Where its first plane lies.
    const uint outer0 = quotient(planes, g.factor_blocks_planes, g.shift_blocks_planes);
    const uint outer1 = (planes - outer0 * (uint)g.blocks_planes) * 2;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1 + channel;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1 + channel;
    const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
    // Where the windows begin and end.
    const __global int *bounds_h_0 = list + plane_list + g.list_h + 2 * oh;
    const int h0_0 = bounds_h_0[0] - (int)g.pad_h;
    const int h1_0 = bounds_h_0[1] - (int)g.pad_h;
    const __global int *bounds_h_1 = list + plane_list + g.list_h + 2 * min(oh + 1, (int)g.out_h - 1);
    const int h0_1 = bounds_h_1[0] - (int)g.pad_h;
    const int h1_1 = bounds_h_1[1] - (int)g.pad_h;
    const __global int *bounds_h_2 = list + plane_list + g.list_h + 2 * min(oh + 2, (int)g.out_h - 1);
    const int h0_2 = bounds_h_2[0] - (int)g.pad_h;
    const int h1_2 = bounds_h_2[1] - (int)g.pad_h;
    const __global int *bounds_h_3 = list + plane_list + g.list_h + 2 * min(oh + 3, (int)g.out_h - 1);
    const int h0_3 = bounds_h_3[0] - (int)g.pad_h;
    const int h1_3 = bounds_h_3[1] - (int)g.pad_h;
    const int h0 = min(min(min(h0_3, h0_2), h0_1), h0_0);
    const int h1 = max(max(max(h1_3, h1_2), h1_1), h1_0);
    const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow;
    const int w0 = bounds_w[0] - (int)g.pad_w;
    const int w1 = bounds_w[1] - (int)g.pad_w;
    state4 acc0_0 = identity4();
    state4 acc0_1 = identity4();
    state4 acc1_0 = identity4();
    state4 acc1_1 = identity4();
    state4 acc2_0 = identity4();
    state4 acc2_1 = identity4();
    state4 acc3_0 = identity4();
    state4 acc3_1 = identity4();
    // Reduces the windows along each row, then across rows.
    for (int h = h0; h < h1; ++h) {
        const int row = x_plane + h * (int)g.x_h;
        state4 part0 = identity4();
        state4 part1 = identity4();
        for (int w = w0; w < w1; ++w) {
            const int at = row + w * g.x_w;
            part0 = combine4(part0, tap4(load4(x + at)));
            part1 = combine4(part1, tap4(load4(x + at + g.x_outer1)));
        }
        if (h >= h0_0 && h < h1_0) acc0_0 = combine4(acc0_0, part0);
        if (h >= h0_0 && h < h1_0) acc0_1 = combine4(acc0_1, part1);
        if (h >= h0_1 && h < h1_1) acc1_0 = combine4(acc1_0, part0);
        if (h >= h0_1 && h < h1_1) acc1_1 = combine4(acc1_1, part1);
        if (h >= h0_2 && h < h1_2) acc2_0 = combine4(acc2_0, part0);
        if (h >= h0_2 && h < h1_2) acc2_1 = combine4(acc2_1, part1);
        if (h >= h0_3 && h < h1_3) acc3_0 = combine4(acc3_0, part0);
        if (h >= h0_3 && h < h1_3) acc3_1 = combine4(acc3_1, part1);
    }
    // The outputs.
    {
        const int h0 = h0_0, h1 = h1_0;
        const int at = y_plane + oh * g.y_h + ow * g.y_w;
        const float4 count = (float4)((float)(h1 - h0) * (float)(w1 - w0));
        store4(y + at, finalize4(acc0_0, count));
        store4(y + at + g.y_outer1, finalize4(acc0_1, count));
    }
    if (oh + 1 < (int)g.out_h) {
        const int h0 = h0_1, h1 = h1_1;
        const int at = y_plane + (oh + 1) * g.y_h + ow * g.y_w;
        const float4 count = (float4)((float)(h1 - h0) * (float)(w1 - w0));
        store4(y + at, finalize4(acc1_0, count));
        store4(y + at + g.y_outer1, finalize4(acc1_1, count));
    }
    if (oh + 2 < (int)g.out_h) {
        const int h0 = h0_2, h1 = h1_2;
        const int at = y_plane + (oh + 2) * g.y_h + ow * g.y_w;
        const float4 count = (float4)((float)(h1 - h0) * (float)(w1 - w0));
        store4(y + at, finalize4(acc2_0, count));
        store4(y + at + g.y_outer1, finalize4(acc2_1, count));
    }
    if (oh + 3 < (int)g.out_h) {
        const int h0 = h0_3, h1 = h1_3;
        const int at = y_plane + (oh + 3) * g.y_h + ow * g.y_w;
        const float4 count = (float4)((float)(h1 - h0) * (float)(w1 - w0));
        store4(y + at, finalize4(acc3_0, count));
        store4(y + at + g.y_outer1, finalize4(acc3_1, count));
    }
}
