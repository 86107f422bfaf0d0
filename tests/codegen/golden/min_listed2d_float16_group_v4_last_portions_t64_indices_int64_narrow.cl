// clpool: min of float16, windows in lists, with indices of int64.
// Skeleton group, vectors of 4, 64 work-items per output, portable dialect.
// The items of a team share the taps of an output's window, several loads at a time; a tree in
// local memory joins what they found.

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
    int inner; // channels, the innermost axis; 1 if there is none
    int list_offset; // first number of the lists
    int list_outer0; // stride of the outermost batch axis in the lists
    int list_outer1; // stride of the inner batch axis in the lists
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int portions; // portions of the taps of an output
    int factor_portions; // factor that divides by that number
    int shift_portions; // shift of that
    int pad_h; // h: padding before x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int flat_h; // h: stride in a flat index
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

static float4 load4(const __global half *from)
{
    return convert_float4(vload_half4(0, from));
}

static void store4(__global half *to, const float4 value)
{
    vstore_half4(value, 0, to);
}

static void store_index4(__global long *to, const int4 index)
{
    __global int2 *words = (__global int2 *)to;
    const int4 sign = index >> 31;
    words[0] = (int2)(index.s0, sign.s0);
    words[1] = (int2)(index.s1, sign.s1);
    words[2] = (int2)(index.s2, sign.s2);
    words[3] = (int2)(index.s3, sign.s3);
}

// ---- States: what has been combined so far.

// A state in each of 4 lanes.
typedef struct {
    float4 value;
    int4 index;
} state4;

static state4 identity4(void)
{
    state4 none;
    none.value = INFINITY;
    none.index = -1;
    return none;
}

static state4 tap4(float4 value, int4 index)
{
    state4 one;
    one.value = value;
    one.index = index;
    return one;
}

// a lies before b in row-major order, and has a tap, unless neither has one (index -1).
static state4 combine_ordered4(state4 a, const state4 b)
{
    const int4 replaces = (b.value < a.value) | (b.value != b.value);
    a.index = replaces ? b.index : a.index;
    a.value = replaces ? b.value : a.value;
    return a;
}

// The same, of an a that may have none, and then yields to its equal.
static state4 combine4(state4 a, const state4 b)
{
    const int4 none = a.index < 0;
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

// ---- Joining: of what the items of a team found.

// Joins what was found among taps that alternate: the earlier in row-major order comes first, and
// what holds no tap (index -1) last.
static state4 merge4(state4 a, const state4 b)
{
    const int4 earlier = as_uint4(b.index) < as_uint4(a.index);
    const int4 replaces = (b.value < a.value) | (b.value != b.value);
    const int4 stays = (a.value < b.value) | (a.value != a.value);
    const int4 taken = earlier ? ~stays : replaces;
    a.value = taken ? b.value : a.value;
    a.index = taken ? b.index : a.index;
    return a;
}

// ---- The kernel.

__kernel void min_listed2d_float16_group_v4_last_portions_t64_indices_int64_narrow(
    const __global half *restrict x,
    const __global int *restrict list,
    __global half *restrict y,
    __global long *restrict indices,
    __global state4 *restrict states,
    const geometry g)
{
    const uint member = get_local_id(1), team = get_local_id(0);
    const uint item = get_global_id(1) / 64;
    // Who has no channels helps, but stores nothing.
    const int exists = get_global_id(0) * 4 < (uint)g.inner;
    const int channel = exists ? (int)get_global_id(0) * 4 : 0;
    const uint number = quotient(item, g.factor_portions, g.shift_portions);
    const uint portion = item - number * (uint)g.portions;
    const uint lines = quotient(number, g.factor_w, g.shift_w);
    const int ow = ((int)(number - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1 + channel;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1 + channel;
    const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
    const __global int *bounds_h = list + plane_list + g.list_h + 2 * oh;
    const int h0 = bounds_h[0] - (int)g.pad_h;
    const int h1 = bounds_h[1] - (int)g.pad_h;
    const int n_h = h1 - h0;
    const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow;
    const int w0 = bounds_w[0] - (int)g.pad_w;
    const int w1 = bounds_w[1] - (int)g.pad_w;
    const int n_w = w1 - w0;
    // Every 32th tap of every 2th row, 4 at a time.
    state4 acc0 = identity4();
    state4 acc1 = identity4();
    state4 acc2 = identity4();
    state4 acc3 = identity4();
    const int rows = n_h;
    const int begin = (int)portion * ((rows - 1) / (int)g.portions + 1);
    const int end = min(begin + ((rows - 1) / (int)g.portions + 1), rows);
    for (int line = begin + member / 32; line < end; line += 2) {
        const int h = h0 + line;
        const int row = x_plane + h * g.x_h;
        int at = member % 32;
        for (; at + 96 < n_w; at += 128) {
            {
                const int w = w0 + at;
                acc0 = combine4(acc0, tap4(load4(x + row + w * g.x_w), (int4)((int)g.origin + h * (int)g.flat_h + w)));
            }
            {
                const int w = w0 + at + 32;
                acc1 = combine4(acc1, tap4(load4(x + row + w * g.x_w), (int4)((int)g.origin + h * (int)g.flat_h + w)));
            }
            {
                const int w = w0 + at + 64;
                acc2 = combine4(acc2, tap4(load4(x + row + w * g.x_w), (int4)((int)g.origin + h * (int)g.flat_h + w)));
            }
            {
                const int w = w0 + at + 96;
                acc3 = combine4(acc3, tap4(load4(x + row + w * g.x_w), (int4)((int)g.origin + h * (int)g.flat_h + w)));
            }
        }
        for (; at < n_w; at += 32)
        {
            const int w = w0 + at;
            acc0 = combine4(acc0, tap4(load4(x + row + w * g.x_w), (int4)((int)g.origin + h * (int)g.flat_h + w)));
        }
    }
    acc0 = merge4(acc0, acc1);
    acc2 = merge4(acc2, acc3);
    acc0 = merge4(acc0, acc2);
    // The tree.
    __local state4 found[256];
    const uint slot = member * 4 + team;
    state4 acc = acc0;
    found[slot] = acc;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint apart = 32; apart > 0; apart /= 2) {
        if (member < apart) {
            acc = merge4(acc, found[slot + apart * 4]);
            found[slot] = acc;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (member == 0 && exists) {
        const uint place = item * ((uint)g.inner / 4) + get_global_id(0);
        states[place].value = acc.value;
        states[place].index = acc.index;
    }
}

// Joins the states of the portions of each output.
__kernel void min_listed2d_float16_group_v4_last_portions_t64_indices_int64_narrow_joined(
    const __global half *restrict x,
    const __global int *restrict list,
    __global half *restrict y,
    __global long *restrict indices,
    __global state4 *restrict states,
    const geometry g)
{
    const uint member = get_local_id(0), group = get_global_id(0) / 64;
    const uint vectors = (uint)g.inner / 4, number = group / vectors, vector = group - number * vectors;
    const int channel = (int)vector * 4;
    const uint lines = quotient(number, g.factor_w, g.shift_w);
    const int ow = ((int)(number - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1 + channel;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1 + channel;
    const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
    state4 acc0 = identity4();
    for (uint portion = member; portion < (uint)g.portions; portion += 64) {
        const uint place = (number * (uint)g.portions + portion) * vectors + vector;
        state4 one;
        one.value = states[place].value;
        one.index = states[place].index;
        acc0 = merge4(acc0, one);
    }
    const __global int *bounds_h = list + plane_list + g.list_h + 2 * oh;
    const int h0 = bounds_h[0] - (int)g.pad_h;
    const int h1 = bounds_h[1] - (int)g.pad_h;
    const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow;
    const int w0 = bounds_w[0] - (int)g.pad_w;
    const int w1 = bounds_w[1] - (int)g.pad_w;
    // The tree.
    __local state4 found[64];
    const uint slot = member;
    state4 acc = acc0;
    found[slot] = acc;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint apart = 32; apart > 0; apart /= 2) {
        if (member < apart) {
            acc = merge4(acc, found[slot + apart]);
            found[slot] = acc;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (member == 0) {
        const int at = y_plane + oh * g.y_h + ow * g.y_w;
        store4(y + at, acc.value);
        store_index4(indices + (g.index_offset - g.y_offset) + at, acc.index);
    }
}
