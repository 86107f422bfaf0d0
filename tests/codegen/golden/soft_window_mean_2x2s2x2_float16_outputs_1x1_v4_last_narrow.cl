// clpool: soft of float16, window 2x2, stride 2x2.
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
    vstore_half4_rte(value, 0, to);
}

// ---- States: what has been combined so far.

// A state in each of 4 lanes.
typedef struct {
    float4 value, low, weight, mean;
} state4;

static float4 finalize4(const state4 state)
{
    return ((state.value != state.value) | (state.value == INFINITY)) ? (float4)(NAN)
        : (state.weight == 0) ? state.value
        : (state.mean < state.low) ? state.low : (state.mean > state.value) ? state.value : state.mean;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Weights.

// 2^y of a y of at most 0, to 3 units in the last place; 0 where that is hardly a normal number.
static float4 exponential4(const float4 y)
{
    // y = n + f; n + 127, the exponent of 2^n, are the lowest bits of what is rounded to integers.
    const float4 rounded = y + (0x1.8p23f + 127);
    const float4 f = y - (rounded - (0x1.8p23f + 127));
    const float4 scale = as_float4(as_int4(rounded) << 23);
    const float4 found = (1.0f + f * (0.693147f + f * (0.24022242f + f * (0.055507336f + f * (0.0096715167f + f * 0.0013264737f))))) * scale;
    return (y < -125.0f) ? (float4)(0) : found;
}

// ---- The kernel.

__kernel void soft_window_mean_2x2s2x2_float16_outputs_1x1_v4_last_narrow(
    const __global half *restrict x,
    __global half *restrict y,
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
    const int in_w0 = -((uint)w0 < (uint)g.in_w);
    const int at_w0 = in_w0 ? w0 * g.x_w : 0;
    const int in_w1 = -((uint)(w0 + 1) < (uint)g.in_w);
    const int at_w1 = in_w1 ? (w0 + 1) * g.x_w : 0;
    // Reads the rows.
    const int row0 = x_plane + at_h0;
    float4 x0_0 = load4(x + row0 + at_w0);
    float4 x0_1 = load4(x + row0 + at_w1);
    const int row1 = x_plane + at_h1;
    float4 x1_0 = load4(x + row1 + at_w0);
    float4 x1_1 = load4(x + row1 + at_w1);
    // The identity beside the plane.
    x0_0 = (in_h0 & in_w0) ? x0_0 : (float4)(-INFINITY);
    x0_1 = (in_h0 & in_w1) ? x0_1 : (float4)(-INFINITY);
    x1_0 = (in_h1 & in_w0) ? x1_0 : (float4)(-INFINITY);
    x1_1 = (in_h1 & in_w1) ? x1_1 : (float4)(-INFINITY);
    state4 acc0_0;
    {
        const float4 element0 = x0_0;
        const float4 element1 = x0_1;
        const float4 element2 = x1_0;
        const float4 element3 = x1_1;
        acc0_0.value = element0;
        acc0_0.low = (float4)(INFINITY);
        acc0_0.weight = (float4)(0);
        acc0_0.value = fmax(acc0_0.value, element1);
        acc0_0.value = fmax(acc0_0.value, element2);
        acc0_0.value = fmax(acc0_0.value, element3);
        const float4 largest = (acc0_0.value == -INFINITY) ? (float4)(0) : acc0_0.value;
        float4 sum = (float4)(0), weight;
        acc0_0.low = fmin(acc0_0.low, (element0 == -INFINITY) ? (float4)(INFINITY) : element0);
        weight = exponential4((element0 - largest) * (float4)(M_LOG2E_F) - 3);
        acc0_0.weight += weight;
        sum += weight * ((element0 == -INFINITY) ? (float4)(0) : element0);
        acc0_0.low = fmin(acc0_0.low, (element1 == -INFINITY) ? (float4)(INFINITY) : element1);
        weight = exponential4((element1 - largest) * (float4)(M_LOG2E_F) - 3);
        acc0_0.weight += weight;
        sum += weight * ((element1 == -INFINITY) ? (float4)(0) : element1);
        acc0_0.low = fmin(acc0_0.low, (element2 == -INFINITY) ? (float4)(INFINITY) : element2);
        weight = exponential4((element2 - largest) * (float4)(M_LOG2E_F) - 3);
        acc0_0.weight += weight;
        sum += weight * ((element2 == -INFINITY) ? (float4)(0) : element2);
        acc0_0.low = fmin(acc0_0.low, (element3 == -INFINITY) ? (float4)(INFINITY) : element3);
        weight = exponential4((element3 - largest) * (float4)(M_LOG2E_F) - 3);
        acc0_0.weight += weight;
        sum += weight * ((element3 == -INFINITY) ? (float4)(0) : element3);
        acc0_0.mean = sum / acc0_0.weight;
    }
    // The outputs.
    {
        const int at = y_plane + oh * g.y_h + ow * g.y_w;
        store4(y + at, finalize4(acc0_0));
    }
}
