// clpool: avg of uint8, window 2x2, stride 2x2.
// Skeleton outputs, portable dialect.
// A work-item reads every row of the windows of its block of outputs, then reduces each row along,
// then the rows down.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int blocks; // blocks of outputs in all
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int in_h; // h: length in x
    int out_h; // h: length in y
    int pad_h; // h: padding before x
    int padded_end_h; // h: position behind the padding after x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int in_w; // w: length in x
    int pad_w; // w: padding before x
    int padded_end_w; // w: position behind the padding after x
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static uint load1(const __global uchar *from)
{
    return (uint)(*from);
}

static void store1(__global uchar *to, const uint value)
{
    *to = (uchar)value;
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    uint value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = 0;
    return none;
}

static state1 tap1(uint value)
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

static uint finalize1(const state1 state, const uint count)
{
    return (count == 0) ? 0 : state.value / ((count == 0) ? 1 : count);
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Windows.

// How many taps of one axis lie before a position at this distance behind the first tap.
static int taps_before(const int distance, const int taps, const int dilation)
{
    const int count = (distance + dilation - 1) / dilation;
    return (distance <= 0) ? 0 : (count < taps) ? count : taps;
}

// ---- The kernel.

__kernel void avg_2x2s2x2_uint8_outputs_4x1_v1_count_padded_narrow(
    const __global uchar *restrict x,
    __global uchar *restrict y,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint lines = quotient(item, g.factor_w, g.shift_w);
    const int ow = ((int)(item - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h)) * 4;
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    // Where the windows of the block begin.
    const int h0 = oh * 2 - (int)g.pad_h;
    const int w0 = ow * 2 - (int)g.pad_w;
    // Their rows and columns: whether each lies in the plane.
    const int in_h0 = -((uint)h0 < (uint)g.in_h);
    const int at_h0 = in_h0 ? h0 * g.x_h : 0;
    const int in_h1 = -((uint)(h0 + 1) < (uint)g.in_h);
    const int at_h1 = in_h1 ? (h0 + 1) * g.x_h : 0;
    const int in_h2 = -((uint)(h0 + 2) < (uint)g.in_h);
    const int at_h2 = in_h2 ? (h0 + 2) * g.x_h : 0;
    const int in_h3 = -((uint)(h0 + 3) < (uint)g.in_h);
    const int at_h3 = in_h3 ? (h0 + 3) * g.x_h : 0;
    const int in_h4 = -((uint)(h0 + 4) < (uint)g.in_h);
    const int at_h4 = in_h4 ? (h0 + 4) * g.x_h : 0;
    const int in_h5 = -((uint)(h0 + 5) < (uint)g.in_h);
    const int at_h5 = in_h5 ? (h0 + 5) * g.x_h : 0;
    const int in_h6 = -((uint)(h0 + 6) < (uint)g.in_h);
    const int at_h6 = in_h6 ? (h0 + 6) * g.x_h : 0;
    const int in_h7 = -((uint)(h0 + 7) < (uint)g.in_h);
    const int at_h7 = in_h7 ? (h0 + 7) * g.x_h : 0;
    const int in_w0 = -((uint)w0 < (uint)g.in_w);
    const int at_w0 = in_w0 ? w0 : 0;
    const int in_w1 = -((uint)(w0 + 1) < (uint)g.in_w);
    const int at_w1 = in_w1 ? w0 + 1 : 0;
    // Reads the rows.
    const int row0 = x_plane + at_h0;
    uint x0_0 = load1(x + row0 + at_w0);
    uint x0_1 = load1(x + row0 + at_w1);
    const int row1 = x_plane + at_h1;
    uint x1_0 = load1(x + row1 + at_w0);
    uint x1_1 = load1(x + row1 + at_w1);
    const int row2 = x_plane + at_h2;
    uint x2_0 = load1(x + row2 + at_w0);
    uint x2_1 = load1(x + row2 + at_w1);
    const int row3 = x_plane + at_h3;
    uint x3_0 = load1(x + row3 + at_w0);
    uint x3_1 = load1(x + row3 + at_w1);
    const int row4 = x_plane + at_h4;
    uint x4_0 = load1(x + row4 + at_w0);
    uint x4_1 = load1(x + row4 + at_w1);
    const int row5 = x_plane + at_h5;
    uint x5_0 = load1(x + row5 + at_w0);
    uint x5_1 = load1(x + row5 + at_w1);
    const int row6 = x_plane + at_h6;
    uint x6_0 = load1(x + row6 + at_w0);
    uint x6_1 = load1(x + row6 + at_w1);
    const int row7 = x_plane + at_h7;
    uint x7_0 = load1(x + row7 + at_w0);
    uint x7_1 = load1(x + row7 + at_w1);
    // The identity beside the rows.
    x0_0 = in_w0 ? x0_0 : (uint)0;
    x0_1 = in_w1 ? x0_1 : (uint)0;
    x1_0 = in_w0 ? x1_0 : (uint)0;
    x1_1 = in_w1 ? x1_1 : (uint)0;
    x2_0 = in_w0 ? x2_0 : (uint)0;
    x2_1 = in_w1 ? x2_1 : (uint)0;
    x3_0 = in_w0 ? x3_0 : (uint)0;
    x3_1 = in_w1 ? x3_1 : (uint)0;
    x4_0 = in_w0 ? x4_0 : (uint)0;
    x4_1 = in_w1 ? x4_1 : (uint)0;
    x5_0 = in_w0 ? x5_0 : (uint)0;
    x5_1 = in_w1 ? x5_1 : (uint)0;
    x6_0 = in_w0 ? x6_0 : (uint)0;
    x6_1 = in_w1 ? x6_1 : (uint)0;
    x7_0 = in_w0 ? x7_0 : (uint)0;
    x7_1 = in_w1 ? x7_1 : (uint)0;
    // Along the rows.
    state1 part0_0 = tap1(x0_0);
    part0_0 = combine1(part0_0, tap1(x0_1));
    if (!in_h0) part0_0 = identity1();
    state1 part1_0 = tap1(x1_0);
    part1_0 = combine1(part1_0, tap1(x1_1));
    if (!in_h1) part1_0 = identity1();
    state1 part2_0 = tap1(x2_0);
    part2_0 = combine1(part2_0, tap1(x2_1));
    if (!in_h2) part2_0 = identity1();
    state1 part3_0 = tap1(x3_0);
    part3_0 = combine1(part3_0, tap1(x3_1));
    if (!in_h3) part3_0 = identity1();
    state1 part4_0 = tap1(x4_0);
    part4_0 = combine1(part4_0, tap1(x4_1));
    if (!in_h4) part4_0 = identity1();
    state1 part5_0 = tap1(x5_0);
    part5_0 = combine1(part5_0, tap1(x5_1));
    if (!in_h5) part5_0 = identity1();
    state1 part6_0 = tap1(x6_0);
    part6_0 = combine1(part6_0, tap1(x6_1));
    if (!in_h6) part6_0 = identity1();
    state1 part7_0 = tap1(x7_0);
    part7_0 = combine1(part7_0, tap1(x7_1));
    if (!in_h7) part7_0 = identity1();
    // Down the rows.
    state1 acc0_0 = part0_0;
    acc0_0 = combine1(acc0_0, part1_0);
    state1 acc1_0 = part2_0;
    acc1_0 = combine1(acc1_0, part3_0);
    state1 acc2_0 = part4_0;
    acc2_0 = combine1(acc2_0, part5_0);
    state1 acc3_0 = part6_0;
    acc3_0 = combine1(acc3_0, part7_0);
    // The outputs.
    {
        const int at = y_plane + oh * g.y_h + ow;
        const uint count = (uint)((uint)taps_before((int)g.padded_end_w - w0, 2, 1)) * ((uint)taps_before((int)g.padded_end_h - h0, 2, 1));
        store1(y + at, finalize1(acc0_0, count));
    }
    if (oh + 1 < (int)g.out_h) {
        const int at = y_plane + (oh + 1) * g.y_h + ow;
        const uint count = (uint)((uint)taps_before((int)g.padded_end_w - w0, 2, 1)) * ((uint)taps_before((int)g.padded_end_h - (h0 + 2), 2, 1));
        store1(y + at, finalize1(acc1_0, count));
    }
    if (oh + 2 < (int)g.out_h) {
        const int at = y_plane + (oh + 2) * g.y_h + ow;
        const uint count = (uint)((uint)taps_before((int)g.padded_end_w - w0, 2, 1)) * ((uint)taps_before((int)g.padded_end_h - (h0 + 4), 2, 1));
        store1(y + at, finalize1(acc2_0, count));
    }
    if (oh + 3 < (int)g.out_h) {
        const int at = y_plane + (oh + 3) * g.y_h + ow;
        const uint count = (uint)((uint)taps_before((int)g.padded_end_w - w0, 2, 1)) * ((uint)taps_before((int)g.padded_end_h - (h0 + 6), 2, 1));
        store1(y + at, finalize1(acc3_0, count));
    }
}
