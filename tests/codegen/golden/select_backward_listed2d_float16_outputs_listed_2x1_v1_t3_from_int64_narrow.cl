// clpool: select_backward of float16, windows in lists, reads indices of int64.
// Skeleton outputs_listed, 3 planes per work-item, portable dialect.
// A work-item reduces the windows of some rows of a column, in several planes: it reads bounds once
// for all planes, and taps once for all rows.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int origin; // flat index of the first element of x
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int indices_shift; // from an element of x to that of indices
    int list_offset; // first number of the lists
    int list_outer0; // stride of the outermost batch axis in the lists
    int list_outer1; // stride of the inner batch axis in the lists
    int blocks; // blocks of outputs in all
    int blocks_planes; // blocks of so many planes of the inner batch axis
    int factor_blocks_planes; // factor that divides by blocks_planes
    int shift_blocks_planes; // shift that divides by blocks_planes
    int out_h; // h: length in y
    int pad_h; // h: padding before x
    int begin_h; // h: position of the first output
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int flat_h; // h: stride in a flat index
    int list_h; // h: first bound in the lists
    int count_h; // h: first counted number in the lists
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int factor_flat_h; // h: factor that divides by flat
    int shift_flat_h; // h: shift that divides by flat
    int pad_w; // w: padding before x
    int begin_w; // w: position of the first output
    int flat_w; // w: stride in a flat index
    int list_w; // w: first bound in the lists
    int count_w; // w: first counted number in the lists
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
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

static int load_index1(const __global long *from)
{
    const __global int2 *words = (const __global int2 *)from;
    const int2 words0 = words[0];
    const int index = words0.s0;
    // One that does not fit becomes one that no tap has.
    return (words0.s1 == index >> 31) ? index : (int)INT_MIN;
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

static float map1(const float tap, const int selected)
{
    return selected ? tap : 0;
}

static state1 combine1(state1 a, const state1 b)
{
    a.value = a.value + b.value;
    return a;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Indices: whether they are taps of their own windows.

// Negative where an index is none of the taps, which reach so many slices, rows and columns behind
// the first one.
static int astray1(const int index, const int first, const geometry g, const int far_h, const int far_w)
{
    uint rest = as_uint(index - first);
    int found = as_int(rest);
    const uint h = mul_hi(rest << 1, (uint)((uint)g.factor_flat_h)) >> (uint)((uint)g.shift_flat_h);
    found |= far_h - as_int(h);
    rest -= h * (uint)g.flat_h;
    return found | (far_w - as_int(rest));
}

// ---- The kernel.

__kernel void select_backward_listed2d_float16_outputs_listed_2x1_v1_t3_from_int64_narrow(
    const __global half *restrict x,
    const __global long *restrict indices,
    const __global int *restrict list,
    __global half *restrict y,
    const geometry g,
    __global int *refused)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint lines = quotient(item, g.factor_w, g.shift_w);
    const int ow = ((int)(item - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h)) * 2;
    // Where its first plane lies.
    const uint outer0 = quotient(planes, g.factor_blocks_planes, g.shift_blocks_planes);
    const uint outer1 = (planes - outer0 * (uint)g.blocks_planes) * 3;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
    // Where the windows begin and end.
    const __global int *bounds_h_0 = list + plane_list + g.list_h + 2 * oh;
    const int h0_0 = bounds_h_0[0] - (int)g.pad_h;
    const int h1_0 = bounds_h_0[1] - (int)g.pad_h;
    const __global int *bounds_h_1 = list + plane_list + g.list_h + 2 * min(oh + 1, (int)g.out_h - 1);
    const int h0_1 = bounds_h_1[0] - (int)g.pad_h;
    const int h1_1 = bounds_h_1[1] - (int)g.pad_h;
    const int h0 = min(h0_1, h0_0);
    const int h1 = max(h1_1, h1_0);
    const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow;
    const int w0 = bounds_w[0] - (int)g.pad_w;
    const int w1 = bounds_w[1] - (int)g.pad_w;
    state1 acc0_0 = identity1();
    state1 acc0_1 = identity1();
    state1 acc0_2 = identity1();
    state1 acc1_0 = identity1();
    state1 acc1_1 = identity1();
    state1 acc1_2 = identity1();
    // The elements at hand.
    const int here0 = (int)g.origin + oh * (int)g.flat_h + ow * (int)g.flat_w;
    const int here1 = (int)g.origin + (oh + 1) * (int)g.flat_h + ow * (int)g.flat_w;
    int wrong = 0;
    const int begun_h = (oh == (int)g.begin_h) ? h0 : bounds_h_0[-1] - (int)g.pad_h;
    const int begun_w = (ow == (int)g.begin_w) ? w0 : bounds_w[-1] - (int)g.pad_w;
    // Reduces the windows along each row, then across rows.
    for (int h = h0; h < h1; ++h) {
        const int row = x_plane + h * (int)g.x_h;
        for (int w = w0; w < w1; ++w) {
            const int at = row + w;
            const int2 words0 = *(const __global int2 *)(indices + g.indices_shift + at);
            const int index0 = words0.s0;
            const float flow0 = load1(x + at);
            const int2 words1 = *(const __global int2 *)(indices + g.indices_shift + at + g.x_outer1);
            const int index1 = words1.s0;
            const float flow1 = load1(x + at + g.x_outer1);
            const int2 words2 = *(const __global int2 *)(indices + g.indices_shift + at + g.x_outer1 * 2);
            const int index2 = words2.s0;
            const float flow2 = load1(x + at + g.x_outer1 * 2);
            if (h >= begun_h && w >= begun_w) {
                const __global int *own_h = list + g.list_offset + g.count_h + 2 * h;
                const int first_h = own_h[0] + (int)g.begin_h;
                const int far_h = own_h[1] - own_h[0] - 1;
                const __global int *own_w = list + g.list_offset + g.count_w + 2 * w;
                const int first_w = own_w[0] + (int)g.begin_w;
                const int far_w = own_w[1] - own_w[0] - 1;
                const int first = (int)g.origin + first_w + first_h * (int)g.flat_h;
                wrong |= astray1(load_index1(indices + g.indices_shift + at), first, g, far_h, far_w);
                wrong |= astray1(load_index1(indices + g.indices_shift + at + g.x_outer1), first, g, far_h, far_w);
                wrong |= astray1(load_index1(indices + g.indices_shift + at + g.x_outer1 * 2), first, g, far_h, far_w);
            }
            if (index0 == here0) acc0_0 = combine1(acc0_0, tap1(map1(flow0, 1)));
            if (index1 == here0) acc0_1 = combine1(acc0_1, tap1(map1(flow1, 1)));
            if (index2 == here0) acc0_2 = combine1(acc0_2, tap1(map1(flow2, 1)));
            if (index0 == here1) acc1_0 = combine1(acc1_0, tap1(map1(flow0, 1)));
            if (index1 == here1) acc1_1 = combine1(acc1_1, tap1(map1(flow1, 1)));
            if (index2 == here1) acc1_2 = combine1(acc1_2, tap1(map1(flow2, 1)));
        }
    }
    if (wrong < 0) *refused = 1;
    // The outputs.
    {
        const int at = y_plane + oh * g.y_h + ow;
        store1(y + at, acc0_0.value);
        store1(y + at + g.y_outer1, acc0_1.value);
        store1(y + at + g.y_outer1 * 2, acc0_2.value);
    }
    if (oh + 1 < (int)g.out_h) {
        const int at = y_plane + (oh + 1) * g.y_h + ow;
        store1(y + at, acc1_0.value);
        store1(y + at + g.y_outer1, acc1_1.value);
        store1(y + at + g.y_outer1 * 2, acc1_2.value);
    }
}
