// clpool: max of float32, window 3x3, stride 1x1.
// Skeleton outputs, vectors of 4, portable dialect.
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
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int in_w; // w: length in x
    int out_w; // w: length in y
    int pad_w; // w: padding before x
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

static float4 load4(const __global float *from)
{
    return *(const __global float4 *)from;
}

static void store4(__global float *to, const float4 value)
{
    *(__global float4 *)to = value;
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    float value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = -INFINITY;
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
    a.value = ((a.value != a.value) | (b.value != b.value)) ? a.value + b.value : (b.value > a.value) ? b.value : a.value;
    return a;
}

// A state in each of 4 lanes.
typedef struct {
    float4 value;
} state4;

static state4 identity4(void)
{
    state4 none;
    none.value = -INFINITY;
    return none;
}

static state4 tap4(float4 value)
{
    state4 one;
    one.value = value;
    return one;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Numbers: states of which none is a NaN.

// combine, where neither state is a NaN.
static state4 combine_numbers4(state4 a, const state4 b)
{
    a.value = fmax(a.value, b.value);
    return a;
}

// ---- The kernel.

__kernel void max_3x3s1x1_float32_outputs_2x4_v4_loads4_aligned1_narrow(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g)
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
    const int h0 = oh - (int)g.pad_h;
    const int w0 = ow - (int)g.pad_w;
    // Their rows and columns: whether each lies in the plane.
    const int in_h0 = -((uint)h0 < (uint)g.in_h);
    const int at_h0 = in_h0 ? h0 * g.x_h : 0;
    const int in_h1 = -((uint)(h0 + 1) < (uint)g.in_h);
    const int at_h1 = in_h1 ? (h0 + 1) * g.x_h : 0;
    const int in_h2 = -((uint)(h0 + 2) < (uint)g.in_h);
    const int at_h2 = in_h2 ? (h0 + 2) * g.x_h : 0;
    const int in_h3 = -((uint)(h0 + 3) < (uint)g.in_h);
    const int at_h3 = in_h3 ? (h0 + 3) * g.x_h : 0;
    const int in_c0 = -((uint)(w0 - 1) < (uint)g.in_w);
    const int at_c0 = in_c0 ? w0 - 1 : 0;
    const int in_c1 = -((uint)(w0 + 3) < (uint)g.in_w);
    const int at_c1 = in_c1 ? w0 + 3 : 0;
    // Reads the rows.
    const int row0 = x_plane + at_h0;
    float4 x0_0 = load4(x + row0 + at_c0);
    float4 x0_1 = load4(x + row0 + at_c1);
    const int row1 = x_plane + at_h1;
    float4 x1_0 = load4(x + row1 + at_c0);
    float4 x1_1 = load4(x + row1 + at_c1);
    const int row2 = x_plane + at_h2;
    float4 x2_0 = load4(x + row2 + at_c0);
    float4 x2_1 = load4(x + row2 + at_c1);
    const int row3 = x_plane + at_h3;
    float4 x3_0 = load4(x + row3 + at_c0);
    float4 x3_1 = load4(x + row3 + at_c1);
    // The identity beside the rows.
    x0_0 = in_c0 ? x0_0 : (float4)(-INFINITY);
    x0_1 = in_c1 ? x0_1 : (float4)(-INFINITY);
    x1_0 = in_c0 ? x1_0 : (float4)(-INFINITY);
    x1_1 = in_c1 ? x1_1 : (float4)(-INFINITY);
    x2_0 = in_c0 ? x2_0 : (float4)(-INFINITY);
    x2_1 = in_c1 ? x2_1 : (float4)(-INFINITY);
    x3_0 = in_c0 ? x3_0 : (float4)(-INFINITY);
    x3_1 = in_c1 ? x3_1 : (float4)(-INFINITY);
    // Along the rows.
    state4 part0_0 = tap4((float4)(x0_0.s1, x0_0.s2, x0_0.s3, x0_1.s0));
    part0_0 = combine_numbers4(part0_0, tap4((float4)(x0_0.s2, x0_0.s3, x0_1.s0, x0_1.s1)));
    part0_0 = combine_numbers4(part0_0, tap4((float4)(x0_0.s3, x0_1.s0, x0_1.s1, x0_1.s2)));
    if (!in_h0) part0_0 = identity4();
    state4 part1_0 = tap4((float4)(x1_0.s1, x1_0.s2, x1_0.s3, x1_1.s0));
    part1_0 = combine_numbers4(part1_0, tap4((float4)(x1_0.s2, x1_0.s3, x1_1.s0, x1_1.s1)));
    part1_0 = combine_numbers4(part1_0, tap4((float4)(x1_0.s3, x1_1.s0, x1_1.s1, x1_1.s2)));
    if (!in_h1) part1_0 = identity4();
    state4 part2_0 = tap4((float4)(x2_0.s1, x2_0.s2, x2_0.s3, x2_1.s0));
    part2_0 = combine_numbers4(part2_0, tap4((float4)(x2_0.s2, x2_0.s3, x2_1.s0, x2_1.s1)));
    part2_0 = combine_numbers4(part2_0, tap4((float4)(x2_0.s3, x2_1.s0, x2_1.s1, x2_1.s2)));
    if (!in_h2) part2_0 = identity4();
    state4 part3_0 = tap4((float4)(x3_0.s1, x3_0.s2, x3_0.s3, x3_1.s0));
    part3_0 = combine_numbers4(part3_0, tap4((float4)(x3_0.s2, x3_0.s3, x3_1.s0, x3_1.s1)));
    part3_0 = combine_numbers4(part3_0, tap4((float4)(x3_0.s3, x3_1.s0, x3_1.s1, x3_1.s2)));
    if (!in_h3) part3_0 = identity4();
    // Down the rows.
    state4 acc0_0 = part0_0;
    acc0_0 = combine_numbers4(acc0_0, part1_0);
    acc0_0 = combine_numbers4(acc0_0, part2_0);
    state4 acc1_0 = part1_0;
    acc1_0 = combine_numbers4(acc1_0, part2_0);
    acc1_0 = combine_numbers4(acc1_0, part3_0);
    // Whether any tap is a NaN.
    int nan1 = x0_0.s1 != x0_0.s1;
    nan1 |= x0_0.s2 != x0_0.s2;
    nan1 |= x0_0.s3 != x0_0.s3;
    nan1 |= x0_1.s0 != x0_1.s0;
    nan1 |= x0_1.s1 != x0_1.s1;
    nan1 |= x0_1.s2 != x0_1.s2;
    nan1 |= x1_0.s1 != x1_0.s1;
    nan1 |= x1_0.s2 != x1_0.s2;
    nan1 |= x1_0.s3 != x1_0.s3;
    nan1 |= x1_1.s0 != x1_1.s0;
    nan1 |= x1_1.s1 != x1_1.s1;
    nan1 |= x1_1.s2 != x1_1.s2;
    nan1 |= x2_0.s1 != x2_0.s1;
    nan1 |= x2_0.s2 != x2_0.s2;
    nan1 |= x2_0.s3 != x2_0.s3;
    nan1 |= x2_1.s0 != x2_1.s0;
    nan1 |= x2_1.s1 != x2_1.s1;
    nan1 |= x2_1.s2 != x2_1.s2;
    nan1 |= x3_0.s1 != x3_0.s1;
    nan1 |= x3_0.s2 != x3_0.s2;
    nan1 |= x3_0.s3 != x3_0.s3;
    nan1 |= x3_1.s0 != x3_1.s0;
    nan1 |= x3_1.s1 != x3_1.s1;
    nan1 |= x3_1.s2 != x3_1.s2;
    if (nan1) {
        const int begin_h = oh, end_h = min(oh + 2, (int)g.out_h);
        const int begin_w = ow, end_w = min(ow + 4, (int)g.out_w);
        for (int oh = begin_h; oh < end_h; ++oh) {
            const int h0 = oh - (int)g.pad_h;
            for (int ow = begin_w; ow < end_w; ++ow) {
                const int w0 = ow - (int)g.pad_w;
                // Reduces the window along each row, then across rows.
                state1 acc = identity1();
                for (int kh = 0; kh < 3; ++kh) {
                    const int h = h0 + kh;
                    if (h < 0 || h >= (int)g.in_h) continue;
                    const int row = x_plane + h * (int)g.x_h;
                    state1 part = identity1();
                    for (int kw = 0; kw < 3; ++kw) {
                        const int w = w0 + kw;
                        if (w < 0 || w >= (int)g.in_w) continue;
                        part = combine1(part, tap1(load1(x + row + w)));
                    }
                    acc = combine1(acc, part);
                }
                store1(y + y_plane + oh * g.y_h + ow, acc.value);
        }}
        return;
    }
    // The outputs.
    {
        const int at = y_plane + oh * g.y_h + ow;
        store4(y + at, acc0_0.value);
    }
    if (oh + 1 < (int)g.out_h) {
        const int at = y_plane + (oh + 1) * g.y_h + ow;
        store4(y + at, acc1_0.value);
    }
}
