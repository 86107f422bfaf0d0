// clpool: unpool of uint32, window 2x2, stride 2x2, gathered from the windows that cover an
// element, reads indices of int64.
// Skeleton scatter_outputs, vectors of 4, portable dialect.
// A work-item reads the values and indices of the windows that cover its block of outputs, and
// gives each output the last value whose index is its own.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int origin; // flat index of the first element of x
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int indices_shift; // from an element of x to that of indices
    int blocks; // blocks of outputs in all
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int in_h; // h: length in x
    int out_h; // h: length in y
    int pad_h; // h: padding before x
    int begin_h; // h: position of the first output
    int padded_end_h; // h: position behind the padding after x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int flat_h; // h: stride in a flat index
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int in_w; // w: length in x
    int pad_w; // w: padding before x
    int begin_w; // w: position of the first output
    int padded_end_w; // w: position behind the padding after x
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static uint2 load2(const __global uint *from)
{
    return *(const __global uint2 *)from;
}

static int2 load_index2(const __global long *from)
{
    const __global int4 *words = (const __global int4 *)from;
    const int4 words0 = words[0];
    const int2 index = (int2)(words0.s0, words0.s2);
    // One that does not fit becomes one that no tap has.
    return ((int2)(words0.s1, words0.s3) == index >> 31) ? index : (int2)(INT_MIN);
}

static void store4(__global uint *to, const uint4 value)
{
    *(__global uint4 *)to = value;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Indices: whether they are taps of their own windows.

// The lesser of two distances, of which one is a step less, or less than nothing and so more than any.
static uint nearer1(const uint behind, const uint step)
{
    const uint next = behind - step;
    return (next < behind) ? next : behind;
}

// Whether indices are taps: what is left of their distances from the first one, whole rows taken off.
static int leads1(const int index, const int first, const int far_w, const int far_h, const uint step_h)
{
    uint behind = (uint)index - (uint)first;
    behind = nearer1(behind, (far_h >= 1) ? step_h : 0);
    return behind <= (uint)far_w;
}

// ---- The kernel.

__kernel void unpool_2x2s2x2_uint32_scatter_outputs_2x4_v4_loads2_from_int64_covering_aligned0_flat_narrow(
    const __global uint *restrict x,
    const __global long *restrict indices,
    __global uint *restrict y,
    const geometry g,
    __global int *refused)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint lines = quotient(item, g.factor_w, g.shift_w);
    const int ow = ((int)(item - lines * (uint)g.blocks_w)) * 4;
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h)) * 2;
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    // Where the windows of the block begin.
    const int h0 = (oh + (int)g.pad_h) / 2;
    const int w0 = (ow + (int)g.pad_w) / 2;
    // Their rows and columns: whether each lies in the plane.
    const int in_h0 = -((uint)h0 < (uint)g.in_h);
    const int at_h0 = in_h0 ? h0 * g.x_h : 0;
    const int in_c0 = -((uint)w0 < (uint)g.in_w);
    const int at_c0 = in_c0 ? w0 : 0;
    const int in_w0 = -((uint)w0 < (uint)g.in_w);
    const int in_w1 = -((uint)(w0 + 1) < (uint)g.in_w);
    // Reads the rows.
    const int row0 = x_plane + at_h0;
    uint2 x0_0 = load2(x + row0 + at_c0);
    const int2 indices0_0 = load_index2(indices + g.indices_shift + row0 + at_c0);
    // Whether every index is a tap of its own window.
    int right1 = -1;
    {
        const int start_h = h0 * 2 - (int)g.pad_h;
        const int before_h = (int)g.begin_h - start_h;
        const int first_h = start_h + ((before_h > 0) ? before_h : 0);
        const int behind_h = (int)g.padded_end_h - 1 - start_h;
        const int last_tap_h = start_h + ((behind_h < 1) ? behind_h : 1);
        const int far_h = (last_tap_h < first_h) ? -1 : last_tap_h - first_h;
        {
            const int start_w = w0 * 2 - (int)g.pad_w;
            const int before_w = (int)g.begin_w - start_w;
            const int first_w = start_w + ((before_w > 0) ? before_w : 0);
            const int behind_w = (int)g.padded_end_w - 1 - start_w;
            const int last_tap_w = start_w + ((behind_w < 1) ? behind_w : 1);
            const int far_w = (last_tap_w < first_w) ? -1 : last_tap_w - first_w;
            if (in_h0 && far_h >= 0 && in_w0 && far_w >= 0) {
                right1 &= leads1(indices0_0.s0, (int)g.origin + first_w + first_h * (int)g.flat_h, far_w, far_h, g.flat_h);
            }
        }
        {
            const int start_w = (w0 + 1) * 2 - (int)g.pad_w;
            const int before_w = (int)g.begin_w - start_w;
            const int first_w = start_w + ((before_w > 0) ? before_w : 0);
            const int behind_w = (int)g.padded_end_w - 1 - start_w;
            const int last_tap_w = start_w + ((behind_w < 1) ? behind_w : 1);
            const int far_w = (last_tap_w < first_w) ? -1 : last_tap_w - first_w;
            if (in_h0 && far_h >= 0 && in_w1 && far_w >= 0) {
                right1 &= leads1(indices0_0.s1, (int)g.origin + first_w + first_h * (int)g.flat_h, far_w, far_h, g.flat_h);
            }
        }
    }
    if ((!right1)) *refused = 1;
    // Places in the plane; of windows that do not exist, none.
    const int2 place0_0 = (in_h0 & in_c0) ? indices0_0 : (int2)(-1);
    // The outputs of the block: the last of several values stays.
    const int4 here0_0 = (int4)((int)g.origin + oh * (int)g.flat_h + ow) + (int4)(0, 1, 2, 3);
    const int4 here1_0 = (int4)((int)g.origin + (oh + 1) * (int)g.flat_h + ow) + (int4)(0, 1, 2, 3);
    uint4 value0_0 = 0;
    value0_0 = ((int4)(place0_0.s0, place0_0.s0, place0_0.s1, place0_0.s1) == here0_0) ? (uint4)(x0_0.s0, x0_0.s0, x0_0.s1, x0_0.s1) : value0_0;
    uint4 value1_0 = 0;
    value1_0 = ((int4)(place0_0.s0, place0_0.s0, place0_0.s1, place0_0.s1) == here1_0) ? (uint4)(x0_0.s0, x0_0.s0, x0_0.s1, x0_0.s1) : value1_0;
    // The outputs.
    {
        const int at = y_plane + oh * g.y_h + ow;
        store4(y + at, value0_0);
    }
    if (oh + 1 < (int)g.out_h) {
        const int at = y_plane + (oh + 1) * g.y_h + ow;
        store4(y + at, value1_0);
    }
}
