// clpool: avg of float32, window 3x3, stride 2x2.
// Skeleton direct_span, vectors of 4, portable dialect.
// A work-item reduces the windows of neighbouring outputs of a row from one span of every input
// row, which it reads once.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long outer0; // length of the outermost batch axis
    long x_outer0; // stride of that in x
    long y_outer0; // stride of that in y
    long outer1; // length of the inner batch axis
    long x_outer1; // stride of that in x
    long y_outer1; // stride of that in y
    long in_h; // h: length in x
    long out_h; // h: length in y
    long pad_h; // h: padding before x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
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

// ---- Windows.

// How many taps of one axis lie before a position at this distance behind the first tap.
static int taps_before(const int distance, const int taps, const int dilation)
{
    const int count = (distance + dilation - 1) / dilation;
    return (distance <= 0) ? 0 : (count < taps) ? count : taps;
}

// ---- The kernel.

__kernel void avg_3x3s2x2_float32_direct_span_v4_count_valid(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g)
{
    // The output of this item.
    const int ow = get_global_id(0) * 4;
    const int line = get_global_id(1);
    const uint outer = get_global_id(2);
    // The range is rounded up to whole groups.
    if (ow >= g.out_w || line >= g.out_h || outer >= g.outer0 * g.outer1) return;
    // Where the plane lies.
    const uint outer0 = outer / (uint)g.outer1;
    const uint outer1 = outer % (uint)g.outer1;
    const __global float *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
    const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
    const int oh = line;
    const int h0 = oh * 2 - (int)g.pad_h;
    const long y_row = y_plane + oh * g.y_h;
    const int w0 = ow * 2 - (int)g.pad_w;
    // One state per output.
    state1 acc[4];
    #pragma unroll
    for (int lane = 0; lane < 4; ++lane) acc[lane] = identity1();
    for (int kh = 0; kh < 3; ++kh) {
        const int h = h0 + kh;
        if (h < 0 || h >= (int)g.in_h) continue;
        const __global float *row = plane + h * (int)g.x_h;
        // The span of the row, the identity beside it.
        float span[9];
        #pragma unroll
        for (int tap = 0; tap < 9; ++tap) {
            const int w = w0 + tap;
            span[tap] = 0;
            if (w >= 0 && w < (int)g.in_w) span[tap] = load1(row + w);
        }
        // Reduces the windows from the span.
        #pragma unroll
        for (int lane = 0; lane < 4; ++lane) {
            state1 part = identity1();
            #pragma unroll
            for (int kw = 0; kw < 3; ++kw) {
                const int tap = lane * 2 + kw;
                part = combine1(part, tap1(span[tap]));
            }
            acc[lane] = combine1(acc[lane], part);
        }
    }
    // Finalizes and stores the outputs.
    float result[4];
    #pragma unroll
    for (int lane = 0; lane < 4; ++lane) {
        const int w0 = (ow + lane) * 2 - (int)g.pad_w;
        const float count = (float)((float)(taps_before((int)g.in_h - h0, 3, 1) - taps_before(-h0, 3, 1)) * (float)(taps_before((int)g.in_w - w0, 3, 1) - taps_before(-w0, 3, 1)));
        result[lane] = finalize1(acc[lane], count);
    }
    #pragma unroll
    for (int lane = 0; lane < 4; ++lane) {
        if (ow + lane >= g.out_w) break;
        store1(y + g.y_offset + y_row + ow + lane, result[lane]);
    }
}
