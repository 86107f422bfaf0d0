// clpool: min of float16, window 3x3, stride 2x2, with indices of int64.
// Skeleton outputs, vectors of 4, portable dialect.
// A work-item reads every row of the windows of its block of outputs, then reduces each row along,
// then the rows down.

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
    int blocks; // blocks of outputs in all
    int blocks_c; // blocks of channels
    int factor_c; // factor that divides by blocks_c
    int shift_c; // shift of that
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int in_h; // h: length in x
    int pad_h; // h: padding before x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int flat_h; // h: stride in a flat index
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int in_w; // w: length in x
    int pad_w; // w: padding before x
    int x_w; // w: stride in x
    int y_w; // w: stride in y
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

// ---- The kernel.

__kernel void min_3x3s2x2_float16_outputs_1x1_v4_last_indices_int64_narrow(
    const __global half *restrict x,
    __global half *restrict y,
    __global long *restrict indices,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint pixels = quotient(item, g.factor_c, g.shift_c);
    const int first = ((int)(item - pixels * (uint)g.blocks_c)) * 4;
    // The last vector overlaps the one before.
    const int channel = min(first, (int)g.inner - 4);
    const uint lines = quotient(pixels, g.factor_w, g.shift_w);
    const int ow = ((int)(pixels - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1 + channel;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1 + channel;
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
    const int in_w0 = -((uint)w0 < (uint)g.in_w);
    const int at_w0 = in_w0 ? w0 * g.x_w : 0;
    const int in_w1 = -((uint)(w0 + 1) < (uint)g.in_w);
    const int at_w1 = in_w1 ? (w0 + 1) * g.x_w : 0;
    const int in_w2 = -((uint)(w0 + 2) < (uint)g.in_w);
    const int at_w2 = in_w2 ? (w0 + 2) * g.x_w : 0;
    // Reads the rows.
    const int row0 = x_plane + at_h0;
    float4 x0_0 = load4(x + row0 + at_w0);
    float4 x0_1 = load4(x + row0 + at_w1);
    float4 x0_2 = load4(x + row0 + at_w2);
    const int row1 = x_plane + at_h1;
    float4 x1_0 = load4(x + row1 + at_w0);
    float4 x1_1 = load4(x + row1 + at_w1);
    float4 x1_2 = load4(x + row1 + at_w2);
    const int row2 = x_plane + at_h2;
    float4 x2_0 = load4(x + row2 + at_w0);
    float4 x2_1 = load4(x + row2 + at_w1);
    float4 x2_2 = load4(x + row2 + at_w2);
    // Flat indices of the first element of each row.
    const int flat0 = (int)g.origin + w0 + h0 * (int)g.flat_h;
    const int flat1 = (int)g.origin + w0 + (h0 + 1) * (int)g.flat_h;
    const int flat2 = (int)g.origin + w0 + (h0 + 2) * (int)g.flat_h;
    // Along the rows.
    state4 part0_0 = identity4();
    if (in_w0) part0_0 = combine4(part0_0, tap4(x0_0, (int4)(flat0)));
    if (in_w1) part0_0 = combine4(part0_0, tap4(x0_1, (int4)(flat0 + 1)));
    if (in_w2) part0_0 = combine4(part0_0, tap4(x0_2, (int4)(flat0 + 2)));
    if (!in_h0) part0_0 = identity4();
    state4 part1_0 = identity4();
    if (in_w0) part1_0 = combine4(part1_0, tap4(x1_0, (int4)(flat1)));
    if (in_w1) part1_0 = combine4(part1_0, tap4(x1_1, (int4)(flat1 + 1)));
    if (in_w2) part1_0 = combine4(part1_0, tap4(x1_2, (int4)(flat1 + 2)));
    if (!in_h1) part1_0 = identity4();
    state4 part2_0 = identity4();
    if (in_w0) part2_0 = combine4(part2_0, tap4(x2_0, (int4)(flat2)));
    if (in_w1) part2_0 = combine4(part2_0, tap4(x2_1, (int4)(flat2 + 1)));
    if (in_w2) part2_0 = combine4(part2_0, tap4(x2_2, (int4)(flat2 + 2)));
    if (!in_h2) part2_0 = identity4();
    // Down the rows.
    state4 acc0_0 = part0_0;
    acc0_0 = combine4(acc0_0, part1_0);
    acc0_0 = combine4(acc0_0, part2_0);
    // The outputs.
    {
        const int at = y_plane + oh * g.y_h + ow * g.y_w;
        store4(y + at, acc0_0.value);
        store_index4(indices + (g.index_offset - g.y_offset) + at, acc0_0.index);
    }
}
