// clpool: avg of float32, window 7x7, stride 7x7.
// Skeleton group, 8 work-items per output, portable dialect.
// The items of a team share the taps of an output's window, several loads at a time; a tree in
// local memory joins what they found.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int divisor; // of every average: a number, no distance
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int blocks; // blocks of outputs in all
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int in_h; // h: length in x
    int y_h; // h: stride in y
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int in_w; // w: length in x
    int x_w; // w: stride in x
    int y_w; // w: stride in y
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

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void avg_7x7s7x7_float32_group_v1_whole_t8_narrow(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g)
{
    const uint member = get_local_id(0), team = get_local_id(1);
    // Who has no output helps, but stores nothing.
    const int exists = get_global_id(1) < (uint)g.blocks;
    const uint item = exists ? get_global_id(1) : 0;
    const uint lines = quotient(item, g.factor_w, g.shift_w);
    const int ow = ((int)(item - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    const int n_w = (int)g.in_h * (int)g.in_w;
    // Every 8th tap of a row, 4 at a time.
    state1 acc0 = identity1();
    state1 acc1 = identity1();
    state1 acc2 = identity1();
    state1 acc3 = identity1();
    const int row = x_plane;
    int at = member;
    for (; at + 24 < n_w; at += 32) {
        {
            const int w = at;
            acc0 = combine1(acc0, tap1(load1(x + row + w * g.x_w)));
        }
        {
            const int w = at + 8;
            acc1 = combine1(acc1, tap1(load1(x + row + w * g.x_w)));
        }
        {
            const int w = at + 16;
            acc2 = combine1(acc2, tap1(load1(x + row + w * g.x_w)));
        }
        {
            const int w = at + 24;
            acc3 = combine1(acc3, tap1(load1(x + row + w * g.x_w)));
        }
    }
    for (; at < n_w; at += 8)
    {
        const int w = at;
        acc0 = combine1(acc0, tap1(load1(x + row + w * g.x_w)));
    }
    acc0 = combine1(acc0, acc1);
    acc2 = combine1(acc2, acc3);
    acc0 = combine1(acc0, acc2);
    // The tree.
    __local state1 found[256];
    const uint slot = team * 8 + member;
    state1 acc = acc0;
    found[slot] = acc;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint apart = 4; apart > 0; apart /= 2) {
        if (member < apart) {
            acc = combine1(acc, found[slot + apart]);
            found[slot] = acc;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (member == 0 && exists) {
        const int at = y_plane + oh * g.y_h + ow * g.y_w;
        const float count = (float)g.divisor;
        store1(y + at, finalize1(acc, count));
    }
}
